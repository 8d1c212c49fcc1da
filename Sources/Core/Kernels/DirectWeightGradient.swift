/// The gradient of a convolution's weights, tap by tap, as products of packed source channels and output channels.
///
/// Sums are kept in tiles, `[output tile][channel tile][t][h][w][rows][tile width]`, until they have been added over
/// all lanes; `unpack` then brings them into PyTorch's layout once.
struct DirectWeightGradient {
  private let geometry: ConvolutionGeometry
  /// Floats of a source place, taps over width that are places of their own, places between output columns.
  private let stride, taps, step: Int
  /// Source channels in a tile.
  private let rows: Int
  private let channelTiles: Int
  private let outputTiles: [ChannelTiles.Tile]

  init(_ geometry: ConvolutionGeometry, _ input: ConvolutionInput) {
    self.geometry = geometry
    let outputStride = FeatureMaps.stride(of: geometry.outputChannels)
    switch input {
    case .maps(let maps): (stride, taps, step) = (maps.stride, geometry.taps, geometry.stride)
    case .clips:
      (stride, taps, step) = (FeatureMaps.stride(of: geometry.taps * geometry.inputChannels), 1, 1)
    }
    if case .clips = input {
      // Seven taps of three colours fill three tiles of seven.
      #if WIDE_VECTORS
        rows = 7
      #else
        rows = tileRows
      #endif
      channelTiles = (geometry.taps * geometry.inputChannels + rows - 1) / rows
    } else {
      rows = stride == 8 ? (outputStride == 8 ? 8 : 4) : tileRows
      channelTiles = (stride + rows - 1) / rows
    }
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
    let packed = Packed(
      source: pack(source), gradient: pack(dy, samples: samples), lines: source.lines, places: source.places,
      samples: samples.count, frames: source.frames, outputHeight: dy.height, outputWidth: dy.width)
    let jobs = channelTiles * outputTiles.count
    let (base, count) = (sums.pointer, count)
    Parallel.forEach(lanes.count * jobs) { job in
      let (lane, rest) = job.quotientAndRemainder(dividingBy: jobs)
      let (output, channels) = rest.quotientAndRemainder(dividingBy: channelTiles)
      let range = lanes[lane].lowerBound - samples.lowerBound..<lanes[lane].upperBound - samples.lowerBound
      accumulate(
        packed, outputTile: output, channelTile: channels, samples: range,
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

  /// Both operands, packed for `outerTile`, and their sizes.
  private struct Packed {
    let source, gradient: Tensor
    let lines, places, samples, frames, outputHeight, outputWidth: Int

    var outputPlaces: Int { outputHeight * outputWidth }
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
    _ packed: Packed, outputTile: Int, channelTile: Int, samples: Range<Int>, into sums: UnsafeMutablePointer<Float>
  ) {
    let tile = outputTiles[outputTile]
    let side = geometry.taps
    let tileCount = rows * tile.width
    sums.update(repeating: 0, count: geometry.frameTaps * side * taps * tileCount)
    let frames = packed.frames
    let sourceFrames = packed.source.pointer
      + channelTile * packed.samples * frames * packed.lines * packed.places * rows
    let gradientFrames = packed.gradient.pointer + tile.start * packed.outputPlaces * packed.samples * frames
    let linesAtATime = max(1, 256 / packed.outputWidth)
    for sample in samples {
      for frame in 0..<frames {
        let gradient = gradientFrames + (sample * frames + frame) * packed.outputPlaces * tile.width
        for frameTap in geometry.frameTaps(at: frame, of: frames) {
          let source = sourceFrames
            + (sample * frames + frame + frameTap - geometry.framePadding) * packed.lines * packed.places * rows
          for line in Swift.stride(from: 0, to: packed.outputHeight, by: linesAtATime) {
            let block = PlaceLines(
              lines: min(linesAtATime, packed.outputHeight - line), places: packed.outputWidth,
              sourceStep: step * rows, sourceLine: geometry.stride * packed.places * rows)
            for row in 0..<side {
              let start = source + (line * geometry.stride + row) * packed.places * rows
              for tap in 0..<taps {
                outer(
                  rows: rows, width: tile.width, block, start + tap * rows,
                  gradient + line * packed.outputWidth * tile.width,
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
    case (7, 8):
      outerTile(InlineArray<7, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (7, 16):
      outerTile(InlineArray<7, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    case (7, 32):
      outerTile(InlineArray<7, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
    case (4, 32):
      outerTile(InlineArray<4, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
    case (8, 16):
      outerTile(InlineArray<8, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    default:
      outerTile(InlineArray<8, Pair32>.self, lines, source: source, gradient: gradient, sums: sums)
  #else
    case (6, 8):
      outerTile(InlineArray<6, SIMD8<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
    default:
      outerTile(InlineArray<6, SIMD16<Float>>.self, lines, source: source, gradient: gradient, sums: sums)
  #endif
  }
}
