/// AU-GACN after Xie et al. 2020: 3-D convolutions over a clip, a feature for each action unit, graph attention between
/// them, and from the units' features both the units and the emotion.
///
/// The graph has a fixed number of nodes, so that a network can be made before its clips are known; nodes without an
/// action unit have no edges, and their features are 0. Which units the nodes stand for and how they are linked are
/// statistics: they are taken from the training clips and kept with the weights.
struct ActionUnitNetwork: MethodNetwork {
  /// The sizes of the network, and what it needs of the training clips.
  struct Shape: Equatable, Sendable {
    /// Frames of a clip.
    var steps = 9
    /// Height and width of a frame.
    var side = 32
    /// Channels of the convolutions.
    var channels = [8, 16, 32]
    /// Nodes of the graph: the largest number of action units.
    var nodes = 16
    /// Length of a node's feature.
    var width = 16
    /// Layers of graph attention.
    var layers = 2
    /// Share of the nodes' first features that dropout sets to 0 in training.
    var dropped = 0.5
    /// The weight of the action units' loss beside that of the emotion.
    var unitWeight = 1.0
    /// In how many training clips an action unit must occur.
    var leastClips = 2
    /// The share of training clips that must have action units.
    var leastShare = 0.5

    /// The work on one clip, without the classifier.
    var work: NetworkCost {
      var work = NetworkCost()
      var (inputs, size) = (1, side)
      for outputs in channels {
        work.add(
          inputs: inputs, outputs: outputs, taps: 27, positions: steps * size * size, isStem: size == side)
        (inputs, size) = (outputs, size / 2)
      }
      work.addConnected(inputs: inputs * size * size, outputs: nodes * width)
      for _ in 0..<layers {
        work.addConnected(inputs: width, outputs: width, rows: nodes)
        // s · z and t · z of each node, then the sum over its edges.
        work.add(work: 2 * nodes * width + nodes * nodes * width)
      }
      work.addConnected(inputs: nodes * width, outputs: nodes)
      return work
    }
  }

  private let shape: Shape
  private var convolutions: [NormalizedConvolution] = []
  private var pools: [MaxPooling] = []
  private var nodes: RectifiedLinear
  private var layers: [GraphAttention]
  private var detector, classifier: Linear
  /// The numbers of the nodes' action units, `[nodes]`, ascending, then 0; and A, `[nodes, nodes]`.
  private let units, adjacency: Statistic
  /// The action units of each training clip.
  private var targets: [[Float?]] = []
  /// The logits of the last training pass: of the emotions, and of the units, `[batch, nodes]`.
  private var logits: (emotions: Tensor, units: Tensor)?

  init(_ shape: Shape, classes: Int, _ initializer: Initializer) {
    self.shape = shape
    var (inputs, side) = (1, shape.side)
    for (index, outputs) in shape.channels.enumerated() {
      convolutions.append(
        NormalizedConvolution(
          "conv\(index + 1)", inputs: inputs, outputs: outputs, frameTaps: 3, taps: 3, initializer))
      let pool = MaxPooling(PoolGeometry(frameTaps: 1, taps: 2, padding: 0))
      (inputs, side) = (outputs, pool.geometry.outputSize(side))
      pools.append(pool)
    }
    nodes = RectifiedLinear(
      "nodes", inputs: inputs * side * side, outputs: shape.nodes * shape.width, dropped: shape.dropped, initializer)
    layers = (0..<shape.layers).map {
      GraphAttention("graph.\($0)", inputs: shape.width, outputs: shape.width, initializer)
    }
    detector = Linear("units", inputs: shape.nodes * shape.width, outputs: shape.nodes, initializer)
    classifier = Linear("classifier", inputs: shape.nodes * shape.width, outputs: classes, initializer)
    units = Statistic(name: "graph.units", value: Tensor([shape.nodes], filledWith: 0))
    adjacency = Statistic(name: "graph.adjacency", value: Tensor([shape.nodes, shape.nodes], filledWith: 0))
  }

  var parameters: [Parameter] {
    convolutions.flatMap(\.parameters) + nodes.parameters + layers.flatMap(\.parameters) + detector.parameters
      + classifier.parameters
  }
  var statistics: [Statistic] { convolutions.flatMap(\.statistics) + [units, adjacency] }

