/// The gradient of a convolution's weights, tap by tap, as products of packed source channels and output channels.
///
/// Sums are kept in tiles, `[output tile][channel tile][t][h][w][rows][tile width]`, until they have been added over
/// all lanes. `unpack` then converts them to PyTorch's layout, once.
struct DirectWeightGradient {
  private let geometry: ConvolutionGeometry
  /// Floats per source position, and taps over width. The three colours of a clip are so few that a whole row of taps
  /// counts as one position.
  private let stride, taps: Int
  /// Source channels in a tile.
  private let rows: Int
  private let channelTiles: Int
  private let outputTiles: [ChannelTiles.Tile]

  init(_ geometry: ConvolutionGeometry, _ input: ConvolutionInput) {
    self.geometry = geometry
    let outputStride = FeatureMaps.stride(of: geometry.outputChannels)
    if case .clips = input {
      (stride, taps) = (geometry.taps * input.stride, 1)
      // Seven taps of three colours, in two parts only, because each part reads all positions.
      #if WIDE_VECTORS
        rows = 11
      #else
        rows = outputStride == 8 ? 11 : tileRows
      #endif
    } else {
      (stride, taps) = (input.stride, geometry.taps)
      rows = stride == 8 ? (outputStride == 8 ? 8 : 4) : tileRows
    }
    channelTiles = (stride + rows - 1) / rows
    outputTiles = ChannelTiles(stride: outputStride).tiles
  }

  /// Floats of all tiles.
  var count: Int {
    outputTiles.reduce(0) { $0 + $1.width } * channelTiles * rows * geometry.frameTaps * geometry.taps * taps
  }

  /// The sums of some lanes, `[lanes][count]`. Inside a lane, every element adds its products sample by sample; in a
  /// sample, block of lines by block of lines; in a block, frame by frame and position by position.
  ///
  /// - Parameter lanes: the samples of each lane, ranges of this rank's samples.
  func sums(_ x: ConvolutionInput, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    let sums = Tensor([lanes.count, count])
    let blocks = GradientBlocks(geometry, x, dy, rows: rows, outputTiles: outputTiles)
    let shares = TileShares(
      outputs: outputTiles.count, channels: channelTiles, wanted: Parallel.threads * 4 / max(1, lanes.count))
    Parallel.forEach(lanes.count * shares.count) { job in
      let (lane, share) = job.quotientAndRemainder(dividingBy: shares.count)
      accumulate(
        blocks, outputs: shares.outputs(share), channels: shares.channels(share), samples: lanes[lane],
        into: sums.pointer + lane * count)
    }
    return sums
  }

  /// Converts tiles to PyTorch's layout, `[output, input, t, h, w]`.
  func unpack(_ tiles: Tensor, into gradient: Tensor) {
    let (from, to) = (tiles.pointer, gradient.pointer)
    Parallel.forEach(outputTiles.count * channelTiles) { job in
      let (output, channels) = job.quotientAndRemainder(dividingBy: channelTiles)
      write(from + tileStart(output, channels), outputTiles[output], channels, to: to)
    }
  }

  private func tileStart(_ output: Int, _ channels: Int) -> Int {
    let perColumn = rows * geometry.frameTaps * geometry.taps * taps
    let tile = outputTiles[output]
    return (tile.start * channelTiles + channels * tile.width) * perColumn
  }

  /// Adds the products of a lane's samples to some tiles.
  private func accumulate(
    _ blocks: GradientBlocks, outputs: Range<Int>, channels: Range<Int>, samples: Range<Int>,
    into sums: UnsafeMutablePointer<Float>
  ) {
    clearUnmet(blocks.frames, outputs: outputs, channels: channels, isEmpty: samples.isEmpty, sums)
    let room = blocks.room(outputs: outputs, channels: channels)
    for sample in samples {
      for line in Swift.stride(from: 0, to: blocks.height, by: blocks.linesAtATime) {
        for frames in blocks.frameRanges {
          let block = blocks.block(sample, line: line, frames: frames, outputs: outputs, channels: channels, in: room)
          for output in outputs {
            for channel in channels {
              add(
                block, output, channel, isFirst: sample == samples.lowerBound && line == 0,
                to: sums + tileStart(output, channel))
            }
          }
        }
      }
    }
  }

