/// Channels divided into panels, each as wide as a vector, and panels grouped into blocks; one job computes one block.
struct ChannelPanels {
  /// Adjacent panels.
  struct Block {
    /// First channel, and number of channels.
    let start, width: Int
    let panels: [ChannelTiles.Tile]

    var all: Range<Int> { start..<start + width }
  }

  /// Channels, padded.
  let stride: Int
  let panels: [ChannelTiles.Tile]
  let blocks: [Block]

  /// All channels as one block.
  var whole: Block { Block(start: 0, width: stride, panels: panels) }

  /// A panel's channels that belong to one phase.
  struct Part {
    let panel: ChannelTiles.Tile
    /// First channel, and number of channels.
    let start, count: Int

    /// Where the part's first channel is in `[panel][row][panel width]`.
    func offset(rows: Int, row: Int) -> Int {
      panel.start * rows + row * panel.width + start - panel.start
    }
  }

  /// Adjacent channels of one phase, and the parts of panels that they are.
  struct Group {
    let channels: Range<Int>
    let parts: [Part]
  }

  /// All channels, in groups of one phase.
  ///
  /// - Parameters:
  ///   - phase: channels of a phase.
  ///   - most: the largest number of channels of a group; at least that of a panel.
  func groups(ofPhase phase: Int, most: Int) -> [Group] {
    var groups: [Group] = []
    for part in panels.flatMap({ parts(of: $0, ofPhase: phase) }) {
      let end = part.start + part.count
      if let last = groups.last, part.start % phase != 0, end - last.channels.lowerBound <= most {
        groups[groups.count - 1] = Group(channels: last.channels.lowerBound..<end, parts: last.parts + [part])
      } else {
        groups.append(Group(channels: part.start..<end, parts: [part]))
      }
    }
    return groups
  }

  private func parts(of panel: ChannelTiles.Tile, ofPhase phase: Int) -> [Part] {
    var parts: [Part] = []
    var start = panel.start
    while start < panel.start + panel.width {
      let end = min(panel.start + panel.width, (start / phase + 1) * phase)
      parts.append(Part(panel: panel, start: start, count: end - start))
      start = end
    }
    return parts
  }

  /// - Parameter most: the largest number of channels per block.
  init(channels: Int, blocksOf most: Int) {
    stride = FeatureMaps.stride(of: channels)
    panels = ChannelTiles(stride: stride).tiles
    var blocks: [Block] = []
    for panel in panels {
      if let last = blocks.last, last.width + panel.width <= most {
        blocks[blocks.count - 1] = Block(
          start: last.start, width: last.width + panel.width, panels: last.panels + [panel])
      } else {
        blocks.append(Block(start: panel.start, width: panel.width, panels: [panel]))
      }
    }
    self.blocks = blocks
  }
}
