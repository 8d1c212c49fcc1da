// Direct convolution as a product of gathered places and packed weights. It serves the forward pass and the
// gradient of the input: the latter is a forward pass over the output's gradient with turned-around weights.

/// Weights of a direct convolution, packed for `gatherTile`: `[channel tile][t][h][w · inner channel][tile width]`.
struct PackedWeights {
  /// Taps over time, rows of taps, and floats of a row of taps (taps over width × source channels, padded).
  let frameTaps, rows, run: Int
  let tiles: ChannelTiles
  let tensor: Tensor

  var terms: Int { frameTaps * rows * run }

  /// - Parameters:
  ///   - channels: of the destination.
  ///   - weight: all weights, in PyTorch's layout.
  ///   - channelStride: floats from a weight to the one of the next destination channel.
  ///   - offset: where the weight of destination channel 0 lies for (t, row, index in the run); nil for padding.
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

/// Where the places of a frame lie in the source and in the destination of a direct convolution.
struct PlaceTable {
  /// Floats from the start of the frame, a place; the last repeated so that the count is a multiple of `tileRows`.
  let source, destination: [Int]
  let places: Int

  init(_ places: [(source: Int, destination: Int)]) {
    let padding = (tileRows - places.count % tileRows) % tileRows
    let padded = places + (places.last.map { Array(repeating: $0, count: padding) } ?? [])
    source = padded.map(\.source)
    destination = padded.map(\.destination)
    self.places = padded.count
  }
}

/// destination frame = sum over taps of source frames · weights, for every frame of every sample.
///
/// - Parameters:
///   - source: padded frames, `[samples][frames][sourceFrame floats]`, lines of a frame `sourceLine` floats apart.
///   - destination: `[samples][frames][destinationFrame floats]`; only the places of the table are written.
///   - frameTap: the taps over time that meet the clip, for a frame.
///   - framePadding: source frame of tap k for destination frame f is f + k - framePadding.
func convolveDirectly(
  _ weights: PackedWeights, places table: PlaceTable, samples: Int, frames: Int, framePadding: Int,
  source: UnsafePointer<Float>, sourceFrame: Int, sourceLine: Int,
  destination: UnsafeMutablePointer<Float>, destinationFrame: Int, frameTaps: (Int) -> Range<Int>
) {
  guard table.places > 0 else { return }
  // A job is a block of places, large enough to use a panel of weights often, small enough to share out.
  let block = max(tileRows, min(256, (table.places + 3) / 4) / tileRows * tileRows)
  let blocks = (table.places + block - 1) / block
  Parallel.forEach(samples * frames * blocks) { job in
    let (sample, rest) = job.quotientAndRemainder(dividingBy: frames * blocks)
    let (frame, index) = rest.quotientAndRemainder(dividingBy: blocks)
    let taps = frameTaps(frame)
    let sourceBase = source + (sample * frames + frame - framePadding + taps.lowerBound) * sourceFrame
    let destinationBase = destination + (sample * frames + frame) * destinationFrame
    let range = index * block..<min(table.places, (index + 1) * block)
    for tile in weights.tiles.tiles {
      let panel = weights.tensor.pointer + tile.start * weights.terms
        + taps.lowerBound * weights.rows * weights.run * tile.width
      for part in weights.parts(taps: taps.count, width: tile.width, sourceFrame: sourceFrame, sourceLine: sourceLine) {
        gather(
          part.runs, width: tile.width, table, range, source: sourceBase + part.sourceOffset,
          weights: panel + part.weightOffset * tile.width, destination: destinationBase + tile.start,
          continues: part.continues)
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

  /// All terms at once where they are few, else run by run, and long runs in pieces.
  func parts(taps: Int, width: Int, sourceFrame: Int, sourceLine: Int) -> [Part] {
    let most = 6144 / width
    var whole = TermRuns(
      frames: taps, rows: rows, run: run, frameStride: sourceFrame, rowStride: sourceLine,
      weightFrameStride: rows * run, weightRowStride: run)
    if taps * rows * run <= most { return [Part(runs: whole, sourceOffset: 0, weightOffset: 0, continues: false)] }
    (whole.frames, whole.rows) = (1, 1)
    let pieces = (run + most - 1) / most
    let piece = (run + pieces - 1) / pieces
    var parts: [Part] = []
    for tap in 0..<taps {
      for row in 0..<rows {
        for start in stride(from: 0, to: run, by: piece) {
          whole.run = min(piece, run - start)
          parts.append(
            Part(
              runs: whole, sourceOffset: tap * sourceFrame + row * sourceLine + start,
              weightOffset: (tap * rows + row) * run + start, continues: !parts.isEmpty))
        }
      }
    }
    return parts
  }
}

/// Runs `gatherTile` over a block of places with the vector of this width.
private func gather(
  _ runs: TermRuns, width: Int, _ table: PlaceTable, _ range: Range<Int>, source: UnsafePointer<Float>,
  weights: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>, continues: Bool
) {
  table.source.withUnsafeBufferPointer { sources in
    table.destination.withUnsafeBufferPointer { destinations in
      for place in stride(from: range.lowerBound, to: range.upperBound, by: tileRows) {
        gather(
          width: width, runs, source, sources.baseAddress! + place, weights, destination,
          destinations.baseAddress! + place, continues)
      }
    }
  }
}

/// Runs `gatherTile` over rows that are `sourceStep` floats apart; the result's rows, `destinationStep` floats apart,
/// are filled up to a multiple of `tileRows`.
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

/// Not inlined, so that each vector's loop has all registers to itself.
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
