/// The gradient of a 3 × 3 convolution's weights by Winograd: G^T [sum over tiles of (B^T x B) * (A dy A^T)] G, with
/// the same transforms over time.
///
/// A lane's tiles are processed in passes: some whole samples, or some tiles of one sample if frames are large. A sum
/// is added sample by sample, and inside a pass tile in time by tile in time, then tile by tile; so where kernels span
/// several frames the frame's size alone decides about passes. Frames that no tap joins are samples. A sum is
/// transformed back inside its lane, so that lanes and ranks exchange only the gradient itself.
///
/// With a stride of 2 the input has the channels of four phases; the taps that a phase lacks are left out.
struct WinogradWeightGradient<Form: WinogradForm> {
  private let geometry: ConvolutionGeometry
  private let time: WinogradFrames
  private let tiles: WinogradTiles
  /// Of all phases of the input, and of the output.
  private let source, gradient: ChannelPanels

  init(_ geometry: ConvolutionGeometry, _ x: FeatureMaps) {
    self.geometry = geometry
    time = WinogradFrames(x.frames, taps: geometry.frameTaps)
    tiles = WinogradTiles(height: geometry.outputSize(x.height), width: geometry.outputSize(x.width))
    // With large blocks operands are read less often, but every thread needs some blocks.
    let (inputs, outputs) = (
      Form.phases * FeatureMaps.stride(of: geometry.inputChannels), FeatureMaps.stride(of: geometry.outputChannels)
    )
    let (widest, each) = (max(inputs, outputs), inputs * outputs / Parallel.threads)
    let block = [128, 64].first { (most: Int) -> Bool in widest >= 2 * most && each >= most * most } ?? 32
    source = ChannelPanels(channels: inputs, blocksOf: block)
    gradient = ChannelPanels(channels: geometry.outputChannels, blocksOf: block)
  }

  /// Floats of one lane's sum, `[t · h · w][input][output]`, channels padded.
  var count: Int { geometry.frameTaps * 9 * inputStride * gradient.stride }
  private var inputStride: Int { source.stride / Form.phases }

  /// See `WeightGradient.sums`.
  func sums(_ x: FeatureMaps, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    if geometry.frameTaps == 1, x.frames > 1 {
      let frames = x.frames
      return WinogradWeightGradient(geometry, x.singleFrames).sums(
        x.singleFrames, dy: dy.singleFrames, lanes: lanes.map { $0.lowerBound * frames..<$0.upperBound * frames })
    }
    let sums = Tensor([lanes.count, count])
    func add(_ lane: Int) {
      let destination = sums.pointer + lane * count
      let passes = passes(lanes[lane])
      if passes.isEmpty {
        destination.update(repeating: 0, count: count)
      } else if passes.count == 1 {
        sumAtOnce(x, dy, passes[0], into: destination)
      } else {
        sumInPasses(x, dy, passes, into: destination)
      }
    }
    // A thread that adds whole lanes keeps what it transforms in its own cache and waits for no other.
    if lanes.count % Parallel.threads == 0, source.stride * gradient.stride <= 1 << 15 {
      Parallel.forEach(lanes.count, add)
    } else {
      for lane in lanes.indices { add(lane) }
    }
    return sums
  }

  /// Adds a single pass, block by block: a block's products are freed as soon as they are transformed back.
  private func sumAtOnce(
    _ x: FeatureMaps, _ dy: FeatureMaps, _ pass: WinogradTilePass, into destination: UnsafeMutablePointer<Float>
  ) {
    let patches = WinogradOperand(PatchOperand<Form>.self, x, tiles, pass, source)
    let gradients = WinogradOperand(GradientOperand<Form>.self, dy, tiles, pass, gradient)
    Parallel.forEach(source.blocks.count * gradient.blocks.count) { job in
      let block = Block(
        inputs: source.blocks[job / gradient.blocks.count], outputs: gradient.blocks[job % gradient.blocks.count])
      let products = Tensor([positions, block.step])
      for position in 0..<positions {
        accumulate(patches, gradients, position, block, isFirst: true, into: products.row(position))
      }
      for panel in block.outputs.panels {
        transformBack(products.pointer, block, panel, block.inputs.all, to: destination)
      }
    }
  }

