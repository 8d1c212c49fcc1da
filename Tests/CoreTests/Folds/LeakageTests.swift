import Testing

@testable import Core

/// What is on both sides of a split.
@Suite struct LeakageTests {
  private func clip(_ name: String, _ subject: String, source: String = "synthetic", part: String? = nil) -> Clip {
    Clip(
      name: name, subject: subject, emotion: "joy", source: source, fps: 50, onset: 0, apex: 1, offset: 2, part: part,
      frames: 3, height: 4, width: 4)
  }

  /// A split of clips into folds, by their indices.
  private func split(_ clips: [Clip], _ folds: [[Int]], by rule: SplitRule = .subject) -> FoldFile.Dataset {
    FoldFile.Dataset(
      name: "toy", rule: rule, count: folds.count, seed: 1, classes: ["joy"], inputDigest: "",
      folds: folds.map { $0.map { FoldClip(name: clips[$0].name, subject: clips[$0].subject, label: 0) } },
      warnings: [])
  }

  private func leakage(
    _ clips: [Clip], _ folds: [[Int]], by rule: SplitRule = .subject, shared: [[Int]] = [],
    similar: SweepConfiguration.SimilarSubjects = .refused
  ) -> Leakage {
    Leakage(in: split(clips, folds, by: rule), clips: clips, sharedFrames: shared, similarSubjects: similar)
  }

  private var dataset: SweepConfiguration.Dataset {
    SweepConfiguration.Dataset(name: "toy", source: .store("toy.safetensors"), classes: ClassMap([["joy"]]))
  }

  @Test func soundFoldsHaveNone() throws {
    let clips = [clip("a", "s1"), clip("b", "s1"), clip("c", "s2"), clip("d", "s3")]
    let found = leakage(clips, [[0, 1], [2, 3]])
    #expect(found == Leakage() && found.isNone && found.remarks.isEmpty)
    try dataset.require(no: found, in: split(clips, [[0, 1], [2, 3]]))
  }

  @Test func clipsWithEqualFramesInTwoFoldsAreRefusedByName() {
    let clips = [clip("a", "s1"), clip("b", "s1"), clip("c", "s2")]
    let found = leakage(clips, [[0, 1], [2]], shared: [[0, 2]])
    #expect(found.frames == [["a", "c"]] && !found.isNone)
    let error = #expect(throws: Faults.self) { try dataset.require(no: found, in: split(clips, [[0, 1], [2]])) }
    #expect(
      error?.faults.map(\.description) == [
        "toy: the clips `a`, `c` have a frame in common and are in different folds; leave one out of the store, or set "
          + "toy's leakage to reported"
      ])
    var reported = dataset
    reported.leakage = .reported
    #expect(throws: Never.self) { try reported.require(no: found, in: split(clips, [[0, 1], [2]])) }
    #expect(found.remarks == ["the clips `a`, `c` have a frame in common and are in training and in test"])
  }

  @Test func clipsWithEqualFramesInOneFoldCountSeveralTimesOnly() throws {
    let clips = [clip("a", "s1"), clip("b", "s1"), clip("c", "s2")]
    let found = leakage(clips, [[0, 1], [2]], shared: [[0, 1]])
    #expect(found.repeated == [["a", "b"]] && found.isNone && found.remarks.count == 1)
    try dataset.require(no: found, in: split(clips, [[0, 1], [2]]))
  }

  /// A clip whose emotion is in no class is in no fold.
  @Test func clipsThatAreInNoFoldDoNotCount() {
    let clips = [clip("a", "s1"), clip("b", "s2"), clip("c", "s3")]
    #expect(leakage(clips, [[0], [1]], shared: [[0, 2]]) == Leakage())
  }

  @Test func clipsOfOneRecordingUnderTwoSubjectsAreRefused() {
    let clips = [clip("a", "s1", source: "film/one.mp4"), clip("b", "s2", source: "film/one.mp4"), clip("c", "s3")]
    let found = leakage(clips, [[0], [1, 2]])
    #expect(found.recordings == [["a", "b"]])
    #expect(throws: Faults.self) { try dataset.require(no: found, in: split(clips, [[0], [1, 2]])) }
  }

  /// Single clips in folds: the same subject is on both sides anyway, which the report says.
  @Test func recordingsAreNoFaultWhereSingleClipsAreSplit() throws {
    let clips = [clip("a", "s1", source: "film/one.mp4"), clip("b", "s1", source: "film/one.mp4"), clip("c", "s3")]
    let found = leakage(clips, [[0], [1, 2]], by: .sample)
    #expect(found.recordings == [["a", "b"]] && found.subjects.isEmpty)
    try dataset.require(no: found, in: split(clips, [[0], [1, 2]], by: .sample))
  }

  @Test func aSourceThatIsNoPathOrIsOfAnotherPartIsNoRecording() {
    let same = [clip("a", "s1", source: "CASME"), clip("b", "s2", source: "CASME")]
    #expect(leakage(same, [[0], [1]]) == Leakage())
    let parts = [
      clip("p/a", "p/s1", source: "s1/one.mp4", part: "p"), clip("q/a", "q/s1", source: "s1/one.mp4", part: "q"),
    ]
    #expect(leakage(parts, [[0], [1]]) == Leakage())
  }

  @Test func onePersonUnderTwoNamesIsRefusedUnlessTheyAreDistinct() {
    let clips = [clip("a", "S01"), clip("b", "s1"), clip("c", "s2")]
    let found = leakage(clips, [[0], [1, 2]])
    #expect(found.subjects == [["S01", "s1"]])
    #expect(throws: Faults.self) { try dataset.require(no: found, in: split(clips, [[0], [1, 2]])) }
    #expect(leakage(clips, [[0], [1, 2]], similar: .distinct) == Leakage())
    #expect(leakage(clips, [[0, 1], [2]]) == Leakage())
  }
}
