/// Some tiles of a convolution, with all their frames.
struct WinogradPass<Form: WinogradForm> {
  let weights: WinogradWeights<Form>
  let tiles: WinogradTiles
  /// Tiles, numbered over all samples.
  let range: Range<Int>
  let time: WinogradFrames

  init(_ weights: WinogradWeights<Form>, tiles: WinogradTiles, range: Range<Int>, frames: Int) {
    self.weights = weights
    self.tiles = tiles
    self.range = range
    time = WinogradFrames(frames, taps: weights.points == 1 ? 1 : 3)
  }

  /// Tiles of a pass on one thread.
  static func tiles(_ weights: WinogradWeights<Form>, frames: Int) -> Int {
    // A megabyte of a core's second-level cache.
    let floats = Form.positions * frames * (weights.sourceStride + weights.stride)
    let fitting = (1 << 18) / floats / tileRows * tileRows
    // Where patches and products of enough rows do not fit the cache, more tiles read the weights less often.
    return fitting * frames >= 24 ? min(fitting, 32) : frames == 1 ? 64 : 32
  }

  /// On one thread.
  func compute(_ reader: StripTransform<Form.Patch>, into result: FeatureMaps) {
    let (patches, products) = (rows(channels: weights.sourceStride), rows(channels: weights.stride))
    transform(range, reader, into: patches)
    for position in 0..<Form.positions { multiply(patches, position, weights.tiles[...], into: products) }
    write(products, range, into: result)
  }

  /// On all threads: they share the tiles, then the positions and channels, then the tiles again.
  func computeTogether(_ reader: StripTransform<Form.Patch>, into result: FeatureMaps) {
    let (patches, products) = (rows(channels: weights.sourceStride), rows(channels: weights.stride))
    Parallel.forEach(range.count) { tile in
      transform(range.lowerBound + tile..<range.lowerBound + tile + 1, reader, into: patches)
    }
    // About four pieces for each thread.
    let wanted = (4 * Parallel.threads + Form.positions - 1) / Form.positions
    let shares = min(weights.tiles.count, wanted)
    Parallel.forEach(Form.positions * shares) { job in
      let (position, share) = job.quotientAndRemainder(dividingBy: shares)
      let channels = share * weights.tiles.count / shares..<(share + 1) * weights.tiles.count / shares
      multiply(patches, position, weights.tiles[channels], into: products)
    }
    Parallel.forEach(range.count) { tile in
      write(products, range.lowerBound + tile..<range.lowerBound + tile + 1, into: result)
    }
  }

  private func rows(channels: Int) -> Rows { Rows(rows: range.count * time.frames, channels: channels) }

  /// One vector of channels per row, for each position: those of one phase after those of another.
  struct Rows {
    let tensor: Tensor
    /// Floats from one row to the next; not a power of two, which would put all rows in the same sets of a cache.
    let step: Int
    /// Floats from one position to the next.
    let position: Int

    init(rows: Int, channels: Int) {
      step = channels % 128 == 0 ? channels + 16 : channels
      position = (rows + tileRows - 1) / tileRows * tileRows * step + 16
      tensor = Tensor([Form.positions, position])
    }

    func pointer(_ position: Int) -> UnsafeMutablePointer<Float> { tensor.pointer + position * self.position }
  }

  /// B^T x B of every frame of some tiles; one row per tile and frame.
  private func transform(_ own: Range<Int>, _ reader: StripTransform<Form.Patch>, into result: Rows) {
    let (most, block) = (min(own.count, 8), min(reader.channels, 64))
    let scratch = Tensor([reader.room(tiles: most, channels: block)])
    for run in tiles.runs(own, most: most) {
      let (sample, first) = run.lowerBound.quotientAndRemainder(dividingBy: tiles.count)
      for frame in 0..<time.frames {
        let row = (run.lowerBound - range.lowerBound) * time.frames + frame
        for phase in 0..<reader.phases {
          for channel in stride(from: 0, to: reader.channels, by: block) {
            let channels = channel..<min(reader.channels, channel + block)
            let columns = reader.columns(
              first..<first + run.count, sample: sample, frame: frame, phase: phase, channels: channels,
              in: scratch.pointer)
            reader.writeRows(
              columns, 0..<channels.count,
              to: result.tensor.pointer + row * result.step + phase * reader.channels + channel,
              tileStep: time.frames * result.step, step: result.position)
          }
        }
      }
    }
  }

  /// The products at a position with some channels; one row per tile and frame of the result.
  private func multiply(
    _ patches: Rows, _ position: Int, _ channels: ArraySlice<ChannelTiles.Tile>, into result: Rows
  ) {
    if time.points == 1 {
      for tile in channels {
        multiplyRows(
          range.count * time.frames, patches.pointer(position), patches.step, position, point: 0, tile,
          result.pointer(position) + tile.start, result.step)
      }
      return
    }
    let rows = range.count * time.tiles
    let padded = (rows + tileRows - 1) / tileRows * tileRows
    let operand = Tensor([time.points, rows, patches.step])
    let products = Tensor([time.points, padded, channels.first?.width ?? 8])
    transformFrames(patches.pointer(position), patches.step, weights.sources[position], into: operand)
    for tile in channels {
      for point in 0..<time.points {
        multiplyRows(
          rows, operand.pointer + point * rows * patches.step, patches.step, position, point: point, tile,
          products.pointer + point * padded * tile.width, tile.width)
      }
      writeFrames(products.pointer, padded * tile.width, tile, result.pointer(position) + tile.start, result.step)
    }
  }

