/// Self-attention on every frame (Eq. 1), with one batch normalisation over batch and frames.
///
/// M = softmax over the positions of the channel mean of F; y = sum over positions of M · F; output F + BN(y).
struct SelfAttention {
  private let channels: Int
  private(set) var norm: RowNormalization
  private var memory: (x: FeatureMaps, maps: Tensor)?

  init(_ name: String, channels: Int, _ initializer: Initializer) {
    self.channels = channels
    norm = RowNormalization(name + ".norm", width: channels, initializer, weight: 0)
  }

  /// - Returns: the output, and the maps M of own samples, `[samples, frames, positions]`.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode) throws -> (FeatureMaps, maps: Tensor) {
    let maps = positionScores(x, weights: channelMean(frames: x.frames, channels: channels))
    for row in 0..<x.samples * x.frames {
      softmax(maps.pointer + row * x.positions, maps.pointer + row * x.positions, count: x.positions)
    }
    let pooled = try mode.gather(denseRows(pooledPositions(x, maps: maps), columns: channels))
    let rows = norm.forward(Tensor(pooled, shape: [pooled.shape[0] * x.frames, channels]), mode)
    let own = mode.ownRows(Tensor(rows, shape: pooled.shape))
    if case .training = mode { memory = (x, maps) }
    return (addAtEveryPosition(x, paddedRows(own, to: x.stride)), maps)
  }

  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    guard let (x, maps) = memory else { return dy }
    memory = nil
    let sums = try lanes.gather(denseRows(positionSums(dy), columns: channels))
    let rows = norm.backward(Tensor(sums, shape: [sums.shape[0] * x.frames, channels]))
    let vectors = paddedRows(lanes.ownRows(Tensor(rows, shape: sums.shape)), to: x.stride)
    let gradients = positionDots(x, vectors: vectors)
    for row in 0..<x.samples * x.frames {
      let (map, gradient) = (maps.pointer + row * x.positions, gradients.pointer + row * x.positions)
      softmaxGradient(map, gradient, gradient, count: x.positions)
    }
    addAttentionGradient(
      dy, maps: maps, vectors: vectors, scores: gradients, weights: channelMean(frames: x.frames, channels: channels))
    return dy
  }
}

/// Weights that make a score the mean over channels, `[frames, stride]`.
func channelMean(frames: Int, channels: Int) -> Tensor {
  let stride = FeatureMaps.stride(of: channels)
  return Tensor([frames, stride], (0..<frames * stride).map { $0 % stride < channels ? 1 / Float(channels) : 0 })
}

extension Mode {
  /// The rows of all samples in training; own rows in evaluation.
  func gather(_ rows: Tensor) throws -> Tensor {
    if case .training(let lanes) = self { return try lanes.gather(rows) }
    return rows
  }

  func ownRows(_ all: Tensor) -> Tensor {
    if case .training(let lanes) = self { return lanes.ownRows(all) }
    return all
  }
}
