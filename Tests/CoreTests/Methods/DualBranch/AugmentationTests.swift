import Foundation
import Testing

@testable import Core

@Suite struct AugmentationTests {
  private var network: SweepConfiguration.Network {
    var network = SweepConfiguration.Network()
    (network.motionSize, network.identitySize, network.frames) = (64, 32, 2)
    return network
  }

  private func draws(_ kinds: [SweepConfiguration.Augmenting], _ count: Int = 400) -> [Augmentation] {
    (0..<count).compactMap { Augmentation(kinds, network, random: CounterRandom(UInt64($0), 5)) }
  }

  @Test func nothingIsDrawnWhereNothingIsAskedFor() { #expect(draws([]).isEmpty) }

  /// ±1/16 of 32 pixels is ±2; 400 draws have all of them.
  @Test func everyShiftOccursAndBothDirectionsOfAFlip() {
    let all = draws([.shift, .flip])
    #expect(Set(all.map(\.right)) == [-2, -1, 0, 1, 2] && Set(all.map(\.down)) == [-2, -1, 0, 1, 2])
    #expect(all.allSatisfy { $0.motionScale == 2 })
    let flipped = all.count(where: \.isFlipped)
    // Half of 400, within four standard deviations.
    #expect(abs(flipped - 200) < 40)
    #expect(draws([.shift]).allSatisfy { !$0.isFlipped && $0.gains.isEmpty && $0.contrast == 1 })
  }

  @Test func lightAndColourStayInTheirRangesAndReachTheirEnds() {
    let all = draws([.light, .colour])
    func expect(_ values: [Float], _ range: ClosedRange<Float>) {
      let margin = (range.upperBound - range.lowerBound) / 20
      #expect(values.allSatisfy { range.contains($0) })
      #expect((values.min() ?? 0) < range.lowerBound + margin && (values.max() ?? 0) > range.upperBound - margin)
    }
    expect(all.map(\.brightness), -0.2...0.2)
    expect(all.map(\.contrast), 0.9...1.1)
    for channel in 0..<3 { expect(all.map { $0.gains[channel] }, 0.95...1.05) }
    #expect(all.allSatisfy { $0.right == 0 && $0.down == 0 && !$0.isFlipped })
  }

  /// What one kind draws does not depend on the others.
  @Test func kindsAreDrawnIndependently() {
    for (all, light) in zip(draws(SweepConfiguration.Augmenting.allCases), draws([.light])) {
      #expect(all.brightness == light.brightness && all.contrast == light.contrast)
    }
  }

  /// By hand: a row of four pixels, moved one to the right with the edge repeated, then flipped.
  @Test func aPictureIsMovedAndThenFlipped() {
    var change = Augmentation(right: 1)
    let picture: [Float] = (0..<4).flatMap { row in (0..<4).map { Float(10 * row + $0) } }
    func changed() -> [Float] {
      let result = Tensor([16])
      change.apply(
        Tensor([16], picture).pointer, to: result.pointer, side: 4, depth: 1, scale: 1, .colours)
      return result.elements
    }
    #expect(Array(changed().prefix(4)) == [0, 0, 1, 2])
    change.isFlipped = true
    #expect(Array(changed().prefix(4)) == [2, 1, 0, 0])
    (change.right, change.down, change.isFlipped) = (-1, -2, false)
    #expect(changed() == [21, 22, 23, 23] + [31, 32, 33, 33] + [31, 32, 33, 33] + [31, 32, 33, 33])
  }

  /// By hand: intensity 0.5 + 1 times 1.04 is 1.56, so the value is 0.56; contrast 0.9 and brightness 0.1 make 0.604.
  @Test func lightAndColourChangeValuesByTheirFormulas() {
    let change = Augmentation(isFlipped: true, brightness: 0.1, contrast: 0.9, gains: [1.04, 1, 1])
    func value(_ channel: Int, _ channels: Augmentation.Channels) -> Float {
      let (factor, summand) = change.tone(of: channel, channels)
      return factor * 0.5 + summand
    }
    #expect(abs(value(0, .colours) - 0.604) < 1e-6 && abs(value(1, .colours) - 0.55) < 1e-6)
    #expect(abs(value(0, .differences) - 0.468) < 1e-6)
    // Flow: the horizontal component changes its sign, the others and light do not matter.
    #expect(value(0, .flow) == -0.5 && value(1, .flow) == 0.5 && value(2, .flow) == 0.5)
    #expect(Augmentation(brightness: 0.1).tone(of: 0, .flow) == (1, 0))
  }

  /// IDNet's picture is the average of MENet's; after the same change it still is, except near the repeated edge.
  @Test func bothNetworksSeeTheSamePicture() {
    let motion = randomTensor([2, 1, 64, 64, 3], seed: 3)
    func averaged(_ motion: Tensor) -> Tensor {
      let result = Tensor([2, 1, 32, 32, 3])
      for clip in 0..<2 {
        for (row, column) in (0..<32).flatMap({ row in (0..<32).map { (row, $0) } }) {
          for channel in 0..<3 {
            func at(_ y: Int, _ x: Int) -> Float {
              motion[((clip * 64 + 2 * row + y) * 64 + 2 * column + x) * 3 + channel]
            }
            result[((clip * 32 + row) * 32 + column) * 3 + channel] = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4
          }
        }
      }
      return result
    }
    let clips = ClipLoader.Clips(motion: motion, identity: averaged(motion))
    for (index, change) in draws(SweepConfiguration.Augmenting.allCases, 6).enumerated() {
      let changed = clips.augmented([change, nil], onOneThread: index % 2 == 0)
      let expected = averaged(changed.motion)
      for row in 2..<30 {
        for index in (row * 32 + 2) * 3..<(row * 32 + 30) * 3 {
          #expect(abs(changed.identity[index] - expected[index]) < 1e-5)
        }
      }
      // The second clip has no change, and the originals are not written to.
      let half = motion.count / 2
      #expect(Array(changed.motion.elements[half...]) == Array(motion.elements[half...]))
      #expect(changed.motion.elements != motion.elements)
    }
    #expect(clips.augmented([nil, nil]).motion.elements == motion.elements)
  }

  /// Loaded ahead or now, by one thread or several: the same.
  @Test func clipsAreLoadedWithTheirChange() throws {
    var network = network
    (network.motionSize, network.identitySize, network.frames) = (8, 4, 3)
    let loader = ClipLoader(try PatternStore().store, network)
    let change = Augmentation(right: 1, motionScale: 2, isFlipped: true, brightness: 0.1)
    let plain = [ClipChoice(clip: 7, frames: [5, 3, 3]), ClipChoice(clip: 0, frames: [0, 1, 2])]
    var changed = plain
    changed[0].augmentation = change
    let expected = try loader.load(plain, .both).augmented([change, nil])
    let ahead = ClipsAhead(loader, .both)
    ahead.begin(changed)
    for clips in try [loader.load(changed, .both), ahead.take(changed)] {
      #expect(clips.motion.elements == expected.motion.elements)
      #expect(clips.identity.elements == expected.identity.elements)
    }
    #expect(try loader.load(plain, .both).motion.elements != expected.motion.elements)
    // Clips that were loaded ahead with another change are not taken.
    ahead.begin(plain)
    #expect(try ahead.take(changed).motion.elements == expected.motion.elements)
    #expect(try loader.load(changed, .motion).identity.count == 0)
  }
}