  /// Sets those sums to zero to which nothing is added: of taps that are outside the clip at every frame, or all sums
  /// of a lane without samples.
  private func clearUnmet(
    _ frames: Int, outputs: Range<Int>, channels: Range<Int>, isEmpty: Bool, _ sums: UnsafeMutablePointer<Float>
  ) {
    for output in outputs {
      let perFrameTap = rows * outputTiles[output].width * geometry.taps * taps
      for channel in channels {
        for frameTap in 0..<geometry.frameTaps where isEmpty || abs(frameTap - geometry.framePadding) >= frames {
          (sums + tileStart(output, channel) + frameTap * perFrameTap).update(repeating: 0, count: perFrameTap)
        }
      }
    }
  }

  /// Adds a block's products to one tile.
  ///
  /// - Parameter isFirst: whether these are the first lines of the sum; the tile is then overwritten.
  private func add(
    _ block: GradientBlocks.Block, _ output: Int, _ channel: Int, isFirst: Bool, to sums: UnsafeMutablePointer<Float>
  ) {
    let tile = outputTiles[output]
    let tileCount = rows * tile.width
    for first in Swift.stride(from: block.frames.lowerBound, to: block.frames.upperBound, by: block.framesAtATime) {
      for frameTap in 0..<geometry.frameTaps {
        let shift = frameTap - geometry.framePadding
        let start = max(first, -shift)
        let end = min(block.frames.upperBound, first + block.framesAtATime, block.allFrames - shift)
        guard start < end else { continue }
        // Inside a line all sums stay in registers; at its end the compiler moves some of them to memory.
        let lines = PositionLines(
          frames: end - start, lines: block.lines, positions: block.positions,
          sourceStep: block.step * block.sourcePosition,
          sourceLine: block.step * block.sourceLine, gradientStep: block.gradientPosition(tile),
          sourceFrame: block.sourceFrame, gradientFrame: block.gradientFrame(tile)
        ).joined
        let source = block.source(channel, frame: start + shift)
        for row in 0..<geometry.taps {
          for tap in 0..<taps {
            outer(
              rows: rows, width: tile.width, lines,
              source + row * block.sourceLine + tap * block.sourcePosition, block.gradient(tile, frame: start),
              sums + ((frameTap * geometry.taps + row) * taps + tap) * tileCount,
              continues: !(isFirst && start == max(0, -shift)))
          }
        }
      }
    }
  }

  /// Moves a tile `[t][h][w][rows][width]` to `[output, input, t, h, w]`.
  private func write(
    _ sums: UnsafePointer<Float>, _ tile: ChannelTiles.Tile, _ channelTile: Int,
    to gradient: UnsafeMutablePointer<Float>
  ) {
    let side = geometry.taps
    let inputs = geometry.inputChannels
    let unfolded = taps != side
    for row in 0..<rows {
      let index = channelTile * rows + row
      let input = unfolded ? index % inputs : index
      guard unfolded ? index < inputs * side : index < inputs else { continue }
      for column in 0..<min(tile.width, geometry.outputChannels - tile.start) {
        let kernel = gradient + ((tile.start + column) * inputs + input) * geometry.frameTaps * side * side
        for line in 0..<geometry.frameTaps * side {
          for tap in 0..<taps {
            kernel[line * side + (unfolded ? index / inputs : tap)] =
              sums[((line * taps + tap) * rows + row) * tile.width + column]
          }
        }
      }
    }
  }
}

/// Runs `outerTile` with the tile of this size.
func outer(
  rows: Int, width: Int, _ lines: PositionLines, _ source: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>, continues: Bool
) {
  switch (rows, width) {
  case (8, 8):
    outerTile(
      InlineArray<8, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
  case (4, 8):
    outerTile(
      InlineArray<4, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
  case (4, 16):
    outerTile(
      InlineArray<4, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
  #if WIDE_VECTORS
    case (11, 8):
      outerTile(
        InlineArray<11, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    case (11, 16):
      outerTile(
        InlineArray<11, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues
      )
    case (11, 32):
      outerTile(
        InlineArray<11, Pair32>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    case (12, 32):
      outerTile(
        InlineArray<12, Pair32>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    case (4, 32):
      outerTile(
        InlineArray<4, Pair32>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    case (8, 16):
      outerTile(
        InlineArray<8, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    default:
      outerTile(
        InlineArray<8, Pair32>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
  #else
    case (11, 8):
      outerTile(
        InlineArray<11, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    case (6, 8):
      outerTile(
        InlineArray<6, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
    default:
      outerTile(
        InlineArray<6, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums, continues: continues)
  #endif
  }
}
