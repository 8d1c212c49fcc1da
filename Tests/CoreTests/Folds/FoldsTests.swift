import Testing

@testable import Core

/// Every way to give `clips` clips one of `subjects` subjects and one of `labels` labels.
private func everyDataset(clips: Int, subjects: Int, labels: Int, _ body: ([FoldClip]) throws -> Void) rethrows {
  let kinds = subjects * labels
  let total = (0..<clips).reduce(1) { product, _ in product * kinds }
  for code in 0..<total {
    var rest = code
    let made = (0..<clips).map { index in
      let kind = rest % kinds
      rest /= kinds
      return FoldClip(
        name: "c\(index)", subject: "s\(kind / labels)", label: kind % labels, part: "p\(kind / labels % 2)")
    }
    try body(made)
  }
}

private func names(_ labels: Int) -> [String] { ["joy", "fear", "rage"].prefix(labels).map { $0 } }

/// A dataset with an uneven number of clips per subject and uneven classes.
private func unevenDataset(subjects: Int, classes: Int, seed: UInt64) -> [FoldClip] {
  let random = CounterRandom(seed, 77)
  var index: UInt64 = 0
  func draw(_ bound: Int) -> Int {
    index += 1
    return random.integer(below: bound, at: index)
  }
  return (0..<subjects).flatMap { subject in
    (0..<(3 + draw(9))).map { clip in
      FoldClip(
        name: "s\(subject)-\(clip)", subject: "s\(subject)", label: min(draw(classes), draw(classes)),
        part: "p\(subject % 3)")
    }
  }
}

@Test func everyClipIsInExactlyOneFoldInEverySmallCase() throws {
  for rule in SplitRule.allCases {
    for count in 2...3 {
      try everyDataset(clips: 4, subjects: 3, labels: 2) { clips in
        guard let split = try? Folds.split(clips, classes: names(2), count: count, by: rule, seed: 5) else { return }
        let placed = split.folds.flatMap { $0 }.sorted { $0.name < $1.name }
        try #require(placed == clips)
        try #require(rule.hasOwnCount || split.folds.count == count)
        try #require(split.folds.allSatisfy { !$0.isEmpty })
      }
    }
  }
}

@Test func noSubjectIsInTwoFoldsInEverySmallCase() throws {
  for rule in [SplitRule.subject, .loso, .dataset] {
    try everyDataset(clips: 5, subjects: 3, labels: 2) { clips in
      guard let split = try? Folds.split(clips, classes: names(2), count: 2, by: rule, seed: 9) else { return }
      let places = split.folds.reduce(0) { $0 + Set($1.map(\.subject)).count }
      try #require(places == Set(clips.map(\.subject)).count)
    }
  }
}

@Test func exactlyTheImpossibleSmallCasesAreRefused() throws {
  for count in 1...4 {
    try everyDataset(clips: 3, subjects: 3, labels: 2) { clips in
      let subjects = Set(clips.map(\.subject)).count
      let complete = Set(clips.map(\.label)).count == 2
      func works(_ rule: SplitRule) -> Bool {
        (try? Folds.split(clips, classes: names(2), count: count, by: rule, seed: 1)) != nil
      }
      try #require(works(.subject) == (complete && count >= 2 && count <= subjects))
      try #require(works(.sample) == (complete && count >= 2 && count <= 3))
      try #require(works(.loso) == (complete && subjects >= 2))
      try #require(works(.dataset) == (complete && Set(clips.map(\.part)).count == 2))
    }
  }
}

@Test(arguments: SplitRule.allCases) func theOrderOfTheClipsDoesNotMatter(rule: SplitRule) throws {
  let clips = unevenDataset(subjects: 11, classes: 3, seed: 4)
  let expected = try Folds.split(clips, classes: names(3), count: 4, by: rule, seed: 3)
  for shuffle in 0..<20 {
    let shuffled = CounterRandom(UInt64(shuffle)).permutation(clips.count).map { clips[$0] }
    #expect(try Folds.split(shuffled, classes: names(3), count: 4, by: rule, seed: 3) == expected)
  }
}

@Test(arguments: [SplitRule.subject, .sample]) func anotherSeedGivesAnotherSplit(rule: SplitRule) throws {
  // Subjects with the same size and classes, so that only the tie-break distinguishes them.
  let clips = (0..<12).flatMap { subject in
    (0..<3).map { FoldClip(name: "s\(subject)-\($0)", subject: "s\(subject)", label: $0) }
  }
  let splits = try (0..<8).map { try Folds.split(clips, classes: names(3), count: 3, by: rule, seed: $0).folds }
  #expect(Set(splits.map { $0.map { $0.map(\.name).joined() } }).count > 4)
}

@Test func samplesOfAClassDifferByOneBetweenFolds() throws {
  for seed in UInt64(0)..<10 {
    let clips = unevenDataset(subjects: 13, classes: 3, seed: seed)
    for count in 2...7 {
      let folds = try Folds.split(clips, classes: names(3), count: count, by: .sample, seed: seed).folds
      let sizes = folds.map(\.count)
      #expect(sizes.max()! - sizes.min()! <= 1)
      for label in 0..<3 {
        let counts = folds.map { $0.count { $0.label == label } }
        #expect(counts.max()! - counts.min()! <= 1)
      }
    }
  }
}