  /// Adds one pass after the other, with the positions in parallel.
  private func sumInPasses(
    _ x: FeatureMaps, _ dy: FeatureMaps, _ passes: [WinogradTilePass], into destination: UnsafeMutablePointer<Float>
  ) {
    let whole = Block(inputs: source.whole, outputs: gradient.whole)
    let products = Tensor([positions, whole.step])
    for (number, pass) in passes.enumerated() {
      let patches = WinogradOperand(PatchOperand<Form>.self, x, tiles, pass, source)
      let gradients = WinogradOperand(GradientOperand<Form>.self, dy, tiles, pass, gradient)
      Parallel.forEach(positions) { position in
        accumulate(patches, gradients, position, whole, isFirst: number == 0, into: products.row(position))
      }
    }
    Parallel.forEach(gradient.panels.count * source.stride / 8) { job in
      let (panel, inputs) = job.quotientAndRemainder(dividingBy: source.stride / 8)
      transformBack(products.pointer, whole, gradient.panels[panel], inputs * 8..<inputs * 8 + 8, to: destination)
    }
  }

  /// Converts `[t · h · w][input][output]` to PyTorch's layout.
  func unpack(_ sums: Tensor, into result: Tensor) {
    let (inputs, taps) = (geometry.inputChannels, geometry.frameTaps * 9)
    let (from, to, inputStride, outputStride) = (sums.pointer, result.pointer, inputStride, gradient.stride)
    Parallel.forEachRange(geometry.outputChannels, grain: 16) { outputs in
      for input in 0..<inputs {
        for tap in 0..<taps {
          let row = from + (tap * inputStride + input) * outputStride
          for output in outputs { to[(output * inputs + input) * taps + tap] = row[output] }
        }
      }
    }
  }

  /// Pairs of a position in space and a point in time.
  private var positions: Int { Form.positions * time.points }

  /// The channels whose products one job adds, `[position][output panel][input][panel width]`.
  private struct Block {
    let inputs, outputs: ChannelPanels.Block

    /// Floats per position, with a gap that puts positions in different sets of a cache.
    var step: Int { inputs.width * outputs.width + 16 }
  }

  /// Tiles per pass, each with all frames: few enough for the second-level cache, and enough to read and write the sums
  /// seldom.
  private var mostTiles: Int {
    time.points == 1 ? (gradient.stride <= 128 ? 32 : 128) : tiles.count > 16 ? 32 : 64
  }

  private func passes(_ lane: Range<Int>) -> [WinogradTilePass] {
    let most = mostTiles
    if tiles.count <= most {
      return stride(from: lane.lowerBound, to: lane.upperBound, by: most / tiles.count).map {
        WinogradTilePass(
          samples: $0..<min(lane.upperBound, $0 + most / tiles.count), tiles: 0..<tiles.count, time: time)
      }
    }
    return lane.flatMap { sample in
      stride(from: 0, to: tiles.count, by: most).map {
        WinogradTilePass(samples: sample..<sample + 1, tiles: $0..<min(tiles.count, $0 + most), time: time)
      }
    }
  }

  /// Adds the products of a pass at a position to a block's sums.
  private func accumulate(
    _ patches: WinogradOperand, _ gradients: WinogradOperand, _ position: Int, _ block: Block, isFirst: Bool,
    into sums: UnsafeMutablePointer<Float>
  ) {
    // As many rows at a time as fit the first-level cache.
    let most = 192
    for panel in block.outputs.panels {
      let dy = gradients.panel(position, panel)
      let to = sums + (panel.start - block.outputs.start) * block.inputs.width
      for first in stride(from: 0, to: patches.rows, by: most) {
        let rows = min(most, patches.rows - first)
        for inputs in block.inputs.panels where !isZero(inputs, position) {
          multiply(
            rows, inputs, panel, x: patches.panel(position, inputs) + first * inputs.width,
            dy: dy + first * panel.width, sums: to + (inputs.start - block.inputs.start) * panel.width,
            continues: !isFirst || first > 0)
        }
      }
    }
  }

