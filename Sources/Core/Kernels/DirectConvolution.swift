// Direct convolution as a product of gathered positions and packed weights. It computes the forward pass, and also the
// gradient of the input, which is a forward pass over the output's gradient with flipped weights.

/// Weights of a direct convolution, packed for `gatherTile`: `[channel tile][t][h][w · inner channel][tile width]`.
struct PackedWeights {
  /// Taps over time, rows of taps, and floats per row of taps (taps over width × source channels, padded).
  let frameTaps, rows, run: Int
  let tiles: ChannelTiles
  let tensor: Tensor

  var terms: Int { frameTaps * rows * run }

  /// - Parameters:
  ///   - channels: of the destination.
  ///   - weight: all weights, in PyTorch's layout.
  ///   - channelStride: floats from a weight to the same weight of the next destination channel.
  ///   - offset: the index of destination channel 0's weight for (t, row, index in the run); nil for padding.
  init(
    channels: Int, frameTaps: Int, rows: Int, run: Int, weight: Tensor, channelStride: Int,
    offset: (_ frameTap: Int, _ row: Int, _ index: Int) -> Int?
  ) {
    self.frameTaps = frameTaps
    self.rows = rows
    self.run = run
    let stride = FeatureMaps.stride(of: channels)
    tiles = ChannelTiles(stride: stride)
    tensor = Tensor([stride, frameTaps, rows, run])
    var offsets: [Int] = []
    offsets.reserveCapacity(frameTaps * rows * run)
    for frameTap in 0..<frameTaps {
      for row in 0..<rows {
        for index in 0..<run { offsets.append(offset(frameTap, row, index) ?? -1) }
      }
    }
    let (tiles, base, weights) = (tiles.tiles, tensor.pointer, UnsafePointer(weight.pointer))
    Parallel.forEach(tiles.count) { index in
      let tile = tiles[index]
      let valid = max(0, min(tile.width, channels - tile.start))
      var packed = base + tile.start * offsets.count
      for offset in offsets {
        if offset < 0 {
          packed.update(repeating: 0, count: tile.width)
        } else {
          var from = weights + offset + tile.start * channelStride
          for column in 0..<valid {
            packed[column] = from.pointee
            from += channelStride
          }
          for column in valid..<tile.width { packed[column] = 0 }
        }
        packed += tile.width
      }
    }
  }
}

/// destination = sum over taps of source · weights, for every frame of every sample.
///
/// Zeros around the source are not stored; positions are grouped by the taps that fall inside it.
///
/// - Parameters:
///   - geometry: used for the taps over time.
///   - rows, columns: the positions to be written.
func convolveDirectly(
  _ weights: PackedWeights, _ geometry: ConvolutionGeometry, rows: TapAxis, columns: TapAxis, samples: Int,
  frames: Int, source: UnsafePointer<Float>, _ sourceLayout: FrameLayout,
  destination: UnsafeMutablePointer<Float>, _ destinationLayout: FrameLayout
) {
  let positions = rows.outputs * columns.outputs
  guard positions > 0, samples > 0 else { return }
  // Small frames share a tile with frames of other samples.
  let together = max(1, min(samples, 256 / positions))
  func regions(_ samples: Int) -> [PositionRegion] {
    PositionRegion.all(
      rows: rows, columns: columns, samples: samples, source: sourceLayout, destination: destinationLayout)
  }
  let (whole, rest) = (regions(together), samples % together == 0 ? [] : regions(samples % together))
  // A job is a block of positions: large enough to reuse a panel of weights, small enough that all threads have work.
  let share = samples * frames * positions / (8 * Parallel.threads)
  let most = max(tileRows, min(256, share) / tileRows * tileRows)
  let blocks = stride(from: 0, to: samples, by: together).flatMap { sample in
    (sample + together <= samples ? whole : rest).flatMap { region in
      stride(from: 0, to: region.positions, by: most).map {
        (sample: sample, region: region, positions: $0..<min(region.positions, $0 + most))
      }
    }
  }
  Parallel.forEach(blocks.count * frames) { job in
    let (block, frame) = (blocks[job / frames], job % frames)
    let taps = geometry.frameTaps(at: frame, of: frames)
    let from =
      source + block.sample * sourceLayout.sample
      + (frame - geometry.framePadding + taps.lowerBound) * sourceLayout.frame
    let to = destination + block.sample * destinationLayout.sample + frame * destinationLayout.frame
    for tile in weights.tiles.tiles {
      let panel = weights.tensor.pointer + tile.start * weights.terms
      for part in weights.parts(taps, block.region, width: tile.width, sourceLayout) {
        gather(
          part.runs, width: tile.width, block.region, block.positions, source: from + part.sourceOffset,
          weights: panel + part.weightOffset * tile.width, destination: to + tile.start, continues: part.continues)
      }
    }
  }
}

