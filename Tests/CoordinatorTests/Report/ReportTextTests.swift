import Core
import Foundation
import FoundationXML
import Testing
import Worker

@testable import Coordinator

struct ReportTextTests {
  @Test func namesFromFilesCannotBecomeMarkup() {
    var configuration = SweepConfiguration()
    let evil = "<script>alert('x')</script>\"&"
    configuration.name = evil
    configuration.folds.count = 2
    configuration.datasets = [.init(name: evil, source: .store("x"), classes: ClassMap([[evil], ["b|c"]]))]
    let unit = WorkUnit(dataset: evil, fold: 0, variant: .full, seed: 2022)
    let prediction = UnitResult.Prediction(clip: evil, subject: evil, truth: 0, predicted: 1, probabilities: [0, 1])
    let failed = WorkUnit(dataset: evil, fold: 1, variant: .full, seed: 2022)
    let report = ComparisonReport(
      configuration: configuration,
      outcomes: [
        .finished(ReportFixture.result(unit, [evil, "b|c"], [prediction])), .failed(failed, reason: evil),
      ],
      splits: [evil: .init(clipsPerFold: [1, 1], subjects: 2, digest: evil)], programVersion: evil,
      configurationDigest: evil)
    let page = ReportPage.text(report)
    #expect(!page.contains("<script") && !page.contains("alert('x')"))
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"))
    let markdown = ReportMarkdown.text(report)
    #expect(!markdown.contains("<script") && markdown.contains("b\\|c"))
    #expect(ReportJSON.text(report).contains("alert('x')</script>\\\"&"))
    #expect(ReportCSV.results(report).contains("\"<script>alert('x')</script>\"\"&\",full,2022,0,1,"))
  }

