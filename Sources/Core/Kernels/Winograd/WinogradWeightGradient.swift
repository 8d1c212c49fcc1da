/// The gradient of a 3 × 3 convolution's weights by Winograd: G^T [sum over tiles of (B^T x B) * (A dy A^T)] G.
///
/// A lane's tiles are taken in passes of some whole samples, or of some tiles of one sample where frames are large; how
/// they are cut follows from the frame's size alone. A sum adds up sample by sample, and inside a pass frame by frame,
/// tile by tile. It is transformed back inside its lane, so that lanes and ranks add gradients of ordinary size.
struct WinogradWeightGradient {
  private let geometry: ConvolutionGeometry
  private let frames: Int
  private let tiles: WinogradTiles
  private let source, gradient: ChannelPanels

  init(_ geometry: ConvolutionGeometry, _ x: FeatureMaps) {
    self.geometry = geometry
    frames = x.frames
    tiles = WinogradTiles(height: x.height, width: x.width)
    source = ChannelPanels(channels: geometry.inputChannels)
    gradient = ChannelPanels(channels: geometry.outputChannels)
  }

  /// Floats of a lane's sum, `[t · h · w][input][output]`, channels padded.
  var count: Int { geometry.frameTaps * 9 * source.stride * gradient.stride }

  /// See `WeightGradient.sums`.
  func sums(_ x: FeatureMaps, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    let sums = Tensor([lanes.count, count])
    let readers = (
      source: PatchReader(x, side: WinogradSize.patch, border: 1),
      gradient: PatchReader(dy, side: WinogradSize.tile, border: 0)
    )
    for (index, lane) in lanes.enumerated() {
      let destination = sums.pointer + index * count
      let passes = passes(lane)
      // A lane of one pass needs each block's sums only for as long as the block is computed.
      let kept = passes.count > 1 ? Tensor([source.stride * gradient.stride * frameTaps * WinogradSize.positions]) : nil
      if passes.isEmpty { destination.update(repeating: 0, count: count) }
      for (number, pass) in passes.enumerated() {
        let operands = Operands(
          source: transform(pass, source) { readers.source.transformPatches($0, $1, $2, $3) },
          gradient: transform(pass, gradient) { readers.gradient.transformTiles($0, $1, $2, $3) })
        Parallel.forEach(source.blocks.count * gradient.blocks.count) { job in
          let (outer, inner) = job.quotientAndRemainder(dividingBy: gradient.blocks.count)
          let block = Block(inputs: source.blocks[outer], outputs: gradient.blocks[inner])
          let size = frameTaps * WinogradSize.positions * block.inputs.width * block.outputs.width
          let start = frameTaps * WinogradSize.positions
            * (block.inputs.start * gradient.stride + block.inputs.width * block.outputs.start)
          let own = kept == nil ? Tensor([size]) : nil
          let products = own?.pointer ?? kept!.pointer + start
          if number == 0 { products.update(repeating: 0, count: size) }
          accumulate(operands, pass, block, into: products)
          if number == passes.count - 1 { transformBack(products, block, to: destination) }
        }
      }
    }
    return sums
  }

  /// Brings `[t · h · w][input][output]` into PyTorch's layout.
  func unpack(_ sums: Tensor, into result: Tensor) {
    let (inputs, taps) = (geometry.inputChannels, frameTaps * 9)
    let (from, to, inputStride, outputStride) = (sums.pointer, result.pointer, source.stride, gradient.stride)
    Parallel.forEachRange(geometry.outputChannels, grain: 16) { outputs in
      for input in 0..<inputs {
        for tap in 0..<taps {
          let row = from + (tap * inputStride + input) * outputStride
          for output in outputs { to[(output * inputs + input) * taps + tap] = row[output] }
        }
      }
    }
  }

  private var frameTaps: Int { geometry.frameTaps }

  /// Tiles that are transformed at a time: some of all samples.
  private struct Pass {
    let samples, tiles: Range<Int>
  }

  /// Transformed input and output gradient of a pass, `[36][panel][row][panel width]`.
  private struct Operands {
    let source, gradient: Tensor
  }

  /// The channels whose products one job adds up.
  private struct Block {
    let inputs, outputs: ChannelPanels.Block
  }

  private func passes(_ lane: Range<Int>) -> [Pass] {
    let most = 64
    if tiles.count <= most {
      return stride(from: lane.lowerBound, to: lane.upperBound, by: most / tiles.count).map {
        Pass(samples: $0..<min(lane.upperBound, $0 + most / tiles.count), tiles: 0..<tiles.count)
      }
    }
    return lane.flatMap { sample in
      stride(from: 0, to: tiles.count, by: most).map {
        Pass(samples: sample..<sample + 1, tiles: $0..<min(tiles.count, $0 + most))
      }
    }
  }

  /// Rows of an operand: sample by sample, frame by frame, tile by tile.
  private func rows(_ pass: Pass) -> Int { pass.samples.count * frames * pass.tiles.count }

