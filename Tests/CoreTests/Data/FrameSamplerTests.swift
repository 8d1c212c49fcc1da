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
}