  /// Products of rows and packed weights, for as many weights at a time as fit the first-level cache. Those with the
  /// zeros that a phase has for a tap it lacks are left out.
  private func multiplyRows(
    _ count: Int, _ source: UnsafePointer<Float>, _ sourceStep: Int, _ position: Int, point: Int,
    _ tile: ChannelTiles.Tile, _ destination: UnsafeMutablePointer<Float>, _ destinationStep: Int
  ) {
    if weights.isZero(tile, position: position) {
      for row in 0..<count { (destination + row * destinationStep).update(repeating: 0, count: tile.width) }
      return
    }
    let panel = weights.panel(tile, position: position, point: point)
    var continues = false
    for terms in weights.sources[position] {
      let most = 8192 / tile.width
      let pieces = (terms.count + most - 1) / most
      let piece = (terms.count + pieces - 1) / pieces
      for start in stride(from: terms.lowerBound, to: terms.upperBound, by: piece) {
        gatherRows(
          count: count, width: tile.width, terms: min(piece, terms.upperBound - start), source: source + start,
          sourceStep: sourceStep, weights: panel + start * tile.width, destination: destination,
          destinationStep: destinationStep, continues: continues)
        continues = true
      }
    }
  }

  /// B^T over time: from the frames of each tile to `[point][tile in time · tile][channels]`.
  private func transformFrames(
    _ patches: UnsafePointer<Float>, _ step: Int, _ channels: [Range<Int>], into operand: Tensor
  ) {
    let (base, frames, pointStep) = (operand.pointer, time.frames, range.count * time.tiles * step)
    for tile in 0..<range.count {
      for part in 0..<time.tiles {
        for channels in channels {
          let clip = patches + tile * frames * step + channels.lowerBound
          let first = part * time.tile - 1
          let to = base + (part * range.count + tile) * step + channels.lowerBound
          forEachVector(channels.count) {
            transformFrames(TransformRegister.self, clip + $0, step, first, to + $0, pointStep)
          } eight: {
            transformFrames(SIMD8<Float>.self, clip + $0, step, first, to + $0, pointStep)
          }
        }
      }
    }
  }

  @inline(__always)
  private func transformFrames<V: TransformVector>(
    _: V.Type, _ clip: UnsafePointer<Float>, _ step: Int, _ first: Int, _ to: UnsafeMutablePointer<Float>,
    _ pointStep: Int
  ) {
    let frames = time.frames
    @inline(__always) func frame(_ index: Int) -> V {
      first &+ index >= 0 && first &+ index < frames ? V.load(clip + (first &+ index) &* step) : .zero
    }
    FrameTransform.patch(frame(0), frame(1), frame(2), frame(3), frame(4), to, pointStep)
  }

  /// A^T over time: from products of a channel tile to rows of the frames of the result.
  private func writeFrames(
    _ products: UnsafePointer<Float>, _ pointStep: Int, _ channels: ChannelTiles.Tile,
    _ result: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    for part in 0..<time.tiles {
      let valid = min(time.tile, time.frames - part * time.tile)
      for tile in 0..<range.count {
        let from = products + (part * range.count + tile) * channels.width
        let to = result + (tile * time.frames + part * time.tile) * step
        forEachVector(channels.width) {
          writeFrames(TransformRegister.self, from + $0, pointStep, to + $0, step, valid)
        } eight: {
          writeFrames(SIMD8<Float>.self, from + $0, pointStep, to + $0, step, valid)
        }
      }
    }
  }

  @inline(__always)
  private func writeFrames<V: TransformVector>(
    _: V.Type, _ products: UnsafePointer<Float>, _ pointStep: Int, _ to: UnsafeMutablePointer<Float>, _ step: Int,
    _ valid: Int
  ) {
    let (first, second, third) = FrameTransform.tile(V.self, products, pointStep)
    first.store(to)
    if valid > 1 { second.store(to + step) }
    if valid > 2 { third.store(to + 2 &* step) }
  }

  /// A^T m A of every row of some tiles, into the pixels of the result that are inside its frames: of all its phases,
  /// where the weights have several.
  private func write(_ products: Rows, _ own: Range<Int>, into result: FeatureMaps) {
    let stride = weights.resultStride
    let (line, pixel) = (stride * result.width * result.stride, stride * result.stride)
    withUnsafeTemporaryAllocation(byteCount: 40 * 64, alignment: 64) { memory in
      let scratch = memory.baseAddress!.assumingMemoryBound(to: Float.self)
      var row = UnsafePointer(
        products.tensor.pointer + (own.lowerBound - range.lowerBound) * time.frames * products.step)
      for tile in own {
        let (sample, index) = tile.quotientAndRemainder(dividingBy: tiles.count)
        let (top, left) = tiles.origin(index)
        for frame in 0..<time.frames {
          for phase in 0..<stride * stride {
            let (first, second) = (stride * top + phase / 2, stride * left + phase % 2)
            // Rows and columns of the phase from its tile's first on.
            let height = min(winogradTile, (result.height - first + stride - 1) / stride)
            let width = min(winogradTile, (result.width - second + stride - 1) / stride)
            let to = result.frame(sample, frame) + (first * result.width + second) * result.stride
            let from = row + phase * result.stride
            forEachVector(result.stride) {
              writeTile(
                Form.Tile.self, TransformRegister.self, from + $0, products.position, scratch, to + $0, height: height,
                width: width, line: line, pixel: pixel)
            } eight: {
              writeTile(
                Form.Tile.self, SIMD8<Float>.self, from + $0, products.position, scratch, to + $0, height: height,
                width: width, line: line, pixel: pixel)
            }
          }
          row += products.step
        }
      }
    }
  }
}
