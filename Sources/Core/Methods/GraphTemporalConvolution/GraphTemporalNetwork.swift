/// The network of Graph-TCN (Lei et al. 2020): temporal convolutional networks over a graph whose nodes are patches
/// around landmarks, one channel for the nodes and one for the edges.
///
/// The nodes' numbers lie in a row, one node after the other. The node channel's dilations 1, 2, 4, … stay near one
/// node; the edge channel's dilation is the length of a node, so that its taps see the same position of a patch in
/// successive nodes. Both results are added, flattened and classified. Eyebrows and mouth are sequences of their own
/// with the same weights.
struct GraphTemporalNetwork: EmotionNetwork {
  /// The sizes of the network.
  struct Shape: Equatable, Sendable {
    /// Nodes of each sequence: eyebrows, mouth.
    var nodes = [10, 18]
    /// Numbers of a node.
    var cells = 49
    /// Taps of every convolution.
    var taps = 7
    /// Dilations of the node channel's blocks.
    var dilations = [1, 2, 4, 8]
    /// Channels of every convolution.
    var channels = 8
    /// Outputs of the fully connected layer.
    var hidden = 64
    /// Share of values that dropout sets to 0 in training.
    var dropped = 0.05

    /// Numbers of a clip.
    var positions: Int { nodes.reduce(0, +) * cells }

    /// The work on one clip, without the classifier. Taps before the start of a sequence count too.
    var work: NetworkCost {
      var work = NetworkCost()
      func block(inputs: Int, isFirst: Bool) {
        work.add(inputs: inputs, outputs: channels, taps: taps, positions: positions, isStem: isFirst)
        work.add(inputs: channels, outputs: channels, taps: taps, positions: positions)
        // Both are 1 × 1 convolutions of unfolded rows.
        work.add(maps: (inputs + channels) * taps * positions)
        if inputs != channels { work.add(inputs: inputs, outputs: channels, positions: positions, isStem: isFirst) }
      }
      for index in dilations.indices { block(inputs: index == 0 ? 1 : channels, isFirst: index == 0) }
      block(inputs: 1, isFirst: true)
      work.addConnected(inputs: channels * positions, outputs: hidden)
      return work
    }
  }

  private let shape: Shape
  private var nodes: [TemporalBlock]
  private var edges: TemporalBlock
  private var hidden: RectifiedLinear
  private var classifier: Linear
  /// The logits of the last training pass.
  private var logits: Tensor?

  init(_ shape: Shape, classes: Int, _ initializer: Initializer) {
    self.shape = shape
    func block(_ name: String, inputs: Int, dilation: Int) -> TemporalBlock {
      TemporalBlock(
        name, inputs: inputs, outputs: shape.channels, taps: shape.taps, dilation: dilation,
        lengths: shape.nodes.map { $0 * shape.cells }, dropped: shape.dropped, initializer)
    }
    nodes = shape.dilations.enumerated().map { index, dilation in
      block("nodes.\(index)", inputs: index == 0 ? 1 : shape.channels, dilation: dilation)
    }
    edges = block("edges.0", inputs: 1, dilation: shape.cells)
    hidden = RectifiedLinear(
      "fc", inputs: shape.channels * shape.positions, outputs: shape.hidden, dropped: shape.dropped, initializer)
    classifier = Linear("classifier", inputs: shape.hidden, outputs: classes, initializer)
  }

  var parameters: [Parameter] {
    nodes.flatMap(\.parameters) + edges.parameters + hidden.parameters + classifier.parameters
  }
  var statistics: [Statistic] { nodes.flatMap(\.statistics) + edges.statistics }

  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    func stream(_ number: Int) -> CounterRandom { CounterRandom(random.bits(at: UInt64(number))) }
    let row = FeatureMaps(channelsLast: inputs, frames: 1, height: 1, width: shape.positions, channels: 1)
    var ofNodes = row
    for index in nodes.indices { ofNodes = try nodes[index].forward(ofNodes, mode, stream(2 + index)) }
    let ofEdges = try edges.forward(row, mode, stream(1))
    // The block keeps its own result for the backward pass.
    let sum = FeatureMaps(like: ofEdges)
    copyElements(sum.pointer, ofEdges.pointer, count: sum.count)
    addElements(sum.pointer, ofNodes.pointer, count: sum.count)
    let rows = try mode.gather(sum.rows)
    let flat = Tensor(rows, shape: [rows.shape[0], rows.shape[2]])
    let y = classifier.forward(hidden.forward(flat, mode, stream(0)), mode)
    if case .training = mode { logits = y }
    return y
  }

  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
    guard let logits else { return 0 }
    self.logits = nil
    let (loss, gradient) = crossEntropy(logits, labels: labels)
    let flat = hidden.backward(classifier.backward(gradient))
    let rows = lanes.ownRows(Tensor(flat, shape: [labels.count, 1, flat.shape[1]]))
    let dy = FeatureMaps(rows: rows, height: 1, width: shape.positions, channels: shape.channels)
    try edges.backwardParameters(dy, lanes)
    var dx = dy
    for index in nodes.indices.dropFirst().reversed() { dx = try nodes[index].backward(dx, lanes) }
    try nodes[0].backwardParameters(dx, lanes)
    return loss
  }
}
