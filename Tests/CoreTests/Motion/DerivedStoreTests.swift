import Foundation
import Testing

@testable import Core

/// Derived content of whole stores.
@Suite struct DerivedStoreTests {
  private let scratch: Scratch
  private let store: ClipStore
  private let digest: String

  init() throws {
    scratch = try Scratch()
    store = try scratch.syntheticStore(clips: 10, size: 32)
    digest = try store.contentDigest()
  }

  private func write(_ content: DerivedContent, to path: String, origin: String? = nil, clips: Int = 10) throws {
    let writer = try ClipStoreWriter(at: path, of: content.pixels)
    for index in 0..<clips {
      let clip = store.clips[index]
      let bytes = try store.derive([content], of: index, frames: Array(clip.onset...clip.offset))[0]
      try bytes.withUnsafeBytes { try writer.append(clip.motionOnly, pixels: $0) }
    }
    try writer.commit(origin: origin ?? content.origin(source: digest))
  }

  private func open(_ content: DerivedContent, _ path: String) throws -> ClipStore {
    try ClipStore(opening: path, of: content, from: (store, digest))
  }

  @Test func theBytesAreTheSameOnAnyNumberOfThreads() throws {
    let clip = store.clips[2]
    let (one, three) = onOneAndThreeThreads {
      try? store.derive(DerivedContent.allCases, of: 2, frames: [clip.onset, clip.apex, clip.offset])
    }
    #expect(one == three && three?.count == 3)
    #expect(three?.map(\.count) == [3 * 32 * 32 * 3, 3 * 32 * 32 * 4, 3 * 32 * 32 * 4])
  }

  @Test(arguments: DerivedContent.allCases)
  func aStoreIsWrittenAndOpenedAgain(_ content: DerivedContent) throws {
    try write(content, to: scratch("derived"))
    let derived = try open(content, scratch("derived"))
    #expect(derived.clips == store.clips.map(\.motionOnly) && derived.content == content.pixels)
    let clip = store.clips[3]
    let apex = try store.derive([content], of: 3, frames: [clip.apex])[0]
    var read = [UInt8](repeating: 0, count: apex.count)
    let frame = clip.apex - clip.onset
    try read.withUnsafeMutableBytes { try derived.read(frame..<frame + 1, of: 3, into: $0) }
    #expect(read == apex)
    #expect(try derived.checkContent())
  }

  @Test func aTornStoreIsRefused() throws {
    try write(.flow, to: scratch("derived"))
    truncate(scratch("derived"), 5000)
    let fault = #expect(throws: Fault.self) { try open(.flow, scratch("derived")) }
    #expect(fault?.location == scratch("derived") && fault?.problem.contains("delete this file") == true)
  }

  @Test func aStoreOfOtherClipsOrSettingsIsRefused() throws {
    try write(.flow, to: scratch("registered"), origin: DerivedContent.registeredFlow.origin(source: digest))
    try write(.flow, to: scratch("changed"), origin: DerivedContent.flow.origin(source: "another"))
    try write(.flow, to: scratch("short"), clips: 9)
    for (name, problem) in [
      ("registered", "was not computed from"), ("changed", "was not computed from"), ("short", "has other clips"),
    ] {
      let fault = #expect(throws: Fault.self) { try open(.flow, scratch(name)) }
      #expect(fault?.problem.contains(problem) == true, "\(name): \(String(describing: fault))")
    }
  }

  @Test func flowIsNotTakenForFrames() throws {
    try write(.flow, to: scratch("derived"))
    let fault = #expect(throws: Fault.self) { try ClipStore(opening: scratch("derived")) }
    #expect(fault?.problem.contains("has optical flow") == true)
  }

  /// What `predict` computes for a few frames is what a sweep reads from the derived store.
  @Test(arguments: DerivedContent.allCases)
  func anExcerptHasTheSameFrames(_ content: DerivedContent) throws {
    try write(content, to: scratch("derived"))
    let derived = try open(content, scratch("derived"))
    let clip = store.clips[4]
    let frames = [clip.onset, clip.apex, clip.offset]
    let excerpt = try store.excerpt(content, of: [(clip: 4, frames: frames)])
    let bytes = try excerpt.pixels(of: 0)
    let all = try derived.pixels(of: 4)
    let count = derived.frameBytes
    for (position, frame) in ([clip.onset] + frames).enumerated() {
      let start = (frame - clip.onset) * count
      #expect(Array(bytes[position * count..<(position + 1) * count]) == Array(all[start..<start + count]))
    }
  }

  // MARK: - Loading

  private func network(_ input: SweepConfiguration.Input) -> SweepConfiguration.Network {
    var network = SweepConfiguration.Network()
    (network.input, network.frames, network.motionSize, network.identitySize) = (input, 3, 16, 16)
    return network
  }

  /// Means over 2 × 2 pixels of (frame - onset) / 127.5, by a plain loop; the sums of four have errors of about 1e-7.
  @Test func differencesAreThoseOfTheFrames() throws {
    let clip = store.clips[1]
    let choice = ClipChoice(clip: 1, frames: [clip.onset, clip.apex, clip.offset])
    let loaded = try ClipLoader(store, network(.difference)).load([choice], .both)
    let pixels = try store.pixels(of: 1)
    func level(_ frame: Int, _ y: Int, _ x: Int, _ colour: Int) -> Float {
      Float(pixels[((frame * 32 + y) * 32 + x) * 3 + colour])
    }
    for (position, frame) in choice.frames.enumerated() {
      for (y, x, colour) in [(0, 0, 0), (7, 9, 1), (15, 15, 2)] {
        var mean: Float = 0
        for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          let (row, column) = (2 * y + dy, 2 * x + dx)
          mean += (level(frame, row, column, colour) - level(clip.onset, row, column, colour)) / 127.5 / 4
        }
        #expect(abs(loaded.motion[((position * 16 + y) * 16 + x) * 3 + colour] - mean) < 1e-5)
      }
    }
    #expect((0..<16 * 16 * 3).allSatisfy { loaded.motion[$0] == 0 })
  }

  /// IDNet sees the frames as recorded, whatever MENet sees.
  @Test func identityFramesAreThoseRecorded() throws {
    let clip = store.clips[1]
    let choice = ClipChoice(clip: 1, frames: [clip.onset, clip.apex, clip.offset])
    let recorded = try ClipLoader(store, network(.frames)).load([choice], .both)
    try write(.registeredFlow, to: scratch("flow"))
    try write(.registeredFrames, to: scratch("frames"))
    let flow = try ClipLoader(store, motion: open(.registeredFlow, scratch("flow")), network(.flow))
    let registered = try ClipLoader(store, motion: open(.registeredFrames, scratch("frames")), network(.frames))
    let difference = ClipLoader(store, network(.difference))
    for loader in [flow, registered, difference] {
      let loaded = try loader.load([choice], .both)
      #expect(loaded.identity.elements == recorded.identity.elements)
      #expect(loaded.motion.elements != recorded.motion.elements)
    }
  }
}
