import Core
import Foundation
import Testing

@testable import Coordinator

/// A comparison as page, Markdown, JSON and CSV.
@Suite struct CompareFormatsTests {
  private static func comparison() throws -> RunComparison {
    try RunComparison([
      RunFixture.run("a<b", ["lbp-top": "1100000000", "full": "0000000000"], datasets: ["d", "e"]),
      RunFixture.run("=two", ["lbp-top": "1100000000", "full": "1111111100"], datasets: ["d", "f"]) {
        $0.training.learningRate = 0.5
      },
      RunFixture.run("three", ["mdmo": "1111111111"], datasets: ["d"]),
    ])
  }

  private func tags(_ name: String, in page: String) -> [String] {
    page.components(separatedBy: "<\(name)").dropFirst().filter { [" ", ">"].contains($0.first) }.map { part in
      "<\(name)" + part.prefix { $0 != ">" } + ">"
    }
  }

  @Test func thePageSaysWhoIsBetterInWordsAndPictures() throws {
    let page = ComparePage.text(try Self.comparison())
    let first = page.components(separatedBy: "id=\"results\"")[0]
    #expect(first.contains("<b>=two</b> against <i>a&lt;b</i>, with the same method: better in <b>1 of 2 tests</b>"))
    #expect(first.contains("<svg class=\"chart\"") && first.contains("full of =two +80.0"))
    #expect(first.contains("training.learningRate"))
    #expect(!page.contains("a<b"))
    // Three tests: 2 / 2^8 is doubled by Holm after the smallest, 2 / 2^10.
    #expect(page.contains("p = 0.016"))
  }

  @Test func thePageIsOpenToEveryone() throws {
    let page = ComparePage.text(try Self.comparison())
    for landmark in ["main", "header", "footer", "h1"] { #expect(tags(landmark, in: page).count == 1, "\(landmark)") }
    let identifiers = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
    for link in tags("a", in: page).filter({ $0.contains("href=\"#") }) {
      let target = link.components(separatedBy: "href=\"#").last?.prefix { $0 != "\"" } ?? ""
      #expect(identifiers.contains(target), "\(link)")
    }
    #expect(tags("th", in: page).allSatisfy { $0.contains("scope=\"") })
    #expect(tags("svg", in: page).allSatisfy { $0.contains("role=\"img\"") && $0.contains("aria-label=\"P") })
    for table in page.components(separatedBy: "<table>").dropFirst() {
      #expect(table.dropFirst().hasPrefix("<caption>"))
    }
  }

  @Test func markdownHasTheSentencesAndTables() throws {
    let text = CompareMarkdown.text(try Self.comparison())
    let parts = ["# a&lt;b, =two, three", "## Side by side", "## What differs in the settings"]
    for part in parts + ["`training.learningRate`"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.contains("| f    | dataset | =two"))
  }

  @Test func jsonHasEveryTestWithBothSides() throws {
    let comparison = try Self.comparison()
    let object = try JSONSerialization.jsonObject(with: Data(CompareJSON.text(comparison).utf8))
    let root = try #require(object as? [String: Any])
    #expect(root["reference"] as? String == "a<b" && (root["runs"] as? [Any])?.count == 3)
    let dataset = try #require((root["datasets"] as? [[String: Any]])?.first)
    let pairs = try #require(dataset["comparisons"] as? [[String: Any]])
    #expect(pairs.compactMap { $0["variant"] as? String } == ["lbp-top", "full", "mdmo"])
    #expect(pairs.compactMap { $0["sameMethod"] as? Bool } == [true, true, false])
    let test = try #require(pairs[1]["test"] as? [String: Any])
    #expect(test["onlyRunRight"] as? Int == 8)
    #expect(abs((test["p"] as? Double ?? 1) - 2.0 / 256) < 1e-12)
    #expect((pairs[1]["referenceMetrics"] as? [String: Any])?["accuracy"] as? Double == 0)
    #expect((root["leftOut"] as? [[String: Any]])?.compactMap { $0["dataset"] as? String } == ["e", "f"])
    let settings = try #require(root["settings"] as? [[String: Any]])
    let rate = try #require(settings.first { $0["path"] as? String == "training.learningRate" })
    #expect((rate["values"] as? [String: String])?["=two"] == "0.5")
  }

  @Test func csvHasALineForEachTestAndForEachClip() throws {
    let comparison = try Self.comparison()
    let tests = CompareCSV.tests(comparison).components(separatedBy: "\r\n").filter { !$0.isEmpty }
    #expect(tests.count == 1 + 3 && Set(tests.map { line in line.count { $0 == "," } }).count == 1)
    // A name that a spreadsheet would take for a formula.
    #expect(tests[2].hasPrefix("d,'=two,full,,a<b,full,,true,1,10,0.8,0.0,"))
    let clips = CompareCSV.clips(comparison).components(separatedBy: "\r\n").filter { !$0.isEmpty }
    #expect(clips.count == 1 + 3 * 10)
    #expect(clips.contains("d,'=two,full,,a<b,full,,1,0,f0-c0,of f0-c0,a,a,b"))
  }

  @Test func theFolderIsRefusedWhereItHoldsOtherFiles() throws {
    let (scratch, comparison) = (try Scratch(), try Self.comparison())
    let page = try CompareFiles.write(comparison, to: scratch("out"))
    #expect(page == scratch("out/index.html"))
    let names = ["clips.csv", "compare.csv", "compare.json", "index.html", "report.md"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("out")).sorted() == names)
    _ = try CompareFiles.write(comparison, to: scratch("out"))
    try scratch.file("out/thesis.tex", text: "mine")
    let fault = #expect(throws: Fault.self) { try CompareFiles.write(comparison, to: scratch("out")) }
    #expect(fault?.problem == "holds other files (thesis.tex); choose another --output")
    #expect(throws: Fault.self) { try CompareFiles.check(scratch("out/thesis.tex")) }
  }
}
