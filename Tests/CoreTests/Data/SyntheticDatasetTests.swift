import Testing

@testable import Core

/// The synthetic suite: what it keeps of its originals, and that its task is about motion.
@Suite struct SyntheticDatasetTests {
  @Test func aClipHasTheSameBitsInAnyOrder() throws {
    let one = try dataset("synth-casme2", clips: 20)
    let other = try dataset("synth-casme2", clips: 20)
    let forwards = (0..<3).map { one.frames(of: $0) }
    let backwards = (0..<3).reversed().map { other.frames(of: $0) }
    #expect(forwards == backwards.reversed())
    #expect(one.clips == other.clips)
  }

  @Test(arguments: ["synth-sdu", "synth-mmew", "synth-samm", "synth-casme2"])
  func keepsTheOriginalsClassesAndImbalance(_ name: String) throws {
    let dataset = try dataset(name, clips: 120)
    #expect(dataset.clips.count == 120)
    let counts = dataset.classes.names.map { emotion in dataset.clips.count { $0.emotion == emotion } }
    #expect(counts.allSatisfy { $0 >= 5 })
    let preset = try #require(ClassPreset.ofSynthetic(name))
    #expect(dataset.classes == preset.classes)
    if let expected = preset.expectedCounts {
      let mostFrequent = expected.indices.max { expected[$0] < expected[$1] }
      #expect(counts.indices.max { counts[$0] < counts[$1] } == mostFrequent)
    }
    #expect(Set(dataset.clips.map(\.subject)).count >= 10)
    for clip in dataset.clips {
      #expect(clip.onset <= clip.apex && clip.apex <= clip.offset && clip.offset < clip.frames)
    }
  }

  @Test func motionMovesMoreThanNoiseDoes() throws {
    func change(_ motion: Double) throws -> Double {
      let dataset = try dataset("synth-mmew", clips: 12, motion: motion)
      return (0..<12).map { difference(dataset, $0).map(abs).reduce(0, +) }.reduce(0, +)
    }
    #expect(try change(4) > 1.3 * change(0))
  }

  /// The nearest class mean of apex minus onset, tested on subjects that it was not made from.
  @Test func theTaskCanBeLearntFromMotionAcrossSubjects() throws {
    let dataset = try dataset("synth-casme2", clips: 80, motion: 3)
    let features = dataset.clips.indices.map { difference(dataset, $0) }
    let (right, majority) = subjectIndependentScore(dataset, features)
    #expect(right > majority + 0.1, "\(right) against \(majority)")
  }

  @Test func aStillFaceTellsNothingWithoutConfounding() throws {
    let dataset = try dataset("synth-casme2", clips: 80, motion: 3)
    let features = dataset.clips.indices.map { frame(dataset, $0, 0) }
    let (right, majority) = subjectIndependentScore(dataset, features)
    #expect(right < majority + 0.1, "\(right) against \(majority)")
  }

  @Test func confoundingMakesSubjectsForetellEmotions() throws {
    func share(_ confounding: Double) throws -> Double {
      let clips = try dataset("synth-mmew", clips: 120, confounding: confounding).clips
      let subjects = Dictionary(grouping: clips, by: \.subject).values
      return subjects.reduce(0.0) { sum, own in
        sum + Double(Dictionary(grouping: own, by: \.emotion).values.map(\.count).max() ?? 0)
      } / Double(clips.count)
    }
    #expect(try share(1) > share(0) + 0.15)
  }

  @Test func anUnknownNameGetsTheNearestOne() {
    #expect(throws: Fault.self) { try dataset("synth-sam", clips: 20) }
    do { _ = try dataset("synth-sam", clips: 20) } catch { #expect("\(error)".contains("synth-samm")) }
  }

  private func dataset(
    _ name: String, clips: Int, motion: Double = 1, confounding: Double = 0
  ) throws -> SyntheticDataset {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size, settings.motion, settings.confounding) = (clips, 48, motion, confounding)
    return try SyntheticDataset(name: name, settings: settings)
  }

  private func frame(_ dataset: SyntheticDataset, _ index: Int, _ frame: Int) -> [Double] {
    let clip = dataset.clips[index]
    let size = clip.height * clip.width * 3
    return dataset.frames(of: index)[frame * size..<(frame + 1) * size].map { Double($0) }
  }

  private func difference(_ dataset: SyntheticDataset, _ index: Int) -> [Double] {
    let clip = dataset.clips[index]
    return zip(frame(dataset, index, clip.apex), frame(dataset, index, clip.onset)).map { $0 - $1 }
  }

  /// Accuracy of the nearest class mean over two halves of the subjects, and of the most frequent class.
  private func subjectIndependentScore(
    _ dataset: SyntheticDataset, _ features: [[Double]]
  ) -> (right: Double, majority: Double) {
    let labels = dataset.clips.map { dataset.classes.index(of: $0.emotion)! }
    let subjects = Set(dataset.clips.map(\.subject)).sorted()
    let half = Set(subjects.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    var right = 0
    for side in [true, false] {
      let (fitted, scored) = (
        dataset.clips.indices.filter { half.contains(dataset.clips[$0].subject) == side },
        dataset.clips.indices.filter { half.contains(dataset.clips[$0].subject) != side }
      )
      let means = dataset.classes.names.indices.map { label in
        let own = fitted.filter { labels[$0] == label }
        return features[0].indices.map { place in own.reduce(0) { $0 + features[$1][place] } / Double(max(1, own.count)) }
      }
      right += scored.count { index in
        let distances = means.map { mean in zip(mean, features[index]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        return distances.indices.min { distances[$0] < distances[$1] } == labels[index]
      }
    }
    let most = dataset.classes.names.indices.map { label in labels.count { $0 == label } }.max() ?? 0
    return (Double(right) / Double(labels.count), Double(most) / Double(labels.count))
  }
}
