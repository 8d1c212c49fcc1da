/// A 2-D ResNet-10 (He et al. 2016, with one basic block in each of its four layers) on the apex frame of a clip.
///
/// conv1 7 × 7 with stride 2, normalisation, ReLU and a 3 × 3 max pool with stride 2; basic blocks of w, 2w, 4w and 8w
/// channels, the last three with stride 2; the mean over positions; a fully connected layer. Its tensors have
/// torchvision's names, its kernels PyTorch's layout with one frame, `[outputs, inputs, 1, taps, taps]`.
struct ApexNetwork: EmotionNetwork {
  /// Channels after the stem, w; height and width of the frame, pixels.
  let width, size: Int
  private var conv1: ConvolutionLayer
  private var bn1: BatchNormalization
  private var pool = MaxPooling(PoolGeometry(frameTaps: 1, taps: 3, padding: 1))
  private var blocks: [BasicBlock]
  private let averaging: AveragePooling
  private var fc: Linear
  /// The logits of the last training pass.
  private var logits: Tensor?

  init(width: Int, size: Int, classes: Int, _ initializer: Initializer) {
    (self.width, self.size) = (width, size)
    conv1 = ConvolutionLayer(
      "conv1", ConvolutionGeometry(inputChannels: 3, outputChannels: width, frameTaps: 1, taps: 7, stride: 2),
      initializer)
    bn1 = BatchNormalization("bn1", channels: width, rectified: true, initializer)
    blocks = (0..<4).map { layer in
      BasicBlock(
        "layer\(layer + 1).0", inputs: layer == 0 ? width : width << (layer - 1), outputs: width << layer,
        frameTaps: 1, stride: layer == 0 ? 1 : 2, initializer)
    }
    averaging = AveragePooling(taps: NetworkCost.apexSide(size))
    fc = Linear("fc", inputs: 8 * width, outputs: classes, initializer)
  }

  var parameters: [Parameter] {
    [conv1.weight] + bn1.state.parameters + blocks.flatMap(\.parameters) + fc.parameters
  }
  var statistics: [Statistic] { bn1.state.statistics + blocks.flatMap(\.statistics) }

  /// - Parameter inputs: `[samples, 1, size, size, 3]`, values in [-1, 1].
  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    var x = pool.forward(try bn1.forward(conv1.forward(.clips(inputs), mode), mode), mode)
    for index in blocks.indices { x = try blocks[index].forward(x, mode) }
    let features = try mode.gather(averaging.forward(x).rows)
    let y = fc.forward(Tensor(features, shape: [features.shape[0], 8 * width]), mode)
    if case .training = mode { logits = y }
    return y
  }

  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
    guard let logits else { return 0 }
    self.logits = nil
    let (loss, gradient) = crossEntropy(logits, labels: labels)
    let features = Tensor(fc.backward(gradient), shape: [labels.count, 1, 8 * width])
    let means = FeatureMaps(rows: lanes.ownRows(features), height: 1, width: 1, channels: 8 * width)
    try lanes.whileAdding { try backwardLayers(averaging.backward(means), lanes) }
    return loss
  }

  private mutating func backwardLayers(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    var dx = dy
    for index in blocks.indices.reversed() { dx = try blocks[index].backward(dx, lanes) }
    try conv1.backwardWeight(bn1.backward(pool.backward(dx), lanes), lanes)
  }
}
