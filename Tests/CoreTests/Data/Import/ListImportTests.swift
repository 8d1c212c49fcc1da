import Testing

@testable import Core

@Suite struct ListImportTests {
  private func rows(_ text: String) throws -> [ImportRow] {
    var settings = ImportSettings(source: "s", annotations: "t", output: "o")
    settings.classes = ClassMap([["happiness"], ["surprise", "amazement"]])
    var report = ImportReport()
    let rows = try ListImport(settings).rows(text, &report)
    #expect(report.entries.isEmpty)
    return rows
  }

  @Test func aListGivesPathSubjectAndLabel() throws {
    var settings = ImportSettings(source: "s", annotations: "t", output: "o")
    settings.classes = ClassMap([["happiness"], ["surprise", "amazement"]])
    var report = ImportReport()
    let rows = try ListImport(settings).rows(
      "# clips\r\nS01/c 1/x\tHappiness\r\n\r\nS02\\c2 1\nnolabel\nalone happiness\nS02/c3  0", &report)
    #expect(rows.map(\.path) == ["S01/c 1/x", "S02\\c2", "S02/c3"])
    #expect(rows.map(\.subject) == ["S01", "S02", "S02"])
    #expect(rows.map(\.emotion) == ["Happiness", "surprise", "happiness"])
    #expect(rows.map(\.location) == ["line 2", "line 4", "line 7"])
    #expect(report.entries(.lost).map(\.location) == ["line 5", "line 6"])
  }

  @Test(arguments: ["\t", ";", ",", " ; ", ", "]) func onesOwnSeparatorWorksWhereEveryLineHasIt(_ separator: String)
    throws
  {
    let rows = try rows("S01/c 1\(separator)joy\r# x\rS02/c 2\(separator)0\r")
    #expect(rows.map(\.path) == ["S01/c 1", "S02/c 2"] && rows.map(\.emotion) == ["joy", "happiness"])
  }

  @Test func aCommaInAPathSeparatesNothing() throws {
    #expect(try rows("S01/a,b joy\nS02/c,d fear\n").map(\.path) == ["S01/a,b", "S02/c,d"])
  }

  /// Nobody can tell which emotion the index of a class of several means, unless the class is named by the first.
  @Test func anIndexOfAClassWithANameOfItsOwnNeedsOneEmotion() throws {
    var settings = ImportSettings(source: "s", annotations: "t", output: "o")
    var report = ImportReport()
    settings.classes = ClassMap([["joy"], ["fear"]], names: ["joy", "others"])
    #expect(try ListImport(settings).rows("a/b 1\na/c 0\n", &report).map(\.emotion) == ["fear", "joy"])
    settings.classes = ClassMap([["joy"], ["fear", "sadness"]], names: ["joy", "others"])
    let fault = Fault(
      at: "t, line 1", "has the label 1, the class others of several emotions; write the emotion's name instead")
    #expect(throws: fault) { try ListImport(settings).rows("a/b 1\na/c 0\n", &report) }
  }

  @Test func indicesOfOtherClassesAreRefused() throws {
    let advice = "the classes have the indices 0 to 1; do these count from 1? Write the emotions' names instead"
    #expect(throws: Fault(at: "t, line 2", "has the label 2, but \(advice)")) { try rows("a/b 1\na/c 2\n") }
    #expect(throws: Fault(at: "t", "has the label 0 in no line, but \(advice)")) { try rows("a/b 1\na/c 1\n") }
    #expect(throws: Fault.self) { try rows("a/b 0\na/c -1\n") }
    #expect(try rows("a/b 1\na/c 0\n").map(\.emotion) == ["surprise", "happiness"])
    #expect(try rows("a/b 1\na/c joy\n").map(\.emotion) == ["surprise", "joy"], "names beside indices")
  }
}
