/// BDCNN, the block division convolutional network of Chen et al. 2022: all blocks of all flow images go through the
/// same small convolution; the outputs are stacked, mixed by a 1 × 1 convolution and passed to fully connected layers.
struct BlockDivisionNetwork: EmotionNetwork {
  /// The sizes of the network.
  struct Shape: Equatable, Sendable {
    /// Height and width of a flow image, a multiple of `blocks`.
    var side = 64
    /// Flow images.
    var images = 4
    /// Blocks along the height and along the width.
    var blocks = 4
    /// Channels of a block.
    var channels = 8
    /// Channels after the channels of all blocks are mixed, at each position of a block.
    var mixed = 32
    /// Outputs of the first fully connected layer.
    var hidden = 128
    /// Length of the feature.
    var features = 64

    /// Positions along a block's side, before and after the max pool.
    var blockSide: Int { side / blocks }
    var pooledSide: Int { (blockSide + 1) / 2 }
    /// Number of blocks of all images.
    var allBlocks: Int { images * blocks * blocks }

    /// The work on one clip, without the classifier and the augmentation, whose work depends on the classes.
    var work: NetworkCost {
      var work = NetworkCost()
      let (before, after) = (blockSide * blockSide, pooledSide * pooledSide)
      work.add(inputs: 1, outputs: channels, taps: 9, positions: allBlocks * before, isStem: true)
      work.add(inputs: allBlocks * channels, outputs: mixed, positions: after)
      work.addConnected(inputs: mixed * after, outputs: hidden)
      work.addConnected(inputs: hidden, outputs: features)
      return work
    }
  }

  /// λ at the end of training; it grows from 0 in proportion to the steps done.
  static let strength = 0.5

  private let shape: Shape
  private var conv1: NormalizedConvolution
  private var pool = MaxPooling(PoolGeometry(frameTaps: 1, taps: 3, padding: 1))
  private var conv2: NormalizedConvolution
  private var fc1, fc2: RectifiedLinear
  private var classifier: Linear
  private let augmentation: SemanticAugmentation
  /// The outputs of the last training pass.
  private var outputs: (features: Tensor, logits: Tensor)?

  init(_ shape: Shape, classes: Int, _ initializer: Initializer) {
    self.shape = shape
    conv1 = NormalizedConvolution("conv1", inputs: 1, outputs: shape.channels, taps: 3, initializer)
    conv2 = NormalizedConvolution(
      "conv2", inputs: shape.allBlocks * shape.channels, outputs: shape.mixed, taps: 1, initializer)
    let numbers = shape.mixed * shape.pooledSide * shape.pooledSide
    fc1 = RectifiedLinear("fc1", inputs: numbers, outputs: shape.hidden, initializer)
    fc2 = RectifiedLinear("fc2", inputs: shape.hidden, outputs: shape.features, initializer)
    classifier = Linear("classifier", inputs: shape.features, outputs: classes, initializer)
    augmentation = SemanticAugmentation("augmentation", classes: classes, width: shape.features)
  }

  var parameters: [Parameter] {
    conv1.parameters + conv2.parameters + fc1.parameters + fc2.parameters + classifier.parameters
  }
  var statistics: [Statistic] { conv1.statistics + conv2.statistics + augmentation.statistics }

  mutating func forward(_ inputs: Tensor, _ mode: Mode, _ random: CounterRandom) throws -> Tensor {
    let pooled = pool.forward(try conv1.forward(blocks(inputs), mode), mode)
    let mixed = try conv2.forward(stacked(pooled), mode)
    let rows = try mode.gather(mixed.rows)
    let flat = Tensor(rows, shape: [rows.shape[0], rows.shape[2]])
    let features = fc2.forward(fc1.forward(flat, mode, random), mode, random)
    let logits = classifier.forward(features, mode)
    if case .training = mode { outputs = (features, logits) }
    return logits
  }

  mutating func backward(labels: [Int], progress: Double, _ lanes: Lanes) throws -> Double {
    guard let (features, logits) = outputs else { return 0 }
    outputs = nil
    augmentation.update(features, labels: labels)
    let (loss, gradient, ofWeight) = augmentation.loss(
      logits, labels: labels, weight: classifier.weight.value, strength: BlockDivisionNetwork.strength * progress)
    let flat = fc1.backward(fc2.backward(classifier.backward(gradient)))
    addElements(classifier.weight.gradient.pointer, ofWeight.pointer, count: ofWeight.count)
    let rows = lanes.ownRows(Tensor(flat, shape: [labels.count, 1, flat.shape[1]]))
    let maps = FeatureMaps(rows: rows, height: shape.pooledSide, width: shape.pooledSide, channels: shape.mixed)
    try conv1.backwardParameters(pool.backward(unstacked(try conv2.backward(maps, lanes))), lanes)
    return loss
  }

