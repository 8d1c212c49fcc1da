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
    let clips = ["casme2-5": 246, "casme2-basic5": 129, "samm-5": 136, "samm-basic5": 115, "mmew-6": 234, "sdu-6": 855]
    #expect(ClassPreset.all.count == clips.count)
    for (name, count) in clips { #expect(try ClassPreset.named(name, at: "test").expectedClips == count) }
    #expect(try ClassPreset.named("sdu-6", at: "test").subjects == 73)
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
