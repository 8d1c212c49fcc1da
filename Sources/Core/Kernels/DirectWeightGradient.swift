/// The gradient of a convolution's weights, tap by tap, as products of packed source channels and output channels.
///
/// Sums are kept in tiles, `[output tile][channel tile][t][h][w][rows][tile width]`, until they have been added over
/// all lanes; `unpack` then brings them into PyTorch's layout once.
struct DirectWeightGradient {
  private let geometry: ConvolutionGeometry
  /// Whether the source is a clip, whose places are so small that they are read where they lie, a row of taps as one
  /// place.
  private let isStem: Bool
  /// Floats of a source place, and taps over width that are places of their own.
  private let stride, taps: Int
  /// Source channels in a tile.
  private let rows: Int
  private let channelTiles: Int
  private let outputTiles: [ChannelTiles.Tile]

  init(_ geometry: ConvolutionGeometry, _ input: ConvolutionInput) {
    self.geometry = geometry
    let outputStride = FeatureMaps.stride(of: geometry.outputChannels)
    if case .clips = input {
      (isStem, stride, taps) = (true, geometry.taps * input.stride, 1)
      // Seven taps of three colours in two parts, since each part reads all places.
      #if WIDE_VECTORS
        rows = 11
      #else
        rows = outputStride == 8 ? 11 : tileRows
      #endif
    } else {
      (isStem, stride, taps) = (false, input.stride, geometry.taps)
      rows = stride == 8 ? (outputStride == 8 ? 8 : 4) : tileRows
    }
    channelTiles = (stride + rows - 1) / rows
    outputTiles = ChannelTiles(stride: outputStride).tiles
  }

  /// Floats of all tiles.
  var count: Int {
    outputTiles.reduce(0) { $0 + $1.width } * channelTiles * rows * geometry.frameTaps * geometry.taps * taps
  }

  /// The sums of some lanes, `[lanes][count]`: inside a lane, every element adds its products sample by sample, frame
  /// by frame, place by place.
  ///
  /// - Parameter lanes: the samples of each lane, neighbouring ranges of this rank's samples.
  func sums(_ x: ConvolutionInput, dy: FeatureMaps, lanes: [Range<Int>]) -> Tensor {
    let sums = Tensor([lanes.count, count])
    guard let first = lanes.first, let last = lanes.last else { return sums }
    let samples = first.lowerBound..<last.upperBound
    let source = x.laidOut(geometry, samples: samples)
    let operands = isStem ? Operands(source, dy, samples, rows: rows) : pack(source, dy, samples)
    let jobs = channelTiles * outputTiles.count
    let (base, count) = (sums.pointer, count)
    Parallel.forEach(lanes.count * jobs) { job in
      let (lane, rest) = job.quotientAndRemainder(dividingBy: jobs)
      let (output, channels) = rest.quotientAndRemainder(dividingBy: channelTiles)
      let range = lanes[lane].lowerBound - samples.lowerBound..<lanes[lane].upperBound - samples.lowerBound
      accumulate(
        operands, outputTile: output, channelTile: channels, samples: range,
        into: base + lane * count + tileStart(output, channels))
    }
    return sums
  }

  /// Brings tiles into PyTorch's layout, `[output, input, t, h, w]`.
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

  /// Both operands as `outerTile` reads them: where a channel tile, a frame, a line and a place begin, in floats.
  private struct Operands {
    let source, gradient: UnsafePointer<Float>
    let sourceTile, sourceFrame, sourceLine, sourcePlace: Int
    /// Of a tile of output channels: its frames begin at `start · gradientTile`.
    let gradientTile: Int
    /// Floats of a place; nil where each tile has places of its own, as wide as it is.
    let gradientPlace: Int?
    let frames, outputHeight, outputWidth: Int
    /// Hold the memory.
    private let owners: (SourceFrames, FeatureMaps, Tensor?, Tensor?)

    /// Both where they lie.
    init(_ source: SourceFrames, _ dy: FeatureMaps, _ samples: Range<Int>, rows: Int) {
      self.source = source.pointer
      (sourceTile, sourceFrame, sourceLine, sourcePlace) = (rows, source.frame, source.line, source.stride)
      gradient = UnsafePointer(dy.frame(samples.lowerBound, 0))
      (gradientTile, gradientPlace) = (1, dy.stride)
      (frames, outputHeight, outputWidth) = (source.frames, dy.height, dy.width)
      owners = (source, dy, nil, nil)
    }

    /// Both packed tile by tile: `[channel tile][sample][frame][line][place][rows]` and
    /// `[output tile][sample][frame][place][tile width]`.
    init(packedSource: Tensor, packedGradient: Tensor, _ source: SourceFrames, _ dy: FeatureMaps, rows: Int) {
      let places = source.lines * source.places
      self.source = UnsafePointer(packedSource.pointer)
      (sourceFrame, sourceLine, sourcePlace) = (places * rows, source.places * rows, rows)
      sourceTile = source.samples * source.frames * sourceFrame
      gradient = UnsafePointer(packedGradient.pointer)
      (gradientTile, gradientPlace) = (source.samples * source.frames * dy.places, nil)
      (frames, outputHeight, outputWidth) = (source.frames, dy.height, dy.width)
      owners = (source, dy, packedSource, packedGradient)
    }
  }