  /// The blocks of all images as frames, `[samples, images · blocks · blocks, side, side, 1]`.
  private func blocks(_ inputs: Tensor) -> FeatureMaps {
    let side = shape.blockSide
    let maps = FeatureMaps(
      samples: inputs.shape[0], frames: shape.allBlocks, height: side, width: side, channels: 1)
    maps.clear()
    Parallel.forEach(maps.samples * maps.frames) { frame in
      let (sample, block) = frame.quotientAndRemainder(dividingBy: maps.frames)
      let (image, cell) = block.quotientAndRemainder(dividingBy: shape.blocks * shape.blocks)
      let (top, left) = (cell / shape.blocks * side, cell % shape.blocks * side)
      for y in 0..<side {
        for x in 0..<side {
          maps.frame(sample, block)[(y * side + x) * maps.stride] =
            inputs.row(sample)[((top + y) * shape.side + left + x) * shape.images + image]
        }
      }
    }
    return maps
  }

  /// Stacks the channels of all blocks at each position of a block, in the order (image, block, channel).
  private func stacked(_ blocks: FeatureMaps) -> FeatureMaps {
    let maps = FeatureMaps(
      samples: blocks.samples, frames: 1, height: blocks.height, width: blocks.width,
      channels: blocks.frames * blocks.channels)
    maps.clear()
    forEachPosition(blocks, maps) { block, stack in stack.update(from: block, count: blocks.channels) }
    return maps
  }

  /// The inverse of `stacked`.
  private func unstacked(_ stack: FeatureMaps) -> FeatureMaps {
    let blocks = FeatureMaps(
      samples: stack.samples, frames: shape.allBlocks, height: stack.height, width: stack.width,
      channels: shape.channels)
    blocks.clear()
    forEachPosition(blocks, stack) { block, stack in block.update(from: stack, count: blocks.channels) }
    return blocks
  }

  /// Calls `body` with the channels of every position of every block, and their position in the stack.
  private func forEachPosition(
    _ blocks: FeatureMaps, _ stack: FeatureMaps,
    _ body: (_ block: UnsafeMutablePointer<Float>, _ stack: UnsafeMutablePointer<Float>) -> Void
  ) {
    Parallel.forEach(blocks.samples) { sample in
      for block in 0..<blocks.frames {
        for position in 0..<blocks.positions {
          body(
            blocks.frame(sample, block) + position * blocks.stride,
            stack.frame(sample, 0) + position * stack.stride + block * blocks.channels)
        }
      }
    }
  }
}

/// BDCNN, so narrow that a CPU trains it in seconds.
let blockDivisionMethod: NetworkMethod<FlowImage, BlockDivisionNetwork> = {
  let shape = BlockDivisionNetwork.Shape()
  return NetworkMethod(
    MethodDescription(
      name: "bdcnn", title: "BDCNN",
      paper: "Chen, B., Liu, K.-H., Xu, Y., Wu, Q.-Q. and Yao, J.-F. 2022. Block division convolutional network with "
        + "implicit deep features augmentation for micro-expression recognition. IEEE Transactions on Multimedia",
      settings: [
        MethodDescription.Setting(
          "input",
          "flow of onset to apex, \(shape.images) images of \(shape.side) × \(shape.side): right, down, strain, "
            + "magnitude; \(FarnebackFlow.described)"),
        MethodDescription.Setting(
          "blocks", "\(shape.blocks) × \(shape.blocks) of each image, \(shape.channels) channels"),
        MethodDescription.Setting(
          "network",
          "1 × 1 convolution to \(shape.mixed), fully connected layers to \(shape.hidden) and \(shape.features)"),
        MethodDescription.Setting(
          "augmentation", "implicit semantic, λ from 0 to \(BlockDivisionNetwork.strength) over all steps"),
      ],
      changes: [
        "Images of \(shape.side) × \(shape.side) instead of 120 × 120; \(shape.mixed), \(shape.hidden) and "
          + "\(shape.features) instead of the authors' 128, 1024 and 128.",
        "Images are single planes of numbers, the authors' are colour images; the fourth is the magnitude, theirs is "
          + "the flow's colour wheel.",
        "The max pool after the first convolution has a stride of 2, theirs of 3.",
        "Convolutions are followed by batch normalisation and have no bias.",
        "The flow is Farnebäck's. Cross-entropy without class weights, Adam instead of SGD, and no image is "
          + "cropped, mirrored or recoloured; the epoch is not chosen on held-out clips.",
      ]),
    features: FlowImage(side: shape.side, channels: shape.images), work: shape.work, speed: 3.7e9
  ) { classes, initializer in BlockDivisionNetwork(shape, classes: classes, initializer) }
}()
