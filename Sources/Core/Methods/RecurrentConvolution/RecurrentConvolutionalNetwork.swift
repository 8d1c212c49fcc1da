/// RCN-A, the recurrent convolutional network with an attention unit of Xia et al. 2020, on the flow image of a clip.
struct RecurrentConvolutionalNetwork: EmotionNetwork {
  /// The sizes of the network.
  struct Shape: Equatable, Sendable {
    /// Height and width of the flow image, a multiple of 8.
    var side = 56
    /// Planes of the flow image.
    var inputs = 3
    var channels = 16
    /// Share of the values after each max pool that dropout sets to 0 in training.
    var dropped = 0.5

    /// The work on one clip, without the classifier and the attention, whose work depends on the classes.
    var work: NetworkCost {
      var work = NetworkCost()
      work.add(inputs: inputs, outputs: channels, taps: 25, positions: side * side, isStem: true)
      for size in [side / 2, side / 4] {
        work.add(inputs: channels, outputs: channels, positions: size * size)
        work.add(inputs: channels, outputs: channels, taps: 9, positions: size * size, uses: 2)
      }
      return work
    }
  }

  private let shape: Shape
  private var conv1: NormalizedConvolution
  private var pool = MaxPooling(PoolGeometry(frameTaps: 1, taps: 2, padding: 0))
  private var dropout: Dropout
  private var layers: [RecurrentConvolution]
  private let averaging = AveragePooling(taps: 4)
  private var attention: ActivationAttention
  private var classifier: Linear
  /// The logits of the last training pass.
  private var logits: Tensor?

  init(_ shape: Shape, classes: Int, _ initializer: Initializer) {
    self.shape = shape
    conv1 = NormalizedConvolution("conv1", inputs: shape.inputs, outputs: shape.channels, taps: 5, initializer)
    dropout = Dropout(share: shape.dropped)
    layers = (0..<2).map {
      RecurrentConvolution("rcls.\($0)", channels: shape.channels, dropped: shape.dropped, initializer)
    }
    let positions = shape.side / 8 * (shape.side / 8)
    attention = ActivationAttention(channels: shape.channels, positions: positions)
    classifier = Linear(
      weight: initializer.normal("classifier.weight", [classes, shape.channels * positions], deviation: 0.01),
      bias: initializer.constant("classifier.bias", [classes], 0))
  }

  var parameters: [Parameter] { conv1.parameters + layers.flatMap(\.parameters) + classifier.parameters }
  var statistics: [Statistic] { conv1.statistics + layers.flatMap(\.statistics) }

  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    let images = FeatureMaps(
      channelsLast: inputs, frames: 1, height: shape.side, width: shape.side, channels: shape.inputs)
    func stream(_ number: UInt64) -> CounterRandom { CounterRandom(random.bits(at: number)) }
    let early = dropout.forward(pool.forward(try conv1.forward(images, mode), mode), mode, stream(0))
    var x = early
    for index in layers.indices { x = try layers[index].forward(x, mode, stream(1 + UInt64(index))) }
    let features = attention.forward(
      try rows(x, mode), try rows(averaging.forward(early), mode), weight: classifier.weight.value, mode)
    let y = classifier.forward(features, mode)
    if case .training = mode { logits = y }
    return y
  }

  /// One row per sample: of all samples in training, of this rank's samples in evaluation.
  private func rows(_ maps: FeatureMaps, _ mode: Mode) throws -> Tensor {
    let rows = try mode.gather(maps.rows)
    return Tensor(rows, shape: [rows.shape[0], rows.shape[2]])
  }

  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
    guard let logits else { return 0 }
    self.logits = nil
    let (loss, gradient) = crossEntropy(logits, labels: labels)
    let features = classifier.backward(gradient)
    guard let gradients = attention.backward(features, addingTo: classifier.weight.gradient) else { return loss }
    var dx = maps(gradients.last, lanes)
    for index in layers.indices.reversed() { dx = try layers[index].backward(dx, lanes) }
    let ofAttention = averaging.backward(maps(gradients.earlier, lanes))
    addElements(dx.pointer, ofAttention.pointer, count: dx.count)
    try conv1.backwardParameters(pool.backward(dropout.backward(dx)), lanes)
    return loss
  }

  /// This rank's samples of `rows` as feature maps of the last size.
  private func maps(_ rows: Tensor, _ lanes: Lanes) -> FeatureMaps {
    let side = shape.side / 8
    let all = Tensor(rows, shape: [rows.shape[0], 1, rows.shape[1]])
    return FeatureMaps(rows: lanes.ownRows(all), height: side, width: side, channels: shape.channels)
  }
}

/// RCN-A, so narrow that a CPU trains it in seconds.
let recurrentConvolutionalMethod: NetworkMethod<FlowImage, RecurrentConvolutionalNetwork> = {
  let shape = RecurrentConvolutionalNetwork.Shape()
  return NetworkMethod(
    MethodDescription(
      name: "rcn-a", title: "RCN",
      paper: "Xia, Z., Peng, W., Khor, H.-Q., Feng, X. and Zhao, G. 2020. Revealing the invisible with model and data "
        + "shrinking for composite-database micro-expression recognition. IEEE Transactions on Image Processing "
        + "29:8590–8605; its variant RCN-A",
      settings: [
        MethodDescription.Setting(
          "input",
          "flow of onset to apex, \(shape.side) × \(shape.side): right, down, strain; \(FarnebackFlow.described)"),
        MethodDescription.Setting(
          "network", "5 × 5 convolution, two recurrent layers of two uses each, \(shape.channels) channels"),
        MethodDescription.Setting("attention", "class activation maps of the first convolution's output, 7 × 7"),
        MethodDescription.Setting("dropout", "\(shape.dropped) after each max pool"),
      ],
      changes: [
        "\(shape.channels) channels instead of the authors' 64, and two recurrent layers; their code has one.",
        "Convolutions keep the frame's size and have no bias; the authors' first convolution has no padding.",
        "The flow is Farnebäck's; strain is its third plane.",
        "A constant activation map has attention 0; in the authors' code it is undefined.",
        "Adam, without the authors' learning rate steps; cross-entropy without class weights.",
      ]),
    features: FlowImage(side: shape.side, channels: shape.inputs), work: shape.work, speed: 16.5e9
  ) { classes, initializer in RecurrentConvolutionalNetwork(shape, classes: classes, initializer) }
}()
