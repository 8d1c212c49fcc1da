import Testing

@testable import Core

@Suite struct ClassPresetTests {
  @Test func countsByClassAddUpToTheExpectedClips() {
    for preset in ClassPreset.all {
      guard let counts = preset.expectedCounts else { continue }
      #expect(counts.count == preset.classes.groups.count)
      #expect(counts.reduce(0, +) == preset.expectedClips, "\(preset.name)")
    }
  }

  @Test func thePresetsAreThoseOfTheDesign() throws {
    let clips = [
      "casme2-5": 246, "casme2-basic5": 129, "samm-5": 136, "samm-basic5": 115, "mmew-6": 234, "sdu-6": 855,
      "smic-3": 164, "smic-vis-3": 71, "casme-4": 171, "casme-squared-4": 57, "casme3-7": 860, "4dme-5": 228,
      "megc-3": 442,
    ]
    #expect(ClassPreset.all.count == clips.count)
    for (name, count) in clips { #expect(try ClassPreset.named(name, at: "test").expectedClips == count) }
    #expect(try ClassPreset.named("sdu-6", at: "test").subjects == 73)
  }

  @Test func theFiguresOfSeveralDatasetsAreThoseOfItsParts() throws {
    let composite = try ClassPreset.named("megc-3", at: "test")
    #expect(composite.dataset == nil && composite.classes.names == ["negative", "positive", "surprise"])
    let parts = ["smic", "casme2", "samm"].compactMap { composite.published(of: $0) }
    #expect(parts.map(\.clips) == [164, 145, 133])
    for part in parts { #expect(part.counts?.reduce(0, +) == part.clips && part.classes == composite.classes) }
    let sums = (0..<3).map { index in parts.reduce(0) { $0 + ($1.counts?[index] ?? 0) } }
    #expect(sums == composite.expectedCounts && parts.reduce(0) { $0 + $1.subjects } == composite.subjects)
    #expect(composite.published(of: nil) == nil && composite.published(of: "mmew") == nil)
    let single = try ClassPreset.named("sdu-6", at: "test")
    #expect(single.published(of: nil)?.clips == 855, "a list has no name of a dataset")
  }

  @Test func everyDatasetOfAPresetIsARelease() {
    let releases = Set(Release.allCases.map(\.rawValue))
    for preset in ClassPreset.all {
      let datasets = [preset.dataset].compactMap { $0 } + preset.parts.keys
      // SDU was never released.
      #expect(releases.union(["sdu"]).isSuperset(of: datasets) && !datasets.isEmpty, "\(preset.name)")
    }
    #expect(releases.isSubset(of: Set(ClassPreset.all.compactMap(\.dataset))))
  }

  @Test func aPresetWithATypingFaultGetsTheNearest() {
    let fault = Fault(at: "classes", "is \"casme-5\", which is not a class preset; did you mean casme2-5?")
    #expect(throws: fault) { try ClassPreset.named("casme-5", at: "classes") }
  }

  @Test(arguments: ["casme2-5", "samm-5"])
  func otherAndOthersAreTheSameClass(_ name: String) throws {
    let classes = try ClassPreset.named(name, at: "test").classes
    for word in ["other", "others", "Others", " OTHER\t"] { #expect(classes.index(of: word) == 4) }
    #expect(classes.index(of: "fear") == nil)
  }

  @Test func emotionsAreComparedWithoutCapitalsAndSpace() {
    let classes = ClassMap([["Happiness "], ["fear", "sadness"]])
    #expect(classes.index(of: " happiness") == 0 && classes.index(of: "SADNESS") == 1)
  }
}

@Suite struct NearestWordTests {
  @Test(arguments: [
    ("", "abc", 3), ("kitten", "sitting", 3), ("batch", "bacth", 1), ("ca", "abc", 3), ("same", "same", 0),
  ])
  func theDistanceIsThatOfOptimalStringAlignment(_ a: String, _ b: String, _ expected: Int) {
    #expect(NearestWord.distance(Array(a), Array(b)) == expected)
    #expect(NearestWord.distance(Array(b), Array(a)) == expected)
  }

  @Test func theNearestWordIsFoundAndAFarOneIsNot() {
    let words = ["sweep", "synth", "import", "inspect", "report"]
    #expect(NearestWord.suggest("swep", among: words) == "sweep")
    #expect(NearestWord.suggest("REPROT", among: words) == "report")
    #expect(NearestWord.suggest("insp", among: words) == "inspect")
    #expect(NearestWord.suggest("qqqqq", among: words) == nil)
    #expect(NearestWord.suggest("", among: words) == nil)
    #expect(NearestWord.suggest("x", among: ["a"]) == nil)
    #expect(NearestWord.suggest("x", among: []) == nil)
  }
}