extension PackedWeights {
  /// A part of the terms whose packed weights fit the first-level cache.
  struct Part {
    var runs: TermRuns
    var sourceOffset, weightOffset: Int
    var continues: Bool
  }

  /// Parts of as many whole runs of a frame as fit; a run that does not fit is divided.
  func parts(_ taps: Range<Int>, _ region: PositionRegion, width: Int, _ source: FrameLayout) -> [Part] {
    let most = 6144 / width
    let (rowCount, length) = (region.rows.count, region.run.count)
    func weight(_ tap: Int, _ row: Int, _ start: Int) -> Int {
      ((taps.lowerBound + tap) * rows + region.rows.lowerBound + row) * run + region.run.lowerBound + start
    }
    var runs = TermRuns(
      frames: taps.count, rows: rowCount, run: length, frameStride: source.frame, rowStride: source.line,
      weightFrameStride: rows * run, weightRowStride: run)
    if taps.count * rowCount * length <= most {
      return [Part(runs: runs, sourceOffset: 0, weightOffset: weight(0, 0, 0), continues: false)]
    }
    runs.frames = 1
    let together = max(1, most / length)
    let pieces = (length + most - 1) / most
    let piece = (length + pieces - 1) / pieces
    var parts: [Part] = []
    for tap in 0..<taps.count {
      for row in stride(from: 0, to: rowCount, by: together) {
        runs.rows = min(together, rowCount - row)
        for start in stride(from: 0, to: length, by: piece) {
          runs.run = min(piece, length - start)
          parts.append(
            Part(
              runs: runs, sourceOffset: tap * source.frame + row * source.line + start,
              weightOffset: weight(tap, row, start), continues: !parts.isEmpty))
        }
      }
    }
    return parts
  }
}

/// Runs `gatherTile` over a block of positions, with the vector of this width.
private func gather(
  _ runs: TermRuns, width: Int, _ region: PositionRegion, _ range: Range<Int>, source: UnsafePointer<Float>,
  weights: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>, continues: Bool
) {
  region.source.withUnsafeBufferPointer { sources in
    region.destination.withUnsafeBufferPointer { destinations in
      for position in stride(from: range.lowerBound, to: range.upperBound, by: tileRows) {
        gather(
          width: width, runs, source, sources.baseAddress! + position, weights, destination,
          destinations.baseAddress! + position, continues)
      }
    }
  }
}

/// Runs `gatherTile` over rows that are `sourceStep` floats apart. The result's rows, `destinationStep` floats apart,
/// are padded to a multiple of `tileRows`.
///
/// - Parameter count: rows of the source.
func gatherRows(
  count: Int, width: Int, terms: Int, source: UnsafePointer<Float>, sourceStep: Int, weights: UnsafePointer<Float>,
  destination: UnsafeMutablePointer<Float>, destinationStep: Int, continues: Bool
) {
  let runs = TermRuns(
    frames: 1, rows: 1, run: terms, frameStride: 0, rowStride: 0, weightFrameStride: 0, weightRowStride: 0)
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * tileRows) { offsets in
    let (from, to) = (offsets.baseAddress!, offsets.baseAddress! + tileRows)
    for row in 0..<tileRows { to[row] = row * destinationStep }
    for first in stride(from: 0, to: count, by: tileRows) {
      for row in 0..<tileRows { from[row] = min(first + row, count - 1) * sourceStep }
      gather(width: width, runs, source, from, weights, destination + first * destinationStep, to, continues)
    }
  }
}

/// Runs `gatherTile` with the vector of this width.
private func gather(
  width: Int, _ runs: TermRuns, _ source: UnsafePointer<Float>, _ from: UnsafePointer<Int>,
  _ weights: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, _ to: UnsafePointer<Int>,
  _ continues: Bool
) {
  switch width {
  case 8: gather(SIMD8<Float>.self, runs, source, from, weights, destination, to, continues)
  case 16: gather(SIMD16<Float>.self, runs, source, from, weights, destination, to, continues)
  default: gather(WideVector.self, runs, source, from, weights, destination, to, continues)
  }
}

/// Not inlined, so that the loop of each vector width can use all registers.
@inline(never)
private func gather<V: TileVector>(
  _: V.Type, _ runs: TermRuns, _ source: UnsafePointer<Float>, _ from: UnsafePointer<Int>,
  _ weights: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, _ to: UnsafePointer<Int>,
  _ continues: Bool
) {
  #if WIDE_VECTORS
    typealias Rows = InlineArray<8, V>
  #else
    typealias Rows = InlineArray<6, V>
  #endif
  gatherTile(
    Rows.self, runs, source: source, sourceOffsets: from, weights: weights, destination: destination,
    destinationOffsets: to, continues: continues)
}
