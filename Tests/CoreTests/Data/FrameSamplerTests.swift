import Testing

@testable import Core

private func clip(length: Int, onset: Int = 3, fps: Double = 50) -> Clip {
  Clip(
    name: "c", subject: "s", emotion: "e", source: "test", fps: fps, onset: onset, apex: onset,
    offset: onset + length - 1, frames: onset + length + 2, height: 4, width: 4)
}

@Suite struct FrameSamplerTests {
  @Test func evaluationFramesAscendFromOnsetToOffsetInEverySmallCase() {
    for length in 1...40 {
      for count in 1...8 {
        let clip = clip(length: length)
        let frames = FrameSampler.evaluation(clip, count: count)
        #expect(frames.count == count)
        #expect(frames == frames.sorted())
        #expect(frames.allSatisfy { $0 >= clip.onset && $0 <= clip.offset })
        if count > 1 {
          #expect(frames.first == clip.onset && frames.last == clip.offset)
          // Against the definition in floating point.
          let exact = (0..<count).map { Double($0) * Double(length - 1) / Double(count - 1) }
          #expect(zip(frames, exact).allSatisfy { abs(Double($0 - clip.onset) - $1) <= 0.5 + 1e-9 })
        }
        if length >= count { #expect(Set(frames).count == count) }
      }
    }
  }

  @Test func evaluationFramesOfAKnownClip() {
    // 0, 2, 4, 6, 8, 10 of eleven frames, from frame 3.
    #expect(FrameSampler.evaluation(clip(length: 11), count: 6) == [3, 5, 7, 9, 11, 13])
    // 0, 0.4, 0.8, 1.2, 1.6, 2 of three frames.
    #expect(FrameSampler.evaluation(clip(length: 3, onset: 0), count: 6) == [0, 0, 1, 1, 2, 2])
  }

  @Test func trainingFramesStayInTheClipInEverySmallCase() {
    for length in 1...40 {
      for count in 1...8 {
        for (seed, fps) in [1.0, 25, 50, 90, 200, 1e300].enumerated() {
          let clip = clip(length: length, fps: fps)
          let frames = FrameSampler.training(clip, count: count, random: CounterRandom(UInt64(seed), 7))
          #expect(frames.count == count)
          #expect(frames == frames.sorted())
          #expect(frames.allSatisfy { $0 >= clip.onset && $0 <= clip.offset })
          if length >= count { #expect(Set(frames).count == count) }
          #expect(frames == FrameSampler.training(clip, count: count, random: CounterRandom(UInt64(seed), 7)))
        }
      }
    }
  }

  @Test func trainingStrideIsEightyMillisecondsWhereTheClipIsLongEnough() {
    // 4 · 200 / 50 = 16 frames; six of them span 81.
    for seed in 0..<50 {
      let frames = FrameSampler.training(clip(length: 90, fps: 200), count: 6, random: CounterRandom(UInt64(seed)))
      #expect(zip(frames, frames.dropFirst()).allSatisfy { $1 - $0 == 16 })
    }
  }

  @Test func everyStartOfATrainingRunOccurs() {
    // Stride 4, six frames: 21 of 24, so starts 0 to 3.
    let starts = (0..<100).map {
      FrameSampler.training(clip(length: 24, onset: 0), count: 6, random: CounterRandom(UInt64($0)))[0]
    }
    #expect(Set(starts) == [0, 1, 2, 3])
  }

  @Test func spreadFramesStayInTheClipInEverySmallCase() {
    for length in 1...40 {
      for count in 1...8 {
        for seed in 0..<6 {
          let clip = clip(length: length)
          let frames = FrameSampler.spread(clip, count: count, random: CounterRandom(UInt64(seed), 7))
          #expect(frames.count == count && frames == frames.sorted())
          #expect(frames.allSatisfy { $0 >= clip.onset && $0 <= clip.offset })
          #expect(frames == FrameSampler.spread(clip, count: count, random: CounterRandom(UInt64(seed), 7)))
        }
      }
    }
  }

  /// Frame k is at first + (k ± 0.35) · step, where first is within the first 15 % of the clip and last within the last
  /// 15 %; and of all that, every part occurs.
  @Test func spreadFramesCoverTheirRangesAndNoMore() {
    let (length, count) = (10_001, 6)
    let draws = (0..<400).map {
      FrameSampler.spread(clip(length: length, onset: 0), count: count, random: CounterRandom(UInt64($0), 3))
    }
    for k in 0..<count {
      let ends = [0.0, 1500].flatMap { first in
        [8500.0, 10_000].flatMap { last in
          [-0.35, 0.35].map { first + (last - first) / 5 * (Double(k) + $0) }
        }
      }.map { min(max($0, 0), 10_000) }
      let (least, most) = (ends.min() ?? 0, ends.max() ?? 0)
      let places = draws.map { Double($0[k]) }
      #expect(places.allSatisfy { $0 >= least - 0.5 && $0 <= most + 0.5 }, "frame \(k)")
      // The ends need both draws at their ends, which 400 draws come near, to a quarter of the range.
      #expect((places.min() ?? 0) < least + (most - least) / 4 && (places.max() ?? 0) > most - (most - least) / 4)
    }
    // Neighbours are 0.3 to 1.7 steps apart; a step is 1400 to 2000 frames.
    let gaps = draws.flatMap { zip($0, $0.dropFirst()).map { Double($1 - $0) } }
    #expect(gaps.allSatisfy { $0 >= 0.3 * 1400 - 1 && $0 <= 1.7 * 2000 + 1 })
  }
}