  mutating func prepare(for clips: [Clip]) throws {
    let coded = clips.map(\.codedUnits)
    let known = coded.compactMap { $0 }.filter { !$0.numbers.isEmpty }
    let needed = Int((shape.leastShare * Double(clips.count)).rounded(.up))
    guard known.count >= max(1, needed) else {
      throw Fault(
        at: "training clips",
        "\(known.count) of \(clips.count) have action units, \(max(1, needed)) are needed; import them from a coding "
          + "sheet with action units, or leave this method out of `methods`")
    }
    let graph = ActionUnitGraph(known, most: shape.nodes, least: shape.leastClips)
    guard !graph.units.isEmpty else {
      throw Fault(
        at: "training clips",
        "no action unit occurs in \(shape.leastClips) of the \(known.count) that have some; use more clips or fewer "
          + "folds, or leave this method out of `methods`")
    }
    set(graph)
    targets = coded.map(graph.targets)
  }

  /// Takes a graph with at most as many units as there are nodes.
  private func set(_ graph: ActionUnitGraph) {
    units.value.clear()
    adjacency.value.clear()
    for (node, unit) in graph.units.enumerated() {
      units.value[node] = Float(unit)
      for (other, share) in graph.adjacency[node].enumerated() { adjacency.value.row(node)[other] = Float(share) }
    }
  }

  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    var x = FeatureMaps(
      channelsLast: inputs, frames: shape.steps, height: shape.side, width: shape.side, channels: 1)
    for index in convolutions.indices { x = pools[index].forward(try convolutions[index].forward(x, mode), mode) }
    let features = nodes.forward(try mode.gather(frameMeans(x.rows)), mode, random)
    let rows = features.shape[0]
    var graph = Tensor(features, shape: [rows * shape.nodes, shape.width])
    for index in layers.indices { graph = layers[index].forward(graph, adjacency: adjacency.value, mode) }
    let related = Tensor(graph, shape: features.shape)
    let emotions = classifier.forward(related, mode)
    if case .training = mode { logits = (emotions, detector.forward(related, mode)) }
    return emotions
  }

  mutating func backward(labels: [Int], clips: [Int], progress: Double, _ lanes: Lanes) throws -> StepLosses {
    guard let logits else { return StepLosses() }
    self.logits = nil
    let (entropy, ofEmotions) = crossEntropy(logits.emotions, labels: labels)
    let own = clips.map { targets[$0] }
    let (unitLoss, ofUnits) = binaryCrossEntropy(logits.units, targets: own, columns: own[0].count)
    var losses = StepLosses(crossEntropy: entropy)
    losses.actionUnits = unitLoss
    losses.total += shape.unitWeight * unitLoss

    for index in 0..<ofUnits.count { ofUnits[index] *= Float(shape.unitWeight) }
    let related = classifier.backward(ofEmotions)
    addElements(related.pointer, detector.backward(ofUnits).pointer, count: related.count)
    var graph = Tensor(related, shape: [labels.count * shape.nodes, shape.width])
    for index in layers.indices.reversed() { graph = layers[index].backward(graph) }
    let features = nodes.backward(Tensor(graph, shape: related.shape))
    var dx = maps(ofMeans: lanes.ownRows(features))
    for index in convolutions.indices.reversed() {
      dx = pools[index].backward(dx)
      // The frames need no gradient.
      if index == 0 {
        try convolutions[index].backwardParameters(dx, lanes)
      } else {
        dx = try convolutions[index].backward(dx, lanes)
      }
    }
    return losses
  }

  /// The mean of the rows of a clip's frames, `[samples, width]` of `[samples, frames, width]`.
  private func frameMeans(_ rows: Tensor) -> Tensor {
    let means = Tensor([rows.shape[0], rows.shape[2]], filledWith: 0)
    let width = rows.shape[2]
    Parallel.forEach(rows.shape[0]) { sample in
      for frame in 0..<shape.steps {
        addScaled(means.row(sample), 1 / Float(shape.steps), rows.row(sample) + frame * width, count: width)
      }
    }
    return means
  }

  /// The gradient of the last feature maps, from that of `frameMeans`.
  private func maps(ofMeans gradient: Tensor) -> FeatureMaps {
    let (samples, width) = (gradient.shape[0], gradient.shape[1])
    let rows = Tensor([samples, shape.steps, width], filledWith: 0)
    Parallel.forEach(samples) { sample in
      for frame in 0..<shape.steps {
        addScaled(rows.row(sample) + frame * width, 1 / Float(shape.steps), gradient.row(sample), count: width)
      }
    }
    let side = pools.reduce(shape.side) { $1.geometry.outputSize($0) }
    return FeatureMaps(rows: rows, height: side, width: side, channels: shape.channels[shape.channels.count - 1])
  }
}
