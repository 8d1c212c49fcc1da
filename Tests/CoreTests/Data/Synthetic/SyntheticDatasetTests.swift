import Foundation
import Testing

@testable import Core

private func settings(
  clips: Int = 60, size: Int = 32, motion: Double = 1, confounding: Double = 0.5, seed: UInt64 = 1
) -> SweepConfiguration.Synthetic {
  var settings = SweepConfiguration.Synthetic()
  settings.clips = clips
  settings.size = size
  settings.motion = motion
  settings.confounding = confounding
  settings.seed = seed
  return settings
}

@Test(arguments: SyntheticDataset.names) func aClipHasTheSameBitsTwiceAndInAnyOrder(name: String) throws {
  let first = try SyntheticDataset(name: name, settings: settings(size: 24))
  let second = try SyntheticDataset(name: name, settings: settings(size: 24))
  #expect(first.clips == second.clips)
  let forwards = first.clips.indices.map { first.frames(of: $0) }
  let backwards = second.clips.indices.reversed().map { second.frames(of: $0) }
  #expect(forwards == backwards.reversed())
}

@Test func clipsMadeOnManyThreadsHaveTheSameBits() async throws {
  let dataset = try SyntheticDataset(name: "synth-sdu", settings: settings(size: 24))
  let alone = dataset.clips.indices.map { dataset.frames(of: $0) }
  let together = await withTaskGroup(of: (Int, [UInt8]).self) { group in
    for index in dataset.clips.indices { group.addTask { (index, dataset.frames(of: index)) } }
    return await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
  }
  #expect(dataset.clips.indices.allSatisfy { together[$0] == alone[$0] })
}

@Test(arguments: SyntheticDataset.names) func clipsAreDescribedAsTheyAreStored(name: String) throws {
  let dataset = try SyntheticDataset(name: name, settings: settings(clips: 40, size: 20))
  #expect(dataset.clips.map(\.name) == dataset.clips.map(\.name).sorted())
  #expect(Set(dataset.clips.map(\.name)).count == 40)
  for (index, clip) in dataset.clips.enumerated() {
    let bytes: Int = clip.frames * 20 * 20 * 3
    #expect(dataset.frames(of: index).count == bytes)
    #expect(clip.height == 20)
    #expect(clip.width == 20)
    #expect(clip.onset == 0)
    #expect(clip.offset == clip.frames - 1)
    #expect(clip.onset < clip.apex)
    #expect(clip.apex < clip.offset)
    #expect(clip.source == "synthetic")
    #expect(clip.actionUnits?.isEmpty == false)
    #expect(dataset.classes.index(of: clip.emotion) != nil)
    // 0.22 to 0.44 seconds, but a dozen frames at least.
    let least: Int = max(12, Int(0.22 * clip.fps))
    let most: Int = Int(0.44 * clip.fps) + 1
    #expect(clip.frames >= least)
    #expect(clip.frames <= most)
  }
}

@Test func onlySAMMIsGrey() throws {
  for name in SyntheticDataset.names {
    let frames = try SyntheticDataset(name: name, settings: settings(size: 16)).frames(of: 0)
    let isGrey = stride(from: 0, to: frames.count, by: 3).allSatisfy { start in
      Set(frames[start..<start + 3]).count == 1
    }
    #expect(isGrey == (name == "synth-samm"))
  }
}

@Test func anotherSeedOrNameGivesOtherFaces() throws {
  let faces = try [("synth-sdu", 1), ("synth-sdu", 2), ("synth-mmew", 1)].map { name, seed in
    Array(try SyntheticDataset(name: name, settings: settings(seed: UInt64(seed))).frames(of: 0).prefix(32 * 32 * 3))
  }
  #expect(Set(faces).count == 3)
}

@Test func aWrongNameIsToldTheNearestRightOne() {
  for (wrong, right) in [("synth-sam", "synth-samm"), ("casme2", "synth-casme2"), ("synth-mmw", "synth-mmew")] {
    let fault = #expect(throws: Fault.self) { try SyntheticDataset(name: wrong, settings: settings()) }
    #expect(fault?.problem.hasSuffix("did you mean \(right)?") == true)
  }
}

@Test func allImpossibleSettingsAreNamedAtOnce() throws {
  let faults = #expect(throws: Faults.self) {
    try SyntheticDataset(
      name: "synth-sdu", settings: settings(clips: 3, size: 0, motion: .nan, confounding: -0.1))
  }
  #expect(faults?.faults.map(\.location) == ["clips", "size", "motion", "confounding"].map { "synth-sdu.\($0)" })
  #expect(throws: Faults.self) { try SyntheticDataset(name: "synth-sdu", settings: settings(clips: .max)) }
  #expect(try SyntheticDataset(name: "synth-sdu", settings: settings(clips: 12, size: 16)).clips.count == 12)
}

@Test func foldsBySubjectNeverLackAClass() throws {
  for name in SyntheticDataset.names {
    for confounding in [0, 0.5] {
      let dataset = try SyntheticDataset(name: name, settings: settings(clips: 60, confounding: confounding))
      let split = try Folds.split(clips: dataset.clips, classes: dataset.classes, count: 5, by: .subject, seed: 2022)
      #expect(split.warnings.isEmpty)
    }
  }
}

@Test(arguments: SyntheticDataset.names) func skinMovesByOneToThreePercentOfTheFace(name: String) throws {
  let dataset = try SyntheticDataset(name: name, settings: settings(clips: 100))
  let peaks = dataset.clips.indices.map { Double(dataset.renderer(of: $0).peakDisplacement) }.sorted()
  #expect(peaks[5] > 0.01 && peaks[94] < 0.032)
  let still = try SyntheticDataset(name: name, settings: settings(clips: 100, motion: 0))
  #expect(still.renderer(of: 7).peakDisplacement == 0)
}

@Test func motionRisesFromTheOnsetToTheApexAndIsPartlyLeftAtTheOffset() {
  for seed in UInt64(0)..<50 {
    let expression = SyntheticExpression(emotion: "fear", fps: 200, motion: 1, random: CounterRandom(seed))
    let course = (0..<expression.frames).map { expression.course($0) }
    for part in [course.map(\.upper), course.map(\.lower)] {
      #expect(part[0] == 0 && part[expression.apex] == 1)
      #expect(zip(part, part.dropFirst()).prefix(expression.apex).allSatisfy { $0 <= $1 })
      #expect(zip(part, part.dropFirst()).dropFirst(expression.apex).allSatisfy { $0 >= $1 })
      #expect(part.last! >= 0.15 && part.last! <= 0.4)
    }
  }
}