  private func pack(_ source: SourceFrames, _ dy: FeatureMaps, _ samples: Range<Int>) -> Operands {
    Operands(packedSource: pack(source), packedGradient: pack(dy, samples: samples), source, dy, rows: rows)
  }

  /// `[channel tile][sample][frame][line][place][rows]`.
  private func pack(_ source: SourceFrames) -> Tensor {
    let total = source.samples * source.frames
    let places = source.lines * source.places
    let packed = Tensor([channelTiles, total, places, rows])
    let (destination, from) = (packed.pointer, source.pointer)
    let (rows, stride, floats) = (rows, stride, source.frame)
    Parallel.forEach(total) { frame in
      for tile in 0..<channelTiles {
        let start = tile * rows
        let valid = min(rows, stride - start)
        var to = destination + (tile * total + frame) * places * rows
        var place = from + frame * floats + start
        for _ in 0..<places {
          for row in 0..<valid { to[row] = place[row] }
          for row in valid..<rows { to[row] = 0 }
          to += rows
          place += stride
        }
      }
    }
    return packed
  }

  /// `[output tile][sample][frame][place][tile width]`.
  private func pack(_ dy: FeatureMaps, samples range: Range<Int>) -> Tensor {
    let outputStride = dy.stride
    let packed = Tensor([range.count, dy.frames, dy.places, outputStride])
    let (destination, from) = (packed.pointer, dy.frame(range.lowerBound, 0))
    let (places, total) = (dy.places, range.count * dy.frames)
    Parallel.forEach(total) { frame in
      for tile in outputTiles {
        var to = destination + tile.start * places * total + frame * places * tile.width
        var place = from + frame * places * outputStride + tile.start
        for _ in 0..<places {
          to.update(from: place, count: tile.width)
          to += tile.width
          place += outputStride
        }
      }
    }
    return packed
  }

  /// Sums one tile over the samples of a lane.
  private func accumulate(
    _ operands: Operands, outputTile: Int, channelTile: Int, samples: Range<Int>,
    into sums: UnsafeMutablePointer<Float>
  ) {
    let tile = outputTiles[outputTile]
    let side = geometry.taps
    let tileCount = rows * tile.width
    sums.update(repeating: 0, count: geometry.frameTaps * side * taps * tileCount)
    let (frames, width, height) = (operands.frames, operands.outputWidth, operands.outputHeight)
    let gradientStep = operands.gradientPlace ?? tile.width
    let sourceFrames = operands.source + channelTile * operands.sourceTile
    let gradientFrames = operands.gradient + tile.start * operands.gradientTile
    let linesAtATime = max(1, 128 / width)
    let framesAtATime = max(1, linesAtATime / height)
    for sample in samples {
      // All frames of some lines stay in the second-level cache, where all frames do not.
      for line in Swift.stride(from: 0, to: height, by: linesAtATime) {
        for first in Swift.stride(from: 0, to: frames, by: framesAtATime) {
          for frameTap in 0..<geometry.frameTaps {
            let shift = frameTap - geometry.framePadding
            let range = max(first, -shift)..<max(first, -shift, min(frames, first + framesAtATime, frames - shift))
            let block = PlaceLines(
              frames: range.count, lines: min(linesAtATime, height - line), places: width,
              sourceStep: geometry.stride * operands.sourcePlace, sourceLine: geometry.stride * operands.sourceLine,
              gradientStep: gradientStep, sourceFrame: operands.sourceFrame,
              gradientFrame: height * width * gradientStep)
            let source = sourceFrames + (sample * frames + range.lowerBound + shift) * operands.sourceFrame
            let gradient = gradientFrames + ((sample * frames + range.lowerBound) * height + line) * width * gradientStep
            for row in 0..<side {
              let start = source + (line * geometry.stride + row) * operands.sourceLine
              for tap in 0..<taps {
                outer(
                  rows: rows, width: tile.width, block, start + tap * operands.sourcePlace, gradient,
                  sums + ((frameTap * side + row) * taps + tap) * tileCount)
              }
            }
          }
        }
      }
    }
  }

  /// Moves a tile `[t][h][w][rows][width]` to `[output, input, t, h, w]`.
  private func write(
    _ sums: UnsafePointer<Float>, _ tile: ChannelTiles.Tile, _ channelTile: Int, to gradient: UnsafeMutablePointer<Float>
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
  rows: Int, width: Int, _ lines: PlaceLines, _ source: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>
) {
  switch (rows, width) {
  case (8, 8):
    outerTile(InlineArray<8, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
  case (4, 8):
    outerTile(InlineArray<4, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
  case (4, 16):
    outerTile(InlineArray<4, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
  #if WIDE_VECTORS
    case (11, 8):
      outerTile(InlineArray<11, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (11, 16):
      outerTile(InlineArray<11, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (11, 32):
      outerTile(InlineArray<11, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
    case (21, 8):
      outerTile(InlineArray<21, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (21, 16):
      outerTile(InlineArray<21, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (4, 32):
      outerTile(InlineArray<4, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
    case (8, 16):
      outerTile(InlineArray<8, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    default:
      outerTile(InlineArray<8, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
  #else
    case (11, 8):
      outerTile(InlineArray<11, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (6, 8):
      outerTile(InlineArray<6, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    default:
      outerTile(InlineArray<6, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
  #endif
  }
}
