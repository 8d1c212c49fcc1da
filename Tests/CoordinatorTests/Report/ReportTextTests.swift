import Core
import Testing

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
    func match(_ name: String, _ classes: [String], synthetic: Bool = false) -> PublishedFigures.Match? {
      PublishedFigures.match(
        .init(
          name: name, source: synthetic ? .synthetic(.init()) : .store("x"), classes: ClassMap(classes.map { [$0] })))
    }
    let casme = ["happiness", "disgust", "repression", "surprise", "others"]
    let six = ["happiness", "surprise", "disgust", "sadness", "fear", "anger"]
    #expect(match("casme2", casme) == .init(column: .casme2, sameData: true, sameClasses: true))
    #expect(match("CASME-II", ["happiness", "fear"]) == .init(column: .casme2, sameData: true, sameClasses: false))
    #expect(match("synth-mmew", six, synthetic: true) == .init(column: .mmew, sameData: false, sameClasses: true))
    #expect(match("synth-sdu", six) == .init(column: .sdu, sameData: false, sameClasses: true))
    #expect(match("mine", casme)?.column == .casme2)
    #expect(match("mine", six) == nil)
    #expect(PublishedFigures.figures(.samm).count == 11 && PublishedFigures.best(.samm) == 71.4)
  }
}
