/// The enriched long-term recurrent convolutional network of Khor et al. 2018: the same convolutions encode each
/// enriched frame, the codes go through an LSTM, and its last state is classified.
struct EnrichedRecurrentNetwork: EmotionNetwork {
  /// The sizes of the network.
  struct Shape: Equatable, Sendable {
    /// Enriched frames of a clip.
    var steps = 9
    /// Height and width of a frame.
    var side = 32
    /// Channels of a frame.
    var channels = 4
    /// Channels of the first block; they double from block to block, as in VGG.
    var width = 8
    /// Convolutions of each block, as in the first three blocks of VGG-11.
    var blocks = [1, 1, 2]
    /// Length of a frame's code.
    var code = 64
    /// Units of the LSTM.
    var units = 64
    /// Outputs of the fully connected layer after the LSTM.
    var hidden = 32
    /// Share of a code that dropout sets to 0 in training.
    var dropped = 0.5

    /// The work on one clip, without the classifier.
    var work: NetworkCost {
      var work = NetworkCost()
      var (inputs, size) = (channels, side)
      for (block, count) in blocks.enumerated() {
        for convolution in 0..<count {
          work.add(
            inputs: inputs, outputs: width << block, taps: 9, positions: steps * size * size,
            isStem: block + convolution == 0)
          inputs = width << block
        }
        size /= 2
      }
      work.addConnected(inputs: inputs * size * size, outputs: code, rows: steps)
      work.addConnected(inputs: code, outputs: 4 * units, rows: steps)
      // Before the first step the state is 0.
      work.addConnected(inputs: units, outputs: 4 * units, rows: steps - 1)
      work.addConnected(inputs: units, outputs: hidden)
      return work
    }
  }

  private let shape: Shape
  private var encoder: FrameEncoder
  private var code: RectifiedLinear
  private var memory: LongShortTermMemory
  private var hidden: RectifiedLinear
  private var classifier: Linear
  /// The logits of the last training pass.
  private var logits: Tensor?

  init(_ shape: Shape, classes: Int, _ initializer: Initializer) {
    self.shape = shape
    encoder = FrameEncoder(
      inputs: shape.channels, blocks: shape.blocks.enumerated().map { ($1, shape.width << $0) }, initializer)
    let side = encoder.outputSize(shape.side)
    code = RectifiedLinear(
      "fc", inputs: encoder.channels * side * side, outputs: shape.code, dropped: shape.dropped, initializer)
    memory = LongShortTermMemory("lstm", inputs: shape.code, units: shape.units, initializer)
    hidden = RectifiedLinear("dense", inputs: shape.units, outputs: shape.hidden, initializer)
    classifier = Linear("classifier", inputs: shape.hidden, outputs: classes, initializer)
  }

  var parameters: [Parameter] {
    encoder.parameters + code.parameters + memory.parameters + hidden.parameters + classifier.parameters
  }
  var statistics: [Statistic] { encoder.statistics }

  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    let frames = FeatureMaps(
      channelsLast: inputs, frames: shape.steps, height: shape.side, width: shape.side, channels: shape.channels)
    let rows = try mode.gather(encoder.forward(frames, mode).rows)
    let codes = code.forward(Tensor(rows, shape: [rows.shape[0] * shape.steps, rows.shape[2]]), mode, random)
    let states = memory.forward(Tensor(codes, shape: [rows.shape[0], shape.steps, shape.code]), mode)
    let y = classifier.forward(hidden.forward(lastStates(states), mode, random), mode)
    if case .training = mode { logits = y }
    return y
  }

  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
    guard let logits else { return 0 }
    self.logits = nil
    let (loss, gradient) = crossEntropy(logits, labels: labels)
    let states = statesGradient(hidden.backward(classifier.backward(gradient)))
    let codes = memory.backward(states)
    let rows = code.backward(Tensor(codes, shape: [labels.count * shape.steps, shape.code]))
    let all = Tensor(rows, shape: [labels.count, shape.steps, rows.shape[1]])
    let side = encoder.outputSize(shape.side)
    let maps = FeatureMaps(rows: lanes.ownRows(all), height: side, width: side, channels: encoder.channels)
    try encoder.backward(maps, lanes)
    return loss
  }

  /// The state after the last step, `[rows, units]`.
  private func lastStates(_ states: Tensor) -> Tensor {
    let last = Tensor([states.shape[0], shape.units])
    for row in 0..<states.shape[0] {
      last.row(row).update(from: states.row(row) + (shape.steps - 1) * shape.units, count: shape.units)
    }
    return last
  }

  /// The gradient of all states; it is 0 except for the last one.
  private func statesGradient(_ last: Tensor) -> Tensor {
    let states = Tensor([last.shape[0], shape.steps, shape.units], filledWith: 0)
    for row in 0..<last.shape[0] {
      (states.row(row) + (shape.steps - 1) * shape.units).update(from: last.row(row), count: shape.units)
    }
    return states
  }
}
