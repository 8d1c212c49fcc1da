import Testing

@testable import Core

@Suite struct AttentionSimilarityTests {
  @Test func mapsOnOnePlaceAreAlikeInBothMeasures() {
    let maps = Tensor([1, 2, 4], [0, 1, 0, 0, 0, 1, 0, 0])
    #expect(AttentionSimilarity.ofClips(maps) == [AttentionSimilarity(product: 1, overlap: 1)])
  }

  @Test func mapsOnDifferentPlacesShareNothing() {
    let maps = Tensor([1, 2, 4], [0, 1, 0, 0, 0, 0, 0.5, 0.5])
    #expect(AttentionSimilarity.ofClips(maps) == [AttentionSimilarity(product: 0, overlap: 0)])
  }

  @Test func flatMapsShareAllTheirMassThoughTheirProductIsSmall() {
    let maps = Tensor([1, 3, 4], [Float](repeating: 0.25, count: 12))
    #expect(AttentionSimilarity.ofClips(maps) == [AttentionSimilarity(product: 0.25, overlap: 1)])
  }

  @Test func pairsOfFramesAndThenClipsAreAveraged() {
    // Clip 0: frames 0 and 1 equal, frame 2 apart: one pair of three. Clip 1: all apart.
    let maps = Tensor([2, 3, 3], [1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1])
    let clips = AttentionSimilarity.ofClips(maps)
    #expect(clips.map(\.overlap) == [1.0 / 3, 0])
    #expect(AttentionSimilarity.mean(clips) == AttentionSimilarity(product: 1.0 / 6, overlap: 1.0 / 6))
    #expect(AttentionSimilarity.mean([]) == nil)
  }

  @Test func aSingleFrameHasNoPairs() {
    #expect(AttentionSimilarity.ofClips(Tensor([2, 1, 4], filledWith: 0.25)).isEmpty)
  }
}
