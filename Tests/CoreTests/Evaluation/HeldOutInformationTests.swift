import Testing

@testable import Core

@Suite struct HeldOutInformationTests {
  /// Features of `count` clips: motion is normal noise, identity is a function of it or noise of its own.
  private func features(_ count: Int, dependent: Bool) -> (motion: [[Float]], identity: [[Float]], clips: [String]) {
    let (one, other) = (CounterRandom(1), CounterRandom(2))
    let motion = (0..<count).map { clip in (0..<6).map { Float(one.normal(at: UInt64(clip * 6 + $0))) } }
    let identity = (0..<count).map { clip in
      (0..<6).map { dependent ? 2 * motion[clip][$0] + 1 : Float(other.normal(at: UInt64(clip * 6 + $0))) }
    }
    return (motion, identity, (0..<count).map { "clip-\(1000 + $0)" })
  }

  private func estimate(_ count: Int, dependent: Bool, seed: UInt64 = 7) -> Double? {
    let (motion, identity, clips) = features(count, dependent: dependent)
    return HeldOutInformation.estimate(motion: motion, identity: identity, clips: clips, seed: seed)
  }

  @Test func dependentFeaturesShareInformationAndIndependentOnesDoNot() throws {
    let dependent = try #require(estimate(300, dependent: true))
    let independent = try #require(estimate(300, dependent: false))
    #expect(dependent > 0.5)
    #expect(independent < 0.1)
  }

  @Test func theOrderOfTheClipsDoesNotMatter() throws {
    let (motion, identity, clips) = features(60, dependent: true)
    let forwards = HeldOutInformation.estimate(motion: motion, identity: identity, clips: clips, seed: 7)
    let backwards = HeldOutInformation.estimate(
      motion: motion.reversed(), identity: identity.reversed(), clips: clips.reversed(), seed: 7)
    #expect(forwards != nil && forwards == backwards)
  }

  @Test func fewClipsOrNumbersThatAreNoneGiveNothing() {
    #expect(estimate(9, dependent: true) == nil)
    #expect(estimate(10, dependent: true) != nil)
    var (motion, identity, clips) = features(20, dependent: true)
    motion[3][2] = .nan
    #expect(HeldOutInformation.estimate(motion: motion, identity: identity, clips: clips, seed: 7) == nil)
    identity = []
    clips = []
    #expect(HeldOutInformation.estimate(motion: [], identity: identity, clips: clips, seed: 7) == nil)
  }
}
