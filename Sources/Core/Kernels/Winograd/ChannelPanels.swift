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
  }

  /// Panels, divided where the channels of a phase end.
  ///
  /// - Parameter channels: of one phase.
  func parts(ofPhase channels: Int) -> [Part] {
    panels.flatMap { panel in
      var parts: [Part] = []
      var start = panel.start
      while start < panel.start + panel.width {
        let end = min(panel.start + panel.width, (start / channels + 1) * channels)
        parts.append(Part(panel: panel, start: start, count: end - start))
        start = end
      }
      return parts
    }
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