  private func transform(
    _ pass: Pass, _ panels: ChannelPanels,
    _ make: (PatchPlace, ChannelPanels, UnsafeMutablePointer<Float>, _ rows: Int) -> Void
  ) -> Tensor {
    let rows = rows(pass)
    let result = Tensor([WinogradSize.positions, rows, panels.stride])
    let (base, grain) = (result.pointer, 16)
    Parallel.forEachRange(rows, grain: grain) { range in
      for row in range {
        let (line, tile) = row.quotientAndRemainder(dividingBy: pass.tiles.count)
        let (sample, frame) = line.quotientAndRemainder(dividingBy: frames)
        let place = PatchPlace(
          row: row, sample: pass.samples.lowerBound + sample, frame: frame, tile: pass.tiles.lowerBound + tile)
        make(place, panels, base, rows)
      }
    }
    return result
  }

  /// Adds the products of a pass to a block's sums, `[36][t][output panel][input][panel width]`.
  private func accumulate(_ operands: Operands, _ pass: Pass, _ block: Block, into sums: UnsafeMutablePointer<Float>) {
    let rows = rows(pass)
    let tapCount = block.inputs.width * block.outputs.width
    for position in 0..<WinogradSize.positions {
      let x = UnsafePointer(operands.source.pointer + position * rows * source.stride)
      let dy = UnsafePointer(operands.gradient.pointer + position * rows * gradient.stride)
      for tap in 0..<frameTaps {
        let shift = tap - geometry.framePadding
        guard frames > abs(shift) else { continue }
        let runs = TapRuns(
          rows: (frames - abs(shift)) * pass.tiles.count, source: max(0, shift) * pass.tiles.count,
          gradient: max(0, -shift) * pass.tiles.count, step: frames * pass.tiles.count, samples: pass.samples.count)
        let to = sums + (position * frameTaps + tap) * tapCount
        for panel in block.outputs.panels {
          runs.forEachBlock { samples, first, places in
            for inputs in block.inputs.panels {
              multiply(
                inputs, panel, runs, samples, first, places, x: x + inputs.start * rows, dy: dy + panel.start * rows,
                sums: to + (panel.start - block.outputs.start) * block.inputs.width
                  + (inputs.start - block.inputs.start) * panel.width)
            }
          }
        }
      }
    }
  }

  /// Adds the products of some rows of a panel of inputs and one of outputs to `[input][panel width]`.
  private func multiply(
    _ inputs: ChannelTiles.Tile, _ outputs: ChannelTiles.Tile, _ runs: TapRuns, _ samples: Range<Int>, _ first: Int,
    _ places: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let block = PlaceLines(
      lines: samples.count, places: places, sourceStep: inputs.width, sourceLine: runs.step * inputs.width,
      gradientLine: runs.step * outputs.width)
    let start = samples.lowerBound * runs.step + first
    #if WIDE_VECTORS
      let rows = 8
    #else
      let rows = outputs.width == 8 ? 8 : 4
    #endif
    for row in stride(from: 0, to: inputs.width, by: rows) {
      outer(
        rows: rows, width: outputs.width, block, x + (start + runs.source) * inputs.width + row,
        dy + (start + runs.gradient) * outputs.width, sums + row * outputs.width)
    }
  }

  /// G^T s G of a block's sums.
  private func transformBack(_ sums: UnsafePointer<Float>, _ block: Block, to destination: UnsafeMutablePointer<Float>) {
    let tapCount = block.inputs.width * block.outputs.width
    let (step, resultStep) = (frameTaps * tapCount, source.stride * gradient.stride)
    withUnsafeTemporaryAllocation(byteCount: 18 * 64, alignment: 64) { memory in
      let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      for tap in 0..<frameTaps {
        for panel in block.outputs.panels {
          for input in 0..<block.inputs.width {
            let from = sums + tap * tapCount + (panel.start - block.outputs.start) * block.inputs.width
              + input * panel.width
            let to = destination + tap * 9 * resultStep + (block.inputs.start + input) * gradient.stride + panel.start
            forEachVector(panel.width) {
              transformSquare(
                KernelGradientTransform.self, TransformRegister.self, from + $0, step, scratch: scratch, to + $0,
                resultStep)
            } eight: {
              transformSquare(
                KernelGradientTransform.self, SIMD8<Float>.self, from + $0, step, scratch: scratch, to + $0, resultStep)
            }
          }
        }
      }
    }
  }
}

/// The rows that one tap over time multiplies: in every sample, a run of frames of the input and one of the output.
private struct TapRuns {
  /// Rows of a run, and where it starts in the input and in the output of its sample.
  let rows, source, gradient: Int
  /// Rows from one sample to the next.
  let step: Int
  let samples: Int

  /// Calls `body` with as many rows at a time as a panel in the first-level cache holds: whole runs of some samples, or
  /// a piece of one.
  func forEachBlock(_ body: (_ samples: Range<Int>, _ first: Int, _ places: Int) -> Void) {
    let most = 192
    let together = max(1, most / rows)
    for sample in stride(from: 0, to: samples, by: together) {
      let range = sample..<min(samples, sample + together)
      for first in stride(from: 0, to: rows, by: most) { body(range, first, min(most, rows - first)) }
    }
  }
}
