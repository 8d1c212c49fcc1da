import Testing

@testable import Core

/// How Winograd's convolution divides tiles and channels, and which products it leaves out.
@Suite struct WinogradPartsTests {
  @Test(arguments: [1, 3, 8]) func runsAreAllTilesAndStayInARow(_ most: Int) {
    let tiles = WinogradTiles(height: 19, width: 26)
    #expect((tiles.rows, tiles.columns) == (5, 7))
    let range = 4..<3 * tiles.count - 2
    let runs = tiles.runs(range, most: most)
    #expect(runs.flatMap(Array.init) == Array(range))
    for run in runs {
      #expect(run.count <= most)
      #expect(run.lowerBound / tiles.columns == (run.upperBound - 1) / tiles.columns)
    }
  }

  @Test(arguments: [(8, 1), (48, 4), (64, 4), (40, 1), (512, 1)])
  func groupsAreAllChannelsAndStayInAPhase(_ phase: Int, _ phases: Int) {
    let panels = ChannelPanels(channels: phase * phases, blocksOf: 64)
    let groups = panels.groups(ofPhase: phase, most: 64)
    #expect(groups.flatMap { Array($0.channels) } == Array(0..<phase * phases))
    for group in groups {
      #expect(group.channels.count <= 64)
      #expect(group.channels.lowerBound / phase == (group.channels.upperBound - 1) / phase)
      #expect(group.parts.flatMap { Array($0.start..<$0.start + $0.count) } == Array(group.channels))
      for part in group.parts {
        #expect(part.start >= part.panel.start && part.start + part.count <= part.panel.start + part.panel.width)
      }
    }
  }

  /// The products that are left out are exactly those with weights that are zeros.
  @Test(arguments: [false, true]) func onlyZerosAreLeftOut(_ flipped: Bool) {
    let geometry = ConvolutionGeometry(inputChannels: 32, outputChannels: 32, frameTaps: 3, taps: 3, stride: 2)
    let weights = WinogradWeights<StridedForm>(
      geometry, Tensor(geometry.weightShape, filledWith: 0.5), flipped: flipped)
    var zeros = 0
    for position in 0..<StridedForm.positions {
      for tile in weights.tiles {
        for channel in 0..<weights.sourceStride {
          let row = weights.panel(tile, position: position, point: 0) + channel * tile.width
          let isLeftOut =
            flipped
            ? weights.isZero(tile, position: position)
            : !weights.sources[position].contains { $0.contains(channel) }
          #expect((0..<tile.width).allSatisfy { (row[$0] == 0) == isLeftOut })
          zeros += isLeftOut ? tile.width : 0
        }
      }
    }
    // Of 100 products for each pair of channels 19.
    #expect(zeros == 19 * 32 * 32)
    #expect((UnstridedForm.products, StridedForm.products) == (36, 81))
  }
}
