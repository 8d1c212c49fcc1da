import Testing

@testable import Core

@Suite struct AttentionSumTests {
  @Test func mapsAreAveragedOverClipsFrameByFrame() {
    var sum = AttentionSum()
    // Two clips, then one, of two frames and two positions.
    sum.add(Tensor([2, 2, 2], [1, 0, 0.5, 0.5, 0, 1, 0.5, 0.5]))
    sum.add(Tensor([1, 2, 2], [0.5, 0.5, 1, 0]))
    let mean = sum.mean
    #expect(mean == [[0.5, 0.5], [Float(2.0 / 3), Float(1.0 / 3)]])
  }

  @Test func noClipsHaveNoMean() {
    #expect(AttentionSum().mean == nil)
  }
}
