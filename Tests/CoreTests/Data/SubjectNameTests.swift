import Testing

@testable import Core

/// Which names are probably one person's.
@Suite struct SubjectNameTests {
  @Test(arguments: [
    ("S01", "s01"), ("S02", "S02 "), ("3", "03"), ("3", "003"), ("sub 1", "sub01"), ("A\u{30A}sa", "\u{C5}sa"),
    ("\u{FF13}", "3"), ("0", "000"), ("p01c02", "P1C2"),
  ])
  func areSimilar(_ one: String, _ other: String) {
    #expect(SubjectName(one) == SubjectName(other))
    let sorted = [one, other].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(SubjectName.similar([one, other, one, "somebody else"]) == [sorted])
  }

  @Test(arguments: [
    ("1", "10"), ("1", "100"), ("S1", "S11"), ("S1", "T1"), ("10", "01"), ("0", "1"), ("1 1", "1_1"), ("a0b", "ab"),
  ])
  func areDifferent(_ one: String, _ other: String) {
    #expect(SubjectName(one) != SubjectName(other))
    #expect(SubjectName.similar([one, other]) == [])
  }

  @Test func groupsHaveAllSpellings() {
    #expect(SubjectName.similar(["s1", "S02", "S1", "S01", "s2", "S03"]) == [["S01", "S1", "s1"], ["S02", "s2"]])
    #expect(SubjectName.similar(["S1", "S2", "S1"]) == [])
  }

  @Test func aDatasetNamesThePeopleThatMayBeOne() {
    func clip(_ subject: String, _ emotion: String = "anger") -> Clip {
      Clip(
        name: "\(subject) \(emotion)", subject: subject, emotion: emotion, source: "test", fps: 50, onset: 0, apex: 0,
        offset: 0, frames: 1, height: 16, width: 16)
    }
    let dataset = SweepConfiguration.Dataset(name: "own", source: .store("own"), classes: ClassMap([["anger"]]))
    func problems(_ clips: [Clip]) -> [String] {
      let store = ClipStore(clips, pixels: clips.map { _ in [] }, at: "own")
      do {
        try dataset.requireDistinctSubjects(store)
        return []
      } catch {
        return (error as? Faults)?.faults.map(\.description) ?? ["\(error)"]
      }
    }
    #expect(problems([clip("S1"), clip("S2"), clip("s1", "fear")]) == [], "clips of other emotions are not used")
    #expect(
      problems([clip("S1"), clip("s01"), clip("S2")]) == [
        "own: the subjects `S1`, `s01` differ only in capitals, blanks, leading zeros or Unicode form; name one "
          + "person in one way and import again, or set own's similarSubjects to distinct if they are different people"
      ])
  }
}
