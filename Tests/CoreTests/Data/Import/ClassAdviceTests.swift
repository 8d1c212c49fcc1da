import Testing

@testable import Core

@Suite struct ClassAdviceTests {
  private func classes(_ preset: String) throws -> ClassMap { try ClassPreset.named(preset, at: "test").classes }

  @Test func thePresetWithTheMostRowsIsNamed() throws {
    let samm = Array(repeating: "Anger", count: 3) + ["Contempt", "contempt ", "happiness", "Other"]
    #expect(
      classAdvice(for: samm, try classes("casme2-basic5"))
        == "6 of 7 rows have an emotion that is in none of the classes; of all presets `samm-5` has the most rows, 7")
    #expect(classAdvice(for: samm, try classes("samm-5")) == nil)
    #expect(classAdvice(for: samm, nil) == nil)
    #expect(classAdvice(for: [], try classes("samm-5")) == nil)
  }

  @Test func halfOfTheRowsAreEnough() throws {
    #expect(classAdvice(for: ["anger", "repression"], try classes("samm-5")) == nil)
    #expect(classAdvice(for: ["anger", "repression", "x"], try classes("samm-5")) != nil)
  }

  @Test func whereNoPresetIsBetterTheRowsEmotionsAreNamed() throws {
    #expect(
      classAdvice(for: ["Freude", "angst", "freude"], try classes("samm-5"))
        == "3 of 3 rows have an emotion that is in none of the classes; the rows' emotions are freude, angst: "
        + "name your classes with --classes freude,angst")
    #expect(classAdvice(for: ["x y", "\u{1B}[2J"], try classes("samm-5"))?.hasSuffix("--classes NAME,NAME") == true)
  }

  @Test func aPresetWithAClassThatNoRowHasIsComparedWithTheOthers() throws {
    let casme = ["happiness", "happiness", "surprise", "disgust", "others", "others", "repression"]
    #expect(
      classAdvice(for: casme, try classes("mmew-6"))
        == "3 of 7 rows have an emotion that is in none of the classes, and no row has sadness or fear or anger; "
        + "of all presets `casme2-5` has the most rows, 7")
    // Some emotions left out on purpose, and none missing.
    let samm = ["anger", "happiness", "surprise", "fear", "disgust", "contempt", "other"]
    #expect(classAdvice(for: samm, try classes("samm-basic5")) == nil)
    // Of two presets with as many rows, the one whose classes are all there.
    let basic = ["happiness", "surprise", "disgust", "sadness", "fear"]
    #expect(classAdvice(for: basic, try classes("samm-5"))?.contains("`casme2-basic5` has the most rows, 5") == true)
  }

  @Test func onlyPresetsOfTheRowsDatasetAreNamed() throws {
    // Both would have more rows: casme3-7 seven, megc-3 six.
    let casme = ["happiness", "surprise", "disgust", "sadness", "fear", "anger", "others"]
    let preset = try classes("samm-5")
    #expect(classAdvice(for: casme + ["x", "y"], preset)?.contains("`casme3-7` has the most rows, 7") == true)
    #expect(
      classAdvice(for: casme + ["x", "y", "z"], preset, of: "casme2")?.contains("`casme2-basic5` has the most rows, 5")
        == true)
    // No preset of several datasets is named, though all rows are in its classes.
    let signs = ["negative", "positive", "surprise", "contempt"]
    #expect(classAdvice(for: signs, preset)?.contains("`smic-3` has the most rows, 3") == true)
  }

  @Test func ownClassesThatFitBadlyAreNoticedToo() {
    let own = ClassMap([["positive"], ["negative"]])
    #expect(classAdvice(for: ["fear", "anger"], own)?.contains("of all presets `samm-basic5` has") == true)
    #expect(classAdvice(for: ["Positive", "negative "], own) == nil)
  }
}
