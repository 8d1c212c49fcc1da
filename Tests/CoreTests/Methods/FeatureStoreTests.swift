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

  /// A later process reads them; whatever they depend on, or damage, makes it compute them again.
  @Test func featuresAreKeptOnDisk() throws {
    let scratch = try Scratch()
    let path = scratch("store.safetensors")
    func make(_ clips: Int) throws -> ClipStore {
      let names = (0..<clips).map { "clip-\($0)" }
      try SmallStore.write(names, to: path)
      return try ClipStore(opening: path)
    }
    /// The rows, and how many clips were computed, in a new process.
    func rows(
      _ store: ClipStore, _ members: [Int], landmarks: [String: FaceLandmarks] = [:], isOnDisk: Bool = true
    ) throws -> (rows: [[Float]], computed: Int) {
      let (features, known) = (Counted(), FeatureStore(isOnDisk: isOnDisk))
      let clips = MethodClips(store: store, landmarks: landmarks, features: known)
      let rows = try known.rows(features, of: members, in: clips).map(\.elements)
      return (rows, features.asked.load(ordering: .relaxed))
    }
    var store = try make(4)
    let folder = scratch("store.features")
    let first = try rows(store, [1, 3])
    #expect(first.computed == 2)
    let second = try rows(store, [3, 1, 0])
    #expect(second.computed == 1 && Array(second.rows[0...1]) == [first.rows[1], first.rows[0]])
    #expect(try rows(store, [0, 1, 3]).computed == 0)
    #expect(try rows(store, [0, 1, 3], isOnDisk: false).computed == 3)
    func files() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder)) }
    let others = try files()
    let table = "x,y\n" + String(repeating: "1,2\n", count: 68)
    let face = try FaceLandmarks(parsing: table, at: "table", in: (height: 8, width: 8))
    #expect(try rows(store, [0], landmarks: ["clip-0": face]).computed == 1, "other landmarks")
    #expect(try rows(store, [0], landmarks: ["clip-0": face]).computed == 0)
    let file = try #require(try files().subtracting(others).first)
    var bytes = try #require(FileManager.default.contents(atPath: "\(folder)/\(file)"))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    #expect(try rows(store, [0], landmarks: ["clip-0": face]).computed == 1, "a damaged file")
    store = try make(5)
    #expect(try rows(store, [0], landmarks: ["clip-0": face]).computed == 1, "another store")
  }

  /// Two datasets of a sweep may have one store, and landmarks of their own.
  @Test func landmarksTellFeaturesApart() throws {
    let scratch = try Scratch()
    let store = try scratch.syntheticStore(clips: 10, size: 16)
    let (features, known) = (Counted(), FeatureStore())
    func compute(_ landmarks: FaceLandmarks?) throws {
      let given = landmarks.map { [store.clips[1].name: $0] } ?? [:]
      _ = try known.rows(features, of: [0, 1], in: MethodClips(store: store, landmarks: given, features: known))
    }
    let points = (0..<68).map { SIMD2(Double($0 % 9), Double($0 / 9)) }
    try compute(nil)
    #expect(features.asked.load(ordering: .relaxed) == 2)
    for (landmarks, asked) in [(points, 3), (points.reversed(), 4), (points, 4)] {
      try compute(FaceLandmarks(landmarks))
      #expect(features.asked.load(ordering: .relaxed) == asked)
    }
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
