import Foundation
import Synchronization
import Testing

@testable import Core

@Suite struct FeatureStoreTests {
  /// The clip's index, and how often it was asked for.
  private final class Counted: ClipFeatures {
    let asked = Atomic<Int>(0)
    let key = "counted"
    let count = 3

    func features(of clip: ClipFrames) -> [Float] {
      asked.add(1, ordering: .relaxed)
      return [Float(clip.clip.frames), Float(clip.pixels[0]), 7]
    }
  }

  @Test func featuresAreComputedOnceAClip() throws {
    let scratch = try Scratch()
    let store = try scratch.syntheticStore(clips: 12, size: 16)
    let (features, known) = (Counted(), FeatureStore())
    func rows(_ clips: [Int]) throws -> [[Float]] {
      try known.rows(features, of: clips, in: MethodClips(store: store, features: known)).map(\.elements)
    }
    let first = try rows([3, 1, 4])
    #expect(first.map { $0[0] } == [3, 1, 4].map { Float(store.clips[$0].frames) })
    #expect(try rows([4, 3]) == [first[2], first[0]])
    #expect(features.asked.load(ordering: .relaxed) == 3)
    _ = try rows(Array(0..<12))
    #expect(features.asked.load(ordering: .relaxed) == 12)
  }

  /// What one rank found wrong is known to all before they wait for each other's rows.
  @Test func aClipThatCannotBeReadIsAgreedAbout() throws {
    let scratch = try Scratch()
    try SmallStore.write(["a", "b"], to: scratch("store"))
    let store = try ClipStore(opening: scratch("store"))
    truncate(scratch("store"), 50)
    let group = FailingGroup()
    let clips = MethodClips(store: store, group: group)
    #expect(throws: Fault(at: "rank 0", "failed earlier")) { try FeatureStore().rows(Counted(), of: [1], in: clips) }
    #expect(group.told == ["\(scratch("store")), clip `b`"])
  }

  /// Several ranks, of which another failed before this one.
  private final class FailingGroup: MethodGroup {
    let exchange: any LaneExchange = SoleRank()
    private(set) var told: [String] = []

    func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result {
      do {
        _ = try body()
      } catch let fault as Fault {
        told.append(fault.location)
      }
      throw Fault(at: "rank 0", "failed earlier")
    }

    func boundary(loading fault: Fault?) {}
  }
}
