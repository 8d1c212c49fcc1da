/// The residual network of both branches: a stem, three layers, an attention module, a fourth layer, pooling to a
/// feature, and a classifier.
///
/// MENet learns motion: its kernels span three frames (seven in the stem) and its attention is diverse. IDNet learns
/// identity: its kernels span one frame and all frames share one attention. See `MENet.swift` and `IDNet.swift`.
public struct RecognitionNetwork {
  /// The sizes of a network, and the differences between the two branches.
  public struct Shape: Equatable, Sendable {
    /// Channels after the stem.
    public var width: Int
    /// Frames of a clip.
    public var frames: Int
    /// Height and width of a frame, pixels.
    public var size: Int
    public var classes: Int
    public var stem: SweepConfiguration.Stem
    public var attention: Attention

    /// Frames that the stem's and the blocks' kernels span.
    var stemFrames, blockFrames: Int

    /// Positions per frame at the attention module, P.
    public var positions: Int {
      let side = (stem == .code ? [7, 3, 2, 3, 3] : [7, 3, 3, 3]).reduce(size) { size, taps in
        (size + 2 * (taps / 2 - (taps == 2 ? 1 : 0)) - taps) / 2 + 1
      }
      return side * side
    }
    /// Length of the feature, 8 · width.
    public var features: Int { 8 * width }
  }

  public enum Attention: Sendable { case none, same, diverse }

  /// The result of a forward pass.
  public struct Output {
    /// f^e or f^d of all samples, `[batch, features]` (own samples in evaluation mode).
    public let features: Tensor
    /// `[batch, classes]` (own samples in evaluation mode).
    public let logits: Tensor
    /// The attention maps of all samples, `[batch, frames, positions]`; nil without diverse attention.
    public let maps: Tensor?

    public init(features: Tensor, logits: Tensor, maps: Tensor?) {
      self.features = features
      self.logits = logits
      self.maps = maps
    }
  }

  private enum AttentionModule {
    case none
    case same(SelfAttention)
    case diverse(DiverseAttention)
  }

  public let shape: Shape
  private var conv1: ConvolutionLayer
  private var bn1: BatchNormalization
  private var pools: [MaxPooling]
  private var early: [BasicBlock]
  private var attention: AttentionModule
  private var late: [BasicBlock]
  private var featurePooling = FeaturePooling()
  private var bn: RowNormalization
  private var classifier: Linear

  init(_ shape: Shape, _ initializer: Initializer) {
    self.shape = shape
    let width = shape.width
    conv1 = ConvolutionLayer(
      "conv1",
      ConvolutionGeometry(inputChannels: 3, outputChannels: width, frameTaps: shape.stemFrames, taps: 7, stride: 2),
      initializer)
    bn1 = BatchNormalization("bn1", channels: width, rectified: true, initializer)
    pools = [MaxPooling(PoolGeometry(frameTaps: shape.blockFrames, taps: 3, padding: 1))]
    if shape.stem == .code { pools.append(MaxPooling(PoolGeometry(frameTaps: 1, taps: 2, padding: 0))) }
    func layer(_ number: Int, inputs: Int, outputs: Int, stride: Int) -> [BasicBlock] {
      (0..<2).map { block in
        BasicBlock(
          "layer\(number).\(block)", inputs: block == 0 ? inputs : outputs, outputs: outputs,
          frameTaps: shape.blockFrames, stride: block == 0 ? stride : 1, initializer)
      }
    }
    early =
      layer(1, inputs: width, outputs: width, stride: 1) + layer(2, inputs: width, outputs: 2 * width, stride: 2)
      + layer(3, inputs: 2 * width, outputs: 4 * width, stride: 2)
    late = layer(4, inputs: 4 * width, outputs: 8 * width, stride: 1)
    switch shape.attention {
    case .none: attention = .none
    case .same: attention = .same(SelfAttention("attention", channels: 4 * width, initializer))
    case .diverse:
      attention = .diverse(
        DiverseAttention(
          "attention", channels: 4 * width, frames: shape.frames, positions: shape.positions, initializer))
    }
    bn = RowNormalization("bn", width: shape.features, initializer)
    classifier = Linear(
      weight: initializer.normal("classifier.weight", [shape.classes, shape.features], deviation: 0.001),
      bias: initializer.constant("classifier.bias", [shape.classes], 0))
  }

  /// Runs the network on own samples of `clips`, `[samples, frames, size, size, 3]`, values in [-1, 1].
  public mutating func forward(_ clips: Tensor, _ mode: Mode) throws -> Output {
    var x = try bn1.forward(conv1.forward(.clips(clips), mode), mode)
    for index in pools.indices { x = pools[index].forward(x, mode) }
    for index in early.indices { x = try early[index].forward(x, mode) }
    var maps: Tensor?
    switch attention {
    case .none: break
    case .same(var module):
      (x, _) = try module.forward(x, mode)
      attention = .same(module)
    case .diverse(var module):
      (x, maps) = try module.forward(x, mode)
      attention = .diverse(module)
    }
    for index in late.indices { x = try late[index].forward(x, mode) }
    let features = try mode.gather(featurePooling.forward(x, mode))
    return Output(features: features, logits: classifier.forward(bn.forward(features, mode), mode), maps: maps)
  }

  /// Sets every parameter's gradient, from the gradients of the outputs of the last training pass.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes]`.
  ///   - features: the gradient of the feature by losses other than the classifier's, `[batch, features]`; or nil.
  ///   - maps: `[batch, frames, positions]`, or nil.
  public mutating func backward(logits: Tensor, features: Tensor?, maps: Tensor?, _ lanes: Lanes) throws {
    try lanes.whileAdding { try backwardLayers(logits: logits, features: features, maps: maps, lanes) }
  }

  private mutating func backwardLayers(logits: Tensor, features: Tensor?, maps: Tensor?, _ lanes: Lanes) throws {
    let gradient = bn.backward(classifier.backward(logits))
    if let features { addElements(gradient.pointer, features.pointer, count: gradient.count) }
    var dx = featurePooling.backward(lanes.ownRows(gradient))
    for index in late.indices.reversed() { dx = try late[index].backward(dx, lanes) }
    switch attention {
    case .none: break
    case .same(var module):
      dx = try module.backward(dx, lanes)
      attention = .same(module)
    case .diverse(var module):
      dx = try module.backward(dx, mapGradient: maps, lanes)
      attention = .diverse(module)
    }
    for index in early.indices.reversed() { dx = try early[index].backward(dx, lanes) }
    for index in pools.indices.reversed() { dx = pools[index].backward(dx) }
    try conv1.backwardWeight(bn1.backward(dx, lanes), lanes)
  }

  /// All learned parameters, in a fixed order.
  public var parameters: [Parameter] {
    var all = [conv1.weight] + bn1.state.parameters + early.flatMap(\.parameters)
    switch attention {
    case .none: break
    case .same(let module): all += module.norm.state.parameters
    case .diverse(let module): all += module.parameters
    }
    return all + late.flatMap(\.parameters) + bn.state.parameters + classifier.parameters
  }

  /// Running statistics, in a fixed order.
  public var statistics: [Statistic] {
    var all = bn1.state.statistics + early.flatMap(\.statistics)
    switch attention {
    case .none: break
    case .same(let module): all += module.norm.state.statistics
    case .diverse(let module): all += module.statistics
    }
    return all + late.flatMap(\.statistics) + bn.state.statistics
  }
}
