import Foundation
import Testing

@testable import Core

@Suite struct ClipLoaderTests {
  private func network(motion: Int, identity: Int, frames: Int = 3) -> SweepConfiguration.Network {
    var network = SweepConfiguration.Network()
    (network.motionSize, network.identitySize, network.frames) = (motion, identity, frames)
    return network
  }

  /// (v / 255 - 0.5) / 0.5.
  private func mapped(_ value: Int) -> Float { Float((Double(value) / 255 - 0.5) / 0.5) }

  @Test func chosenFramesOfChosenClipsAreReadInOrder() throws {
    let small = try PatternStore()
    let loader = ClipLoader(small.store, network(motion: 8, identity: 4))
    let choices = [(7, [5, 3, 3]), (0, [0, 1, 2]), (7, [5, 3, 3])].map { ClipChoice(clip: $0, frames: $1) }
    let loaded = try loader.load(choices, .both)
    let (motion, identity) = (loaded.motion, loaded.identity)
    #expect(motion.shape == [3, 3, 8, 8, 3])
    #expect(identity.shape == [3, 3, 4, 4, 3])
    for (sample, clip, frames) in [(0, 7, [5, 3, 3]), (1, 0, [0, 1, 2]), (2, 7, [5, 3, 3])] {
      for (location, frame) in frames.enumerated() {
        for (tensor, size) in [(motion, 8), (identity, 4)] {
          let start = (sample * 3 + location) * size * size * 3
          let value = clip + 10 * frame
          let expected = (0..<size * size * 3).map { mapped($0 < size * size * 3 / 2 ? value : value + 100) }
          let got = (0..<expected.count).map { tensor[start + $0] }
          #expect(zip(got, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "clip \(clip), frame \(frame), size \(size)")
        }
      }
    }
  }

  /// Whole-number averages: a 2 × 2 picture of halves keeps the halves.
  @Test func picturesAreScaledToBothSizes() throws {
    let small = try PatternStore()
    let loaded = try ClipLoader(small.store, network(motion: 16, identity: 2, frames: 1))
      .load([ClipChoice(clip: 3, frames: [1])], .both)
    let (motion, identity) = (loaded.motion, loaded.identity)
    #expect(motion.count == 16 * 16 * 3)
    #expect(
      zip(identity.elements, [Float](repeating: mapped(13), count: 6) + [Float](repeating: mapped(113), count: 6))
        .allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// A rank whose lanes are empty loads nothing.
  @Test func noClipsMakeEmptyTensors() throws {
    let small = try PatternStore()
    let loaded = try ClipLoader(small.store, network(motion: 8, identity: 4)).load([], .both)
    #expect(loaded.motion.shape == [0, 3, 8, 8, 3] && loaded.identity.shape == [0, 3, 4, 4, 3])
  }

  /// What is taken is what was asked for, whether it was on its way, something else was, or nothing.
  @Test func clipsLoadedAheadAreThoseThatAreTaken() throws {
    let loader = ClipLoader(try PatternStore().store, network(motion: 8, identity: 4))
    let (first, second) = ([ClipChoice(clip: 7, frames: [5, 3, 3])], [ClipChoice(clip: 0, frames: [0, 1, 2])])
    let ahead = ClipsAhead(loader, .both)
    for (begun, taken) in [(nil, first), (first, first), (second, first), (nil, second), (second, second)] {
      if let begun { ahead.begin(begun) }
      let clips = try ahead.take(taken)
      let expected = try loader.load(taken, .both)
      #expect(clips.motion.elements == expected.motion.elements)
      #expect(clips.identity.elements == expected.identity.elements)
    }
  }

  @Test(arguments: [false, true]) func aClipThatCannotBeReadIsAFaultThatNamesIt(_ onOneThread: Bool) throws {
    let small = try PatternStore()
    let loader = ClipLoader(small.store, network(motion: 8, identity: 4))
    truncate(small.path, 100)
    let choices = [ClipChoice(clip: 7, frames: [0, 1, 2])]
    let fault = #expect(throws: Fault.self) { try loader.load(choices, .both, onOneThread: onOneThread) }
    #expect(fault?.location == "\(small.path), clip `clip-07`")
    let ahead = ClipsAhead(loader, .both)
    #expect(ahead.failure == nil && !ahead.hasBegun)
    ahead.begin(choices)
    #expect(ahead.failure == fault && ahead.failure == fault && ahead.hasBegun)
    #expect(throws: Fault.self) { try ahead.take(choices) }
  }
}