@Test func likeSubjectsAreSharedOutEvenly() throws {
  for subjects in 5...14 {
    let clips = (0..<subjects).flatMap { subject in
      (0..<6).map { FoldClip(name: "s\(subject)-\($0)", subject: "s\(subject)", label: $0 % 3) }
    }
    let folds = try Folds.split(clips, classes: names(3), count: 5, by: .subject, seed: 8).folds
    let held = folds.map { Set($0.map(\.subject)).count }
    #expect(held.max()! - held.min()! <= 1)
  }
}

@Test func foldsBySubjectAreNoLessEvenThanTheLargestSubjectForces() throws {
  for seed in UInt64(0)..<20 {
    let clips = unevenDataset(subjects: 26, classes: 3, seed: seed)
    let largest = Dictionary(grouping: clips, by: \.subject).values.map(\.count).max()!
    let folds = try Folds.split(clips, classes: names(3), count: 5, by: .subject, seed: seed).folds
    let sizes = folds.map(\.count)
    #expect(sizes.max()! - sizes.min()! <= largest)
    for label in 0..<3 {
      let counts = folds.map { $0.count { $0.label == label } }
      #expect(counts.max()! - counts.min()! <= largest)
      #expect(counts.min()! > 0)
    }
  }
}

@Test func aClassThatOnlyOneFoldHoldsIsAWarning() throws {
  let clips = (0..<6).map { FoldClip(name: "c\($0)", subject: "s\($0)", label: $0 == 2 ? 1 : 0) }
  let split = try Folds.split(clips, classes: ["joy", "fear"], count: 3, by: .subject, seed: 1)
  let holder = try #require(split.folds.firstIndex { $0.contains { $0.label == 1 } })
  #expect(split.warnings == ["fold \(holder) trains without any fear: it holds every clip of that class"])
}

@Test func clipsOfNoClassAreLeftOut() throws {
  let clips = (0..<8).map { index in
    Clip(
      name: "c\(index)", subject: "s\(index)", emotion: ["joy", "fear", "boredom", "dread"][index % 4], source: "test",
      fps: 50, onset: 0, apex: 1, offset: 2, frames: 3, height: 4, width: 4)
  }
  let classes = ClassMap([["joy"], ["fear", "dread"]])
  let split = try Folds.split(clips: clips.reversed(), classes: classes, count: 2, by: .subject, seed: 1)
  #expect(split.folds.flatMap { $0 }.map(\.name).sorted() == ["c0", "c1", "c3", "c4", "c5", "c7"])
}

@Test func everyFaultOfASplitIsNamedAtOnce() {
  let clips = [
    FoldClip(name: "a", subject: "s", label: 0), FoldClip(name: "a", subject: "s", label: 0),
    FoldClip(name: "b", subject: "s", label: 7),
  ]
  let error = #expect(throws: Faults.self) {
    try Folds.split(clips, classes: ["joy", "fear"], count: 2, by: .subject, seed: 1, location: "casme2")
  }
  #expect(error?.faults.count == 4)
  #expect(error?.description.contains("casme2: clip a occurs more than once") == true)
  #expect(error?.description.contains("no clip shows fear") == true)
  #expect(error?.description.contains("only 1 subjects") == true)
}

@Test func validationHoldsOutWholeSubjectsAboutAFifth() throws {
  for seed in UInt64(0)..<20 {
    let training = unevenDataset(subjects: 20, classes: 3, seed: seed)
    let held = try Folds.validation(of: training, seed: seed)
    #expect(try Folds.validation(of: training.reversed(), seed: seed) == held)
    let heldSubjects = Set(held.map(\.subject))
    #expect(training.filter { heldSubjects.contains($0.subject) }.count == held.count)
    #expect(held.count * 10 > training.count && held.count * 10 < 3 * training.count)
    #expect(Set(held.map(\.label)).count == 3)
  }
}

@Test func validationLeavesSomethingToTrainOn() throws {
  for subjects in 2...6 {
    let training = unevenDataset(subjects: subjects, classes: 2, seed: 3)
    let held = Set(try Folds.validation(of: training, seed: 1).map(\.subject))
    #expect(!held.isEmpty && held.count < subjects)
  }
  #expect(throws: Fault.self) { try Folds.validation(of: unevenDataset(subjects: 1, classes: 2, seed: 3), seed: 1) }
}

@Test func eachDatasetIsLeftOutOnceInTheOrderOfNames() throws {
  let clips = unevenDataset(subjects: 11, classes: 3, seed: 4)
  let folds = try Folds.split(clips, classes: names(3), count: 5, by: .dataset, seed: 3).folds
  #expect(folds.map { Set($0.map(\.part)) } == [["p0"], ["p1"], ["p2"]])
  #expect(folds.joined().count == clips.count)
}

@Test func clipsWithoutAPartCannotBeSplitByDataset() {
  var clips = unevenDataset(subjects: 5, classes: 2, seed: 1)
  clips[3].part = nil
  #expect(throws: Faults([Fault(at: "toy", "leaving one dataset out needs clips of at least 2 parts")])) {
    try Folds.split(clips, classes: names(2), count: 2, by: .dataset, seed: 1, location: "toy")
  }
}
