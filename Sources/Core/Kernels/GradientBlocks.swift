/// Divides the factors of the weights' gradient, the source and the gradient of the output, into blocks that fit the
/// second-level cache, and copies each block into the order in which `outerTile` reads it.
struct GradientBlocks {
  let frames: Int
  /// Lines and positions of the output's frames.
  let height, width: Int
  /// Output lines per block, and frames per product: about 128 positions, whose gradients stay in the first-level cache
  /// for all taps.
  let linesAtATime, framesAtATime: Int

  private let geometry: ConvolutionGeometry
  private let x: ConvolutionInput
  private let dy: FeatureMaps
  private let rows: Int
  private let outputTiles: [ChannelTiles.Tile]
  /// Every `pick`-th source position is copied: a kernel of one position does not read those that a stride skips.
  private let pick: Int

  /// - Parameters:
  ///   - rows: source channels per tile; for clips, floats per row of taps.
  init(
    _ geometry: ConvolutionGeometry, _ x: ConvolutionInput, _ dy: FeatureMaps, rows: Int,
    outputTiles: [ChannelTiles.Tile]
  ) {
    (self.geometry, self.x, self.dy, self.rows, self.outputTiles) = (geometry, x, dy, rows, outputTiles)
    (frames, height, width) = (dy.frames, dy.height, dy.width)
    linesAtATime = min(height, max(1, 128 / width))
    framesAtATime = max(1, 128 / width / height)
    pick = geometry.taps == 1 ? geometry.stride : 1
  }

  /// The frames of each block over the same lines; few if a frame's products need no other frame.
  var frameRanges: [Range<Int>] {
    let most = geometry.frameTaps == 1 ? framesAtATime : frames
    return stride(from: 0, to: frames, by: most).map { $0..<min(frames, $0 + most) }
  }

  /// A block, and where its data are.
  struct Block {
    /// Frames of the block and of the clip, lines, and positions per line.
    let frames: Range<Int>
    let allFrames, lines, positions: Int
    let framesAtATime: Int
    /// Source positions (and lines) from one output to the next.
    let step: Int
    /// Floats from one position, line and frame of the source to the next.
    let sourcePosition, sourceLine, sourceFrame: Int
    fileprivate let source, gradient: UnsafePointer<Float>
    /// Floats from one tile of source channels to the next, and the first tile of this block.
    fileprivate let sourceTile, firstSource: Int
    /// The first output channel of this block; and floats from one position and frame to the next if gradients are not
    /// packed.
    fileprivate let firstOutput: Int
    fileprivate let unpacked: (position: Int, frame: Int)?

    /// The first tap of the first output of a frame.
    func source(_ tile: Int, frame: Int) -> UnsafePointer<Float> {
      source + (tile - firstSource) * sourceTile + (frame - frames.lowerBound) * sourceFrame
    }

    func gradient(_ tile: ChannelTiles.Tile, frame: Int) -> UnsafePointer<Float> {
      let channels = tile.start - firstOutput
      return gradient + (unpacked == nil ? channels * frames.count * lines * positions : channels)
        + (frame - frames.lowerBound) * gradientFrame(tile)
    }

    /// Floats from one position of the gradient to the next, also across the end of a line, and from one frame to the
    /// next.
    func gradientPosition(_ tile: ChannelTiles.Tile) -> Int { unpacked?.position ?? tile.width }
    func gradientFrame(_ tile: ChannelTiles.Tile) -> Int { unpacked?.frame ?? lines * positions * tile.width }
  }

  /// Memory for the blocks of some tiles.
  func room(outputs: Range<Int>, channels: Range<Int>) -> Tensor {
    let most = frameRanges.first?.count ?? 0
    let gradients = outputs.reduce(0) { $0 + outputTiles[$1].width } * most * linesAtATime * width
    return Tensor([channels.count * sourceTile(frames: most, lines: linesAtATime) + gradients + GradientBlocks.slack])
  }

  /// Copies a block into `room`.
  func block(
    _ sample: Int, line: Int, frames: Range<Int>, outputs: Range<Int>, channels: Range<Int>, in room: Tensor
  ) -> Block {
    let lines = min(linesAtATime, height - line)
    let (source, layout) = (room.pointer, sourceLayout(lines: lines))
    let sourceTile = sourceTile(frames: frames.count, lines: lines)
    let gradient = source + channels.count * sourceTile + GradientBlocks.slack
    for frame in frames {
      let to = source + (frame - frames.lowerBound) * layout.frame
      switch x {
      case .maps(let maps): copyLines(maps.frame(sample, frame), line, lines, channels, sourceTile, to: to)
      case .clips: copyLines(clip: x.pointer + sample * x.layout.sample + frame * x.layout.frame, line, lines, to: to)
      }
    }
    let first = outputTiles[outputs.lowerBound].start
    var unpacked: (position: Int, frame: Int)?
    var dyStart = UnsafePointer(gradient)
    if case .clips = x {
      unpacked = (dy.stride, dy.frameCount)
      dyStart = UnsafePointer(dy.frame(sample, frames.lowerBound) + line * width * dy.stride + first)
    } else {
      pack(sample, line, lines, frames, outputs, to: gradient)
    }
    return Block(
      frames: frames, allFrames: self.frames, lines: lines, positions: width, framesAtATime: framesAtATime,
      step: geometry.stride / pick, sourcePosition: layout.position, sourceLine: layout.line, sourceFrame: layout.frame,
      source: UnsafePointer(source), gradient: dyStart, sourceTile: isClip ? rows : sourceTile,
      firstSource: isClip ? 0 : channels.lowerBound, firstOutput: first, unpacked: unpacked)
  }

  /// Floats after a clip's last position, which are read by a tile that is wider than its row of taps.
  private static let slack = 32

