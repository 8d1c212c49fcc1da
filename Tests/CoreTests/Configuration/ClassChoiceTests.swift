import Testing

@testable import Core

/// Classes as a command line has them.
@Suite struct ClassChoiceTests {
  @Test func aPresetIsNamed() throws {
    #expect(try ClassChoice("samm-5") == .preset(ClassPreset.named("samm-5", at: "test")))
  }

  @Test(arguments: [
    ("positive,negative", ClassMap([["positive"], ["negative"]])),
    ("Joy, Fear ", ClassMap([["joy"], ["fear"]])),
    ("joy,fear+sadness", ClassMap([["joy"], ["fear", "sadness"]])),
    ("joy,Low mood=fear+sadness", ClassMap([["joy"], ["fear", "sadness"]], names: ["joy", "Low mood"])),
    (#"["joy", ["fear", "a,b"]]"#, ClassMap([["joy"], ["fear", "a,b"]])),
    (
      #"["joy", {"name": "others", "emotions": ["fear"]}]"#,
      ClassMap([["joy"], ["fear"]], names: ["joy", "others"])
    ),
  ])
  func classesOfOnesOwnAreAList(_ text: String, _ classes: ClassMap) throws {
    #expect(try ClassChoice(text) == .own(classes))
  }

  @Test(arguments: [
    ("sam-5", "is \"sam-5\"; did you mean samm-5?"),
    ("positive", "is \"positive\"; it takes a preset (casme2-5, "),
    ("joy,", "is \"joy,\", class 2: is empty"), ("joy,joy", "is \"joy,joy\", class 2: is joy again; "),
    ("joy+fear", "is \"joy+fear\": has 1 of the at least 2 classes"),
    ("joy,x=fear+joy", "is \"joy,x=fear+joy\", class 2, emotion 2: is joy again; an emotion is in one class"),
    ("joy,joy=fear", "is \"joy,joy=fear\", class 2: is named joy, as a class before it"),
    ("joy,=fear", "is \"joy,=fear\", class 2, name: is empty"),
    ("joy,x=", "is \"joy,x=\", class 2, emotion 1: is empty"),
    ("[\"joy\"", "is \"[\\\"joy\\\"\", which is no list in JSON"),
    ("[1, 2]", "is \"[1, 2]\", class 1: is 1, not an emotion"),
    (#"["joy", {"name": "x"}]"#, #"class 2, emotions: is missing; a class is {"name": "others", "#),
  ])
  func whatIsWrongIsSaidWhereItIs(_ text: String, _ words: String) {
    let problem = #expect(throws: ValueProblem.self) { try ClassChoice(text) }
    #expect(problem?.text.contains(words) == true, "\(problem?.text ?? "")")
  }
}
