/// Channels cut into panels, each as wide as a vector, and panels gathered into the blocks that one job computes.
struct ChannelPanels {
  /// Neighbouring panels.
  struct Block {
    /// First channel and channels.
    let start, width: Int
    let panels: [ChannelTiles.Tile]
  }

  /// Channels, padded.
  let stride: Int
  let panels: [ChannelTiles.Tile]
  let blocks: [Block]

  init(channels: Int) {
    stride = FeatureMaps.stride(of: channels)
    panels = ChannelTiles(stride: stride).tiles
    // Sums of 64 × 64 channels at all positions fit the second-level cache.
    let most = 64
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

/// A patch or tile of some frame, and the row of an operand that it becomes.
struct PatchPlace {
  let row, sample, frame, tile: Int
}

extension PatchReader {
  /// B^T x B of all channels of a patch, into `[36][panel][row][panel width]` of `rows` rows.
  func transformPatches(_ place: PatchPlace, _ channels: ChannelPanels, _ to: UnsafeMutablePointer<Float>, _ rows: Int) {
    withPointers(place) { patch, scratch in
      for panel in channels.panels {
        let panelTo = to + panel.start * rows + place.row * panel.width
        forEachVector(panel.width) {
          transformPatch(
            TransformRegister.self, patch, channel: panel.start + $0, scratch: scratch, to: panelTo + $0,
            step: rows * channels.stride)
        } eight: {
          transformPatch(
            SIMD8<Float>.self, patch, channel: panel.start + $0, scratch: scratch, to: panelTo + $0,
            step: rows * channels.stride)
        }
      }
    }
  }

  /// A dy A^T of all channels of a tile, likewise.
  func transformTiles(_ place: PatchPlace, _ channels: ChannelPanels, _ to: UnsafeMutablePointer<Float>, _ rows: Int) {
    withPointers(place) { tile, scratch in
      for panel in channels.panels {
        let panelTo = to + panel.start * rows + place.row * panel.width
        forEachVector(panel.width) {
          transformTile(
            TransformRegister.self, tile, channel: panel.start + $0, scratch: scratch, to: panelTo + $0,
            step: rows * channels.stride)
        } eight: {
          transformTile(
            SIMD8<Float>.self, tile, channel: panel.start + $0, scratch: scratch, to: panelTo + $0,
            step: rows * channels.stride)
        }
      }
    }
  }

  /// Calls `body` with the pointers to a place's square and with room for 36 vectors.
  @inline(__always)
  func withPointers(
    _ place: PatchPlace, _ body: (UnsafePointer<UnsafePointer<Float>>, UnsafeMutablePointer<Float>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: 36) { buffer in
      withUnsafeTemporaryAllocation(byteCount: 36 * 64, alignment: 64) { memory in
        let pointers = buffer.baseAddress!
        point(pointers, sample: place.sample, frame: place.frame, tile: place.tile)
        body(pointers, memory.baseAddress!.assumingMemoryBound(to: Float.self))
      }
    }
  }
}