  private var isClip: Bool {
    if case .clips = x { return true }
    return false
  }

  /// Source lines (or positions) that are copied for some outputs.
  private func sourceCount(_ outputs: Int) -> Int { ((outputs - 1) * geometry.stride + geometry.taps - 1) / pick + 1 }

  private func sourceLayout(lines: Int) -> FrameLayout {
    let position = isClip ? x.stride : rows
    let line = sourceCount(width) * position
    return FrameLayout(position: position, line: line, frame: sourceCount(lines) * line, sample: 0)
  }

  /// Floats per tile of source channels; a gap puts tiles in different sets of a cache. A clip has one tile; the others
  /// are parts of it.
  private func sourceTile(frames: Int, lines: Int) -> Int { frames * sourceLayout(lines: lines).frame + 16 }

  /// Copies the source lines for some output lines, tile by tile, `[tile][line][position][rows]`, with zeros outside
  /// the frame.
  private func copyLines(
    _ frame: UnsafePointer<Float>, _ line: Int, _ lines: Int, _ channels: Range<Int>, _ tileStep: Int,
    to destination: UnsafeMutablePointer<Float>
  ) {
    let (positions, stride) = (sourceCount(width), x.stride)
    for index in 0..<sourceCount(lines) {
      let row = line * geometry.stride - geometry.padding + index * pick
      let to = destination + index * positions * rows
      for channel in channels {
        let tile = to + (channel - channels.lowerBound) * tileStep
        guard row >= 0, row < x.height else {
          tile.update(repeating: 0, count: positions * rows)
          continue
        }
        let from = frame + row * x.width * stride + channel * rows
        // Without padding all positions are inside the frame.
        if rows == 8, geometry.padding == 0 {
          let step = pick * stride
          for position in 0..<positions { SIMD8<Float>.load(from + position &* step).store(tile + position &* 8) }
          continue
        }
        for position in 0..<positions {
          let column = position * pick - geometry.padding
          let isInside = column >= 0 && column < x.width
          copyRows(
            isInside ? from + column * stride : nil, min(rows, stride - channel * rows), to: tile + position * rows)
        }
      }
    }
  }

  /// Copies `count` floats and pads them with zeros to `rows`; only zeros for a position outside the frame (nil).
  @inline(__always)
  private func copyRows(_ position: UnsafePointer<Float>?, _ count: Int, to: UnsafeMutablePointer<Float>) {
    switch (rows, position) {
    case (8, let position?): SIMD8<Float>.load(position).store(to)
    case (4, let position?): UnsafeMutableRawPointer(to).storeBytes(of: load4(position), as: SIMD4<Float>.self)
    case (_, let position?):
      for row in 0..<count { to[row] = position[row] }
      for row in count..<rows { to[row] = 0 }
    default:
      for row in 0..<rows { to[row] = 0 }
    }
  }

  @inline(__always)
  private func load4(_ position: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(position).loadUnaligned(as: SIMD4<Float>.self)
  }

  /// Copies the lines of a clip's frame that some output lines need, with zeros outside the frame.
  private func copyLines(
    clip frame: UnsafePointer<Float>, _ line: Int, _ lines: Int, to destination: UnsafeMutablePointer<Float>
  ) {
    let (positions, stride) = (sourceCount(width), x.stride)
    let left = geometry.padding * stride
    let inner = min(x.width, positions - geometry.padding) * stride
    for index in 0..<sourceCount(lines) {
      let row = line * geometry.stride - geometry.padding + index
      let to = destination + index * positions * stride
      guard row >= 0, row < x.height else {
        to.update(repeating: 0, count: positions * stride)
        continue
      }
      to.update(repeating: 0, count: left)
      (to + left).update(from: frame + row * x.width * stride, count: inner)
      (to + left + inner).update(repeating: 0, count: positions * stride - left - inner)
    }
    (destination + sourceCount(lines) * positions * stride).update(repeating: 0, count: 16)
  }

  /// Copies gradients tile by tile, `[tile][frame][position][tile width]`.
  private func pack(
    _ sample: Int, _ line: Int, _ lines: Int, _ frames: Range<Int>, _ outputs: Range<Int>,
    to destination: UnsafeMutablePointer<Float>
  ) {
    let (positions, stride) = (lines * width, dy.stride)
    let start = outputTiles[outputs.lowerBound].start
    for frame in frames {
      let from = UnsafePointer(dy.frame(sample, frame) + line * width * stride)
      for output in outputs {
        let tile = outputTiles[output]
        var to =
          destination + ((tile.start - start) * frames.count + (frame - frames.lowerBound) * tile.width) * positions
        var position = from + tile.start
        for _ in 0..<positions {
          for channel in Swift.stride(from: 0, to: tile.width, by: 8) {
            SIMD8<Float>.load(position + channel).store(to + channel)
          }
          to += tile.width
          position += stride
        }
      }
    }
  }
}

/// How the tiles of a lane's sum are divided into jobs: into no more than needed, because each job copies its own
/// blocks.
struct TileShares {
  private let outputTiles, channelTiles: Int
  private let outputShares, channelShares: Int

  init(outputs: Int, channels: Int, wanted: Int) {
    (outputTiles, channelTiles) = (outputs, channels)
    outputShares = max(1, min(outputs, wanted))
    channelShares = max(1, min(channels, wanted / outputShares))
  }

  var count: Int { outputShares * channelShares }

  func outputs(_ share: Int) -> Range<Int> { part(share / channelShares, of: outputShares, outputTiles) }
  func channels(_ share: Int) -> Range<Int> { part(share % channelShares, of: channelShares, channelTiles) }

  private func part(_ index: Int, of parts: Int, _ count: Int) -> Range<Int> {
    index * count / parts..<(index + 1) * count / parts
  }
}