  @Test func aPageNeedsNothingFromElsewhere() {
    let configuration = ReportFixture.configuration(datasets: 1)
    let page = ReportPage.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
    for word in ["http:", "https:", "<script", "<link", "@import", "src="] { #expect(!page.contains(word)) }
  }

  /// Names that are markup somewhere, in every place that a name can come from.
  private static let evilNames = [
    "<script>alert(1)</script>", "a|b", "\"", "&", "_{}\\%$#~^", "two\nlines", "=1+2", "]]></svg>", "'; rm -rf /",
  ]

  @Test(arguments: evilNames)
  func everyFileSurvivesEveryName(_ evil: String) throws {
    var configuration = SweepConfiguration()
    (configuration.name, configuration.folds.count, configuration.variants) = (evil, 3, [.ce, .full])
    configuration.network.pretrained = evil
    configuration.datasets = [.init(name: evil, source: .store(evil), classes: ClassMap([[evil], ["\(evil)2"]]))]
    let classes = [evil, "\(evil)2"]
    let outcomes = configuration.compared.map { variant -> UnitOutcome in
      let unit = WorkUnit(dataset: evil, fold: 0, variant: variant, seed: 2022)
      let predictions = (0..<6).map {
        UnitResult.Prediction(
          clip: "\(evil)\($0)", subject: "\(evil)\($0)", truth: 0, predicted: 1, probabilities: [0, 1])
      }
      return .finished(ReportFixture.result(unit, classes, predictions))
    }
    let failed = WorkUnit(dataset: evil, fold: 1, variant: .full, seed: 2022)
    let report = ComparisonReport(
      configuration: configuration, outcomes: outcomes + [.failed(failed, reason: evil)],
      splits: [evil: .init(clipsPerFold: [6, 1, 1], subjects: 8, digest: evil)], programVersion: evil,
      configurationDigest: evil)
    var traces = RunTraces()
    (traces.directory, traces.begunWith) = ("runs/\(evil)", "\(evil)0")
    let metrics = [1, 2].map { #"{"stage":2,"epoch":\#($0),"steps":1,"losses":{"crossEntropy":1,"total":1}}"# }
    for unit in report.units {
      traces.epochs[unit.unit] = try metrics.map { try JSONDecoder().decode(EpochRecord.self, from: Data($0.utf8)) }
    }
    traces.timeline = Timeline([
      LedgerEntry(event: .started, unit: failed, at: 1, ranks: [0], hosts: [evil]),
      LedgerEntry(event: .failed, unit: failed, at: 9, reason: evil),
    ])

    let page = ReportPage.text(report, traces)
    for tag in ["<script", "alert(1)</s", "]]></svg"] { #expect(!page.contains(tag)) }
    let drawings = page.components(separatedBy: "<svg").dropFirst().map { part in
      "<svg" + part.components(separatedBy: "</svg>")[0] + "</svg>"
    }
    #expect(drawings.count > 6)
    for drawing in drawings { #expect(XMLParser(data: Data(drawing.utf8)).parse(), "\(drawing)") }
    for drawing in drawings where !drawing.contains("aria-hidden") {
      #expect(drawing.contains("role=\"img\" aria-label=\""))
    }

    // A table's lines all have the cells of its first.
    let lines = ReportMarkdown.text(report).components(separatedBy: "\n")
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("|") && next.hasPrefix("|") {
      func cells(_ line: String) -> Int {
        line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      }
      #expect(cells(line) == cells(next), "\(line)\n\(next)")
    }
    #expect(!ReportMarkdown.text(report).contains("<script"))

    for text in [ReportCSV.results(report), ReportCSV.predictions(report)] {
      let table = try csv(text)
      #expect(table.count > 5 && Set(table.map(\.count)).count == 1)
      for cell in table.joined() { #expect(!"=+@\t\r\n".contains(cell.first ?? " "), "\(cell)") }
      #expect(table[1][0] == (evil.hasPrefix("=") ? "'\(evil)" : evil))
    }
    let tex = ReportTeX.text(report)
    for line in tex.split(separator: "\n") where line.contains("script") || line.contains("lines") {
      #expect(line.contains("textless") || line.contains("two lines") || line.hasPrefix("%"))
    }
    let root = try JSONSerialization.jsonObject(with: Data(ReportJSON.text(report).utf8)) as? [String: Any]
    #expect(root?["name"] as? String == evil)
  }

  /// Fields by RFC 4180.
  private func csv(_ text: String) throws -> [[String]] {
    var (table, row, field, isQuoted): ([[String]], [String], String, Bool) = ([], [], "", false)
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch (scalar, isQuoted) {
      case ("\"", true) where scalars.first == "\"": field.unicodeScalars.append(scalars.removeFirst())
      case ("\"", _): isQuoted.toggle()
      case (",", false): (row, field) = (row + [field], "")
      case ("\r", false) where scalars.first == "\n":
        scalars.removeFirst()
        (table, row, field) = (table + [row + [field]], [], "")
      default: field.unicodeScalars.append(scalar)
      }
    }
    try #require(!isQuoted && row.isEmpty && field.isEmpty)
    return table
  }

  @Test func noCellIsAFormulaAndNumbersStayNumbers() {
    #expect(["=1+2", "+1", "-1", "@a", "\tx"].map(ReportCSV.name) == ["'=1+2", "'+1", "'-1", "'@a", "'\tx"])
    #expect(ReportCSV.name("s-1") == "s-1" && ReportCSV.name("") == "")
    var configuration = ReportFixture.configuration(datasets: 1)
    configuration.folds.count = 5
    let outcomes = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(var result) = outcome else { return outcome }
      result.information = [.init(stage: .motion, epoch: 1, climbed: 0, heldOut: -0.25)]
      return .finished(result)
    }
    #expect(ReportCSV.results(ReportFixture.report(configuration, outcomes)).contains(",-0.25,4200,"))
  }

  @Test func numbersAreListedAsRuns() {
    #expect(
      ReportText.list([4, 0, 2, 3]) == "0, 2–4" && ReportText.list([1, 2]) == "1, 2" && ReportText.list([]) == "")
    #expect(ReportText.shell("runs/demo-1/report") == "runs/demo-1/report")
    #expect(ReportText.shell("my run's") == "'my run'\\''s'" && ReportText.shell("") == "''")
  }

  @Test func csvFieldsAreQuotedAsTheStandardSays() {
    #expect(ReportCSV.field("plain") == "plain")
    #expect(ReportCSV.field("a,b") == "\"a,b\"")
    #expect(ReportCSV.field("say \"no\"") == "\"say \"\"no\"\"\"")
    #expect(ReportCSV.field("two\r\nlines") == "\"two\r\nlines\"")
  }

  @Test func predictionsHaveALineAClip() {
    var configuration = SweepConfiguration()
    configuration.datasets = [.init(name: "d", source: .store("d"), classes: ClassMap([["a"], ["b"]]))]
    configuration.folds.count = 1
    let unit = WorkUnit(dataset: "d", fold: 0, variant: .full, seed: 2022)
    let result = ReportFixture.result(
      unit, ["a", "b"], [.init(clip: "c1", subject: "s9", truth: 0, predicted: 1, probabilities: [0.125, 0.875])])
    #expect(
      ReportCSV.predictions(ReportFixture.report(configuration, [.finished(result)]))
        == "dataset,variant,seed,fold,clip,subject,true,predicted,probabilities\r\n"
        + "d,full,2022,0,c1,s9,a,b,a=0.125;b=0.875\r\n")
  }

  @Test func numbersAreWrittenWithoutALocale() {
    #expect(ReportText.decimals(1234.5678, 2) == "1234.57")
    #expect(ReportText.decimals(-0.04, 1) == "0.0")
    #expect(ReportText.decimals(-2.06, 1) == "−2.1")
    #expect(ReportText.decimals(0.05, 3) == "0.050")
    #expect(ReportText.decimals(.nan, 1) == "–")
    #expect(ReportText.percent(0.7143) == "71.4" && ReportText.percent(nil) == "–")
    #expect(ReportText.points(0.021) == "+2.1" && ReportText.points(-0.0001) == "±0.0")
    #expect(ReportText.pValue(0.0004) == "< 0.001" && ReportText.pValue(0.0312) == "0.031")
    #expect(ReportText.duration(3723) == "1 h 02 min" && ReportText.duration(200) == "3 min 20 s")
  }

  @Test func datasetsFindTheirPublishedColumn() {
    func column(_ name: String, _ classes: [String], synthetic: Bool = false) -> PublishedFigures.Column? {
      PublishedFigures.match(
        .init(
          name: name, source: synthetic ? .synthetic(.init()) : .store("x"), classes: ClassMap(classes.map { [$0] })),
        .init(clips: 1, subjects: 1, folds: .init()))?.column
    }
    let casme = ["happiness", "disgust", "repression", "surprise", "others"]
    let six = ["happiness", "surprise", "disgust", "sadness", "fear", "anger"]
    #expect(column("casme2", casme) == .casme2 && column("CASME-II", ["happiness", "fear"]) == .casme2)
    #expect(column("synth-mmew", six, synthetic: true) == .mmew && column("synth-sdu", six) == .sdu)
    #expect(column("mine", casme) == .casme2 && column("mine", six) == nil)
    #expect(PublishedFigures.figures(.samm).count == 11 && PublishedFigures.best(.samm) == 71.4)
  }
}
