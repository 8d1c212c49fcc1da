/// The gradients of a convolution's weights, one a lane: `[lanes][weightCount]`, PyTorch's layout.
///
/// Inside a lane, every element adds its products sample by sample, frame by frame, place by place.
///
/// - Parameters:
///   - lanes: the samples of each lane, ranges of this rank's samples.
func convolutionWeightGradients(
  _ geometry: ConvolutionGeometry, _ x: ConvolutionInput, dy: FeatureMaps, lanes: [Range<Int>]
) -> Tensor {
  let gradients = Tensor([lanes.count, geometry.weightCount])
  guard let first = lanes.first, let last = lanes.last else { return gradients }
  let samples = first.lowerBound..<last.upperBound
  let source = x.laidOut(geometry, samples: samples)
  let product = OuterProduct(geometry, source, dy)
  let packedSource = product.packSource(source)
  let packedGradient = product.packGradient(dy, samples: samples)
  let jobs = product.channelTiles * product.outputTiles.count
  let base = gradients.pointer
  Parallel.forEach(lanes.count * jobs) { job in
    let (lane, rest) = job.quotientAndRemainder(dividingBy: jobs)
    let (output, channels) = rest.quotientAndRemainder(dividingBy: product.channelTiles)
    let range = lanes[lane].lowerBound - samples.lowerBound..<lanes[lane].upperBound - samples.lowerBound
    product.accumulate(
      outputTile: output, channelTile: channels, samples: range, source: packedSource.pointer,
      gradient: packedGradient.pointer, into: base + lane * geometry.weightCount)
  }
  return gradients
}

/// The weight gradient as products of packed source channels and packed output channels.
private struct OuterProduct {
  let geometry: ConvolutionGeometry
  let samples, frames: Int
  /// Source: lines and places with border, floats of a place, taps over width, places between output columns.
  let lines, places, stride, taps, step: Int
  let outputHeight, outputWidth, outputStride: Int
  /// Source channels in a tile.
  let rows: Int
  let channelTiles: Int
  let outputTiles: [ChannelTiles.Tile]

  init(_ geometry: ConvolutionGeometry, _ source: SourceFrames, _ dy: FeatureMaps) {
    self.geometry = geometry
    (samples, frames, lines, places) = (source.samples, source.frames, source.lines, source.places)
    (stride, taps, step) = (source.stride, source.taps, source.step)
    (outputHeight, outputWidth, outputStride) = (dy.height, dy.width, dy.stride)
    rows = stride == 8 ? (dy.stride == 8 ? 8 : 4) : tileRows
    channelTiles = (stride + rows - 1) / rows
    outputTiles = ChannelTiles(stride: dy.stride).tiles
  }

  private var packedFrame: Int { lines * places * rows }

  /// `[channel tile][sample][frame][line][place][rows]`.
  func packSource(_ source: SourceFrames) -> Tensor {
    let packed = Tensor([channelTiles, samples, frames, lines, places, rows])
    let (destination, from) = (packed.pointer, source.pointer)
    let (rows, stride, floats, total) = (rows, stride, source.frame, samples * frames)
    Parallel.forEach(total) { frame in
      for tile in 0..<channelTiles {
        let start = tile * rows
        let valid = min(rows, stride - start)
        var to = destination + (tile * total + frame) * packedFrame
        var place = from + frame * floats + start
        for _ in 0..<lines * places {
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
  func packGradient(_ dy: FeatureMaps, samples range: Range<Int>) -> Tensor {
    let packed = Tensor([range.count, frames, dy.places, outputStride])
    let (destination, from) = (packed.pointer, dy.frame(range.lowerBound, 0))
    let (places, total) = (dy.places, range.count * frames)
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

  /// Sums one tile over the samples of a lane and writes it to its place in the lane's gradient.
  func accumulate(
    outputTile: Int, channelTile: Int, samples range: Range<Int>, source: UnsafePointer<Float>,
    gradient: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>
  ) {
    let tile = outputTiles[outputTile]
    let side = geometry.taps
    let count = geometry.frameTaps * side * taps * rows * tile.width
    let outputPlaces = outputHeight * outputWidth
    let sourceTile = source + channelTile * samples * frames * packedFrame
    let gradientTile = gradient + tile.start * outputPlaces * samples * frames
    let linesAtATime = max(1, 256 / outputWidth)
    withUnsafeTemporaryAllocation(byteCount: count * 4, alignment: 64) { raw in
      let sums = raw.bindMemory(to: Float.self).baseAddress!
      sums.initialize(repeating: 0, count: count)
      for sample in range {
        for frame in 0..<frames {
          let gradientFrame = gradientTile + (sample * frames + frame) * outputPlaces * tile.width
          for frameTap in geometry.frameTaps(at: frame, of: frames) {
            let sourceFrame = sourceTile + (sample * frames + frame + frameTap - geometry.framePadding) * packedFrame
            for line in Swift.stride(from: 0, to: outputHeight, by: linesAtATime) {
              let block = PlaceLines(
                lines: min(linesAtATime, outputHeight - line), places: outputWidth, sourceStep: step * rows,
                sourceLine: geometry.stride * places * rows)
              for row in 0..<side {
                let start = sourceFrame + (line * geometry.stride + row) * places * rows
                for tap in 0..<taps {
                  outer(
                    rows: rows, width: tile.width, block, start + tap * rows,
                    gradientFrame + line * outputWidth * tile.width,
                    sums + ((frameTap * side + row) * taps + tap) * rows * tile.width)
                }
              }
            }
          }
        }
      }
      write(sums, tile, channelTile, to: destination)
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
private func outer(
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
