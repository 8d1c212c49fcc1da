import Testing

@testable import Core

private func cast(_ name: String, clips: Int, confounding: Double, seed: UInt64 = 1) throws -> SyntheticCast {
  try SyntheticCast(.named(name), clips: clips, confounding: confounding, random: CounterRandom(seed))
}

private func counts(_ cast: SyntheticCast, _ classes: Int) -> [Int] {
  cast.roles.reduce(into: Array(repeating: 0, count: classes)) { $0[$1.label] += 1 }
}

@Test func theSuiteAtFullSizeHasThePublishedClipsSubjectsAndRates() throws {
  let published: [(String, [Int]?, Int, Int, Double)] = [
    ("synth-sdu", nil, 855, 73, 50), ("synth-mmew", [36, 89, 72, 13, 16, 8], 234, 36, 90),
    ("synth-samm", [57, 12, 26, 15, 26], 136, 29, 200), ("synth-casme2", [32, 63, 27, 25, 99], 246, 26, 200),
    ("synth-smic", [70, 51, 43], 164, 16, 100),
  ]
  #expect(published.map(\.0) == SyntheticDataset.names)
  for (name, expected, clips, subjects, fps) in published {
    let original = try SyntheticOriginal.named(name)
    #expect(original.clips == clips)
    #expect(original.fps == fps)
    let whole = try cast(name, clips: clips, confounding: 0.5)
    #expect(whole.subjects == subjects)
    #expect(counts(whole, original.clipsPerClass.count) == expected ?? original.clipsPerClass)
  }
}

@Test func sixtyClipsKeepTheImbalanceAndFiveOfEachClass() {
  // MMEW × 60/234: 9.23, 22.82, 18.46, 3.33, 4.10, 2.05. Largest remainders round to 9, 23, 19, 3, 4, 2; the rarest
  // are brought to 5 by taking six, one at a time, from whichever class is largest.
  #expect(SyntheticCast.classCounts([36, 89, 72, 13, 16, 8], clips: 60) == [9, 18, 18, 5, 5, 5])
  // SAMM × 60/136: 25.15, 5.29, 11.47, 6.62, 11.47: one remainder each to 6.62 and the first 11.47.
  #expect(SyntheticCast.classCounts([57, 12, 26, 15, 26], clips: 60) == [25, 5, 12, 7, 11])
  #expect(SyntheticCast.classCounts([57, 12, 26, 15, 26], clips: 12).min() == 2)
}

@Test func everyClassIsShownByAtLeastFiveSubjectsHoweverConfounded() throws {
  for name in SyntheticDataset.names {
    for clips in [30, 40, 60, 120, 400] {
      for confounding in [0, 0.5, 1] {
        for seed in UInt64(0)..<5 {
          let made = try cast(name, clips: clips, confounding: confounding, seed: seed)
          #expect(made.roles.count == clips)
          #expect(clips < 40 || made.subjects >= 10)
          let original = try SyntheticOriginal.named(name)
          let expected = SyntheticCast.classCounts(original.clipsPerClass, clips: clips)
          #expect(counts(made, expected.count) == expected)
          for subject in 0..<made.subjects { #expect(made.roles.count { $0.subject == subject } >= 2) }
          for label in expected.indices {
            let subjects = Set(made.roles.filter { $0.label == label }.map(\.subject)).count
            #expect(subjects >= min(5, expected[label]))
          }
        }
      }
    }
  }
}

/// How much better the subject's most frequent class foretells a clip than the most frequent class of all, 0…1.
private func foretold(_ cast: SyntheticCast, _ classes: Int) -> Double {
  let bySubject = Dictionary(grouping: cast.roles, by: \.subject).values.map { roles in
    (0..<classes).map { label in roles.count { $0.label == label } }.max()!
  }
  let majority = Double(counts(cast, classes).max()!) / Double(cast.roles.count)
  return (Double(bySubject.reduce(0, +)) / Double(cast.roles.count) - majority) / (1 - majority)
}

@Test(arguments: SyntheticDataset.names) func confoundingTiesEmotionsToSubjects(name: String) throws {
  let classes = try SyntheticOriginal.named(name).clipsPerClass.count
  func mean(_ confounding: Double) throws -> Double {
    try (0..<10).map { foretold(try cast(name, clips: 200, confounding: confounding, seed: $0), classes) }
      .reduce(0, +) / 10
  }
  let (none, half, full) = (try mean(0), try mean(0.5), try mean(1))
  #expect(none < half && half < full)
  #expect(full > 0.5)
  #expect(full > none + 0.3)
}

@Test func withoutConfoundingASubjectSaysNothingOfTheEmotion() throws {
  // The χ² of the table subject × class is its degrees of freedom, on average, when both are independent.
  let seeds = 40
  var sum = 0.0
  var freedom = 0.0
  for seed in UInt64(0)..<UInt64(seeds) {
    let made = try cast("synth-sdu", clips: 855, confounding: 0, seed: seed)
    let total = Double(made.roles.count)
    let labels = counts(made, 6)
    for subject in 0..<made.subjects {
      let roles = made.roles.filter { $0.subject == subject }
      for label in 0..<6 {
        let expected = Double(roles.count) * Double(labels[label]) / total
        let difference = Double(roles.count { $0.label == label }) - expected
        sum += difference * difference / expected
      }
    }
    freedom += Double((made.subjects - 1) * 5)
  }
  // Standard deviation of the ratio: sqrt(2 / freedom), about 0.012. Fixed margins make the mean total / (total - 1).
  #expect(abs(sum / freedom - 1) < 0.04)
}
