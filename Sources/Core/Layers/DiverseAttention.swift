/// Diverse attention (DAO): every frame has its own branch, so that frames can attend to different positions.
///
/// Frame 0 attends as in `SelfAttention`. Frame k ≥ 1 scores its P positions by a 1×1×1 convolution, mixes the scores
/// by a fully connected layer P → P, normalises them over the batch and takes the softmax. Each frame has its own
/// output normalisation. The divergence loss (Eq. 2) pushes the maps M apart. Except for the passes over positions,
/// every rank computes the same from the rows of all samples.
struct DiverseAttention {
  private let channels, frames: Int
  /// For frames 1, 2, …: the score's weight `[channels]` and bias `[1]`, the mixing of positions, its normalisation.
  private let scoreWeights, scoreBiases: [Parameter]
  private var mixes: [Linear]
  private var mixNorms: [RowNormalization]
  /// The output normalisation of frames 0, 1, ….
  private var norms: [RowNormalization]
  private var memory: (x: FeatureMaps, maps: Tensor)?

  /// - Parameter positions: P, height times width of the feature maps.
  init(_ name: String, channels: Int, frames: Int, positions: Int, _ initializer: Initializer) {
    (self.channels, self.frames) = (channels, frames)
    let branches = 1..<frames
    // A convolution to one channel: He normal with a fan-out of one.
    scoreWeights = branches.map {
      initializer.normal("\(name).score.\($0).weight", [channels], deviation: 2.0.squareRoot())
    }
    scoreBiases = branches.map { initializer.constant("\(name).score.\($0).bias", [1], 0) }
    mixes = branches.map { Linear("\(name).mix.\($0)", inputs: positions, outputs: positions, initializer) }
    mixNorms = branches.map { RowNormalization("\(name).mix_norm.\($0)", width: positions, initializer) }
    norms = (0..<frames).map { RowNormalization("\(name).norm.\($0)", width: channels, initializer, weight: 0) }
  }

  var parameters: [Parameter] {
    zip(scoreWeights, scoreBiases).flatMap { [$0, $1] } + mixes.flatMap(\.parameters)
      + mixNorms.flatMap(\.state.parameters) + norms.flatMap(\.state.parameters)
  }
  var statistics: [Statistic] { mixNorms.flatMap(\.state.statistics) + norms.flatMap(\.state.statistics) }

  /// - Returns: the output, and the maps M of all samples, `[batch, frames, positions]` (own samples in evaluation).
  mutating func forward(_ x: FeatureMaps, _ mode: Mode) throws -> (FeatureMaps, maps: Tensor) {
    let maps = try mode.gather(positionScores(x, weights: weights))
    let positions = x.positions
    for row in 0..<maps.shape[0] {
      softmax(maps.row(row), maps.row(row), count: positions)
    }
    for branch in mixes.indices {
      let scores = frameRows(maps, branch + 1)
      for index in 0..<scores.count { scores[index] += scoreBiases[branch].value[0] }
      let mixed = mixNorms[branch].forward(mixes[branch].forward(scores, mode), mode)
      for row in 0..<mixed.shape[0] { softmax(mixed.row(row), mixed.row(row), count: positions) }
      setFrameRows(maps, branch + 1, mixed)
    }
    let own = mode.ownRows(maps)
    let pooled = try mode.gather(denseRows(pooledPositions(x, maps: own), columns: channels))
    for frame in norms.indices {
      setFrameRows(pooled, frame, norms[frame].forward(frameRows(pooled, frame), mode))
    }
    if case .training = mode { memory = (x, maps) }
    return (addAtEveryPosition(x, paddedRows(mode.ownRows(pooled), to: x.stride)), maps)
  }

  /// - Parameters:
  ///   - dy: the gradient of the output, own samples; it becomes the gradient of the input.
  ///   - mapGradient: the gradient of the maps of all samples, `[batch, frames, positions]`, or nil.
  mutating func backward(_ dy: FeatureMaps, mapGradient: Tensor?, _ lanes: Lanes) throws -> FeatureMaps {
    guard let (x, maps) = memory else { return dy }
    memory = nil
    let sums = try lanes.gather(denseRows(positionSums(dy), columns: channels))
    for frame in norms.indices { setFrameRows(sums, frame, norms[frame].backward(frameRows(sums, frame))) }
    let vectors = paddedRows(lanes.ownRows(sums), to: x.stride)

    let gradients = try lanes.gather(positionDots(x, vectors: vectors))
    if let mapGradient { addElements(gradients.pointer, mapGradient.pointer, count: gradients.count) }
    for row in 0..<gradients.shape[0] * frames {
      let (map, gradient) = (maps.pointer + row * x.positions, gradients.pointer + row * x.positions)
      softmaxGradient(map, gradient, gradient, count: x.positions)
    }
    for branch in mixes.indices {
      let mixed = mixNorms[branch].backward(frameRows(gradients, branch + 1))
      setFrameRows(gradients, branch + 1, mixes[branch].backward(mixed))
    }
    let own = lanes.ownRows(gradients)
    try setScoreGradients(x, own, lanes)
    addAttentionGradient(dy, maps: lanes.ownRows(maps), vectors: vectors, scores: own, weights: weights)
    return dy
  }

  /// The scores' weights, `[frames, stride]`: the channel mean for frame 0.
  private var weights: Tensor {
    let weights = channelMean(frames: frames, channels: channels)
    for (branch, weight) in scoreWeights.enumerated() {
      weights.row(branch + 1).update(from: weight.value.pointer, count: channels)
    }
    return weights
  }

  /// dw = sum over batch and positions of ds · x, db = sum of ds.
  private func setScoreGradients(_ x: FeatureMaps, _ gradients: Tensor, _ lanes: Lanes) throws {
    let width = frames * (x.stride + 1)
    let products = pooledPositions(x, maps: gradients)
    var perSample = [Double](repeating: 0, count: x.samples * width)
    for row in 0..<x.samples * frames {
      let start = row * (x.stride + 1)
      for channel in 0..<x.stride { perSample[start + channel] = Double(products[row * x.stride + channel]) }
      perSample[start + x.stride] = (0..<x.positions).reduce(0) { $0 + Double(gradients[row * x.positions + $1]) }
    }
    let total = try lanes.total(perSample, width: width)
    for branch in scoreWeights.indices {
      let start = (branch + 1) * (x.stride + 1)
      for channel in 0..<channels { scoreWeights[branch].gradient[channel] = Float(total[start + channel]) }
      scoreBiases[branch].gradient[0] = Float(total[start + x.stride])
    }
  }

  /// The rows of one frame, `[batch, width]`, of `[batch, frames, width]`.
  private func frameRows(_ all: Tensor, _ frame: Int) -> Tensor {
    let width = all.shape[2]
    let rows = Tensor([all.shape[0], width])
    for row in 0..<all.shape[0] { rows.row(row).update(from: all.row(row) + frame * width, count: width) }
    return rows
  }

  private func setFrameRows(_ all: Tensor, _ frame: Int, _ rows: Tensor) {
    let width = all.shape[2]
    for row in 0..<all.shape[0] { (all.row(row) + frame * width).update(from: rows.row(row), count: width) }
  }
}