  /// Whether all products of a panel of inputs at a position are left out, because they are only for taps that a phase
  /// lacks.
  private func isZero(_ inputs: ChannelTiles.Tile, _ position: Int) -> Bool {
    guard Form.phases > 1 else { return false }
    return (inputs.start / inputStride...(inputs.start + inputs.width - 1) / inputStride)
      .allSatisfy { Form.isZero(phase: $0, position: position / time.points, flipped: false) }
  }

  /// Adds the products of some rows of a panel of inputs and one of outputs to `[input][panel width]`.
  @inline(__always)
  private func multiply(
    _ rows: Int, _ inputs: ChannelTiles.Tile, _ outputs: ChannelTiles.Tile, x: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, continues: Bool
  ) {
    let line = PositionLines(
      frames: 1, lines: 1, positions: rows, sourceStep: inputs.width, sourceLine: 0, gradientStep: outputs.width)
    #if WIDE_VECTORS
      let together = 8
    #else
      let together = outputs.width == 8 ? 8 : 4
    #endif
    for input in stride(from: 0, to: inputs.width, by: together) {
      outer(
        rows: together, width: outputs.width, line, x + input, dy, sums + input * outputs.width, continues: continues)
    }
  }

  /// G^T s G of some inputs of all phases and a panel of outputs of a block's sums.
  private func transformBack(
    _ sums: UnsafePointer<Float>, _ block: Block, _ panel: ChannelTiles.Tile, _ inputs: Range<Int>,
    to destination: UnsafeMutablePointer<Float>
  ) {
    let taps = (0..<Form.phases).map(Form.taps(ofPhase:))
    withUnsafeTemporaryAllocation(byteCount: (3 * 36 + 24) * 64, alignment: 64) { memory in
      let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      for input in inputs {
        let from =
          sums + (panel.start - block.outputs.start) * block.inputs.width
          + (input - block.inputs.start) * panel.width
        let (phase, channel) = input.quotientAndRemainder(dividingBy: inputStride)
        let to = destination + channel * gradient.stride + panel.start
        forEachVector(panel.width) {
          transformBack(TransformRegister.self, from + $0, block.step, scratch, taps[phase], to + $0)
        } eight: {
          transformBack(SIMD8<Float>.self, from + $0, block.step, scratch, taps[phase], to + $0)
        }
      }
    }
  }

  /// Transforms one vector of sums, positions `step` floats apart, into the taps of its phase.
  @inline(__always)
  private func transformBack<V: TransformVector>(
    _: V.Type, _ sums: UnsafePointer<Float>, _ step: Int, _ scratch: UnsafeMutablePointer<Float>, _ taps: [Int?],
    _ to: UnsafeMutablePointer<Float>
  ) {
    guard time.points > 1 else { return writeKernel(V.self, sums, step, scratch, taps, to) }
    let squares = scratch + 24 &* V.width
    let square = Form.positions &* V.width
    for position in 0..<Form.positions {
      let (first, second, third) = FrameTransform.kernelGradient(V.self, sums + 5 &* position &* step, step)
      first.store(squares + position &* V.width)
      second.store(squares + square + position &* V.width)
      third.store(squares + 2 &* square + position &* V.width)
    }
    for tap in 0..<3 {
      writeKernel(
        V.self, squares + tap &* square, V.width, scratch, taps, to + 9 &* tap &* inputStride &* gradient.stride)
    }
  }

  /// G^T s G of one vector of a tap in time, into the taps of its phase.
  @inline(__always)
  private func writeKernel<V: TransformVector>(
    _: V.Type, _ sums: UnsafePointer<Float>, _ step: Int, _ scratch: UnsafeMutablePointer<Float>, _ taps: [Int?],
    _ to: UnsafeMutablePointer<Float>
  ) {
    let tapStep = inputStride &* gradient.stride
    guard Form.phases > 1 else {
      return transformSquare(Form.KernelGradient.self, V.self, sums, step, scratch: scratch, to, tapStep)
    }
    let kernel = scratch + 18 &* V.width
    transformSquare(Form.KernelGradient.self, V.self, sums, step, scratch: scratch, kernel, V.width)
    for (index, tap) in taps.enumerated() {
      if let tap { V.load(kernel + index &* V.width).store(to + tap &* tapStep) }
    }
  }
}
