import Core
import Foundation
import Testing

@testable import Coordinator

@Suite struct MethodComparisonTests {
  private static let every = Catalogue.names

  private func report(methods: [String] = every, variants: [Ablation] = [.ce, .full]) -> ComparisonReport {
    let configuration = ReportFixture.configuration(variants: variants, methods: methods)
    return ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
  }

  /// A baseline, and classical methods that the paper's table lacks.
  private static let unpublished: Set = ["majority", "lbp-sip", "osw-lbp-top", "fhofo"]

  /// A method that is published is found in the paper's table by its title, and so has its figures beside it.
  @Test func methodsAreCalledAsThePaperCallsThem() {
    for method in Catalogue.methods.map(\.about) where !Self.unpublished.contains(method.name) {
      #expect(PublishedFigures.methods.contains(method.title), "\(method.name): \(method.title)")
    }
  }

  @Test func everyPublishedMethodHasARowOnEveryDataset() {
    for dataset in report().datasets {
      let rows = MethodComparison(dataset).rows
      let others = ["Majority class", "LBP-SIP", "OSW-LBP-TOP", "FHOFO"]
      #expect(rows.map(\.title) == others + ["Plain 3-D ResNet, ce"] + PublishedFigures.methods)
      for row in rows.prefix(others.count) { #expect(row.published == nil && row.metrics != nil, "\(row.title)") }
      for row in rows where row.metrics == nil { #expect(row.note?.hasPrefix("not measured: needs") == true) }
      #expect(rows.filter { $0.metrics == nil }.isEmpty)
      #expect(rows.last?.report?.variant == .full && rows.last?.comparison == nil)
      #expect(rows.first { $0.title == "MDMO" }?.note?.contains("fixed grid") == true)
      #expect(rows.first { $0.title == "Graph-TCN" }?.note == nil)
    }
  }

  @Test func methodsOutsideTheSweepSayHowToAddThem() throws {
    let rows = MethodComparison(report(methods: ["majority", "lbp-top"]).datasets[0]).rows
    let note = try #require(rows.first { $0.title == "FDM" }?.note)
    #expect(note == "not in this sweep: add fdm to its methods")
    #expect(rows.last?.note?.contains("add menet") == true)
    // Without the network the first method is the reference.
    #expect(rows.filter { $0.comparison != nil }.map(\.title) == ["LBP-TOP"])
  }

  /// The correction is over the methods and the plain network, not over the ablation's variants.
  @Test func correctedForTheMethodsOfTheTable() {
    let dataset = report(methods: ["menet", "majority", "fdm"], variants: [.ce, .dao, .full]).datasets[0]
    #expect(dataset.methodComparisons.map(\.variant.rawValue) == ["ce", "majority", "fdm"])
    #expect(dataset.comparisons.map(\.variant) == [.ce, .dao])
    for comparison in dataset.methodComparisons { #expect(comparison.correctedP >= comparison.test.pValue) }
  }

  @Test func everyFormHasTheTable() {
    let report = report()
    let page = ReportPage.text(report)
    #expect(page.contains("Methods, measured and published") && page.contains("<td>33.8</td>"))
    #expect(!page.contains("Beside published figures"))
    let markdown = ReportMarkdown.text(report)
    #expect(markdown.contains("## Methods, measured and published") && markdown.contains(" 33.8 |"))
    let tex = ReportTeX.text(report)
    #expect(tex.contains("\\label{tab:methods}") && tex.contains("Sparse MDMO & "))
    let paragraph = MethodsParagraph.markdown(report)
    for text in [page, markdown, tex] {
      for title in ["LBP-SIP", "OSW-LBP-TOP", "FHOFO"] { #expect(text.contains(title), "\(title)") }
    }
    for author in ["Wang, Y.", "Liong, S.-T.", "Happy, S. L."] { #expect(paragraph.contains(author), "\(author)") }
    #expect(ReportCSV.results(report).contains(",lbp-top,"))
    #expect(ReportJSON.text(report).contains("\"variant\": \"lbp-top\""))
  }

  @Test func aSweepOfTheNetworkAloneIsAsBefore() {
    let report = report(methods: ["menet"], variants: [.full])
    let page = ReportPage.text(report)
    #expect(page.contains("Beside published figures") && !page.contains("Methods, measured"))
    #expect(ReportTeX.text(report).contains("% One method: no comparison of methods."))
  }

  /// Nothing of it depends on how long units took or on how many ranks they ran.
  @Test func timesAreInThePageAlone() {
    let configuration = ReportFixture.configuration(methods: Self.every)
    let texts = [(10.0, 1), (77.0, 4)].map { seconds, ranks in
      let report = ReportFixture.report(
        configuration, ReportFixture.outcomes(configuration, seconds: seconds, ranks: ranks))
      return [
        ReportJSON.text(report), ReportMarkdown.text(report), ReportTeX.text(report), ReportCSV.predictions(report),
      ]
    }
    #expect(texts[0] == texts[1])
  }

  @Test func aSweepWithoutTheNetworkIsAReportToo() {
    let report = report(methods: ["majority", "lbp-top"])
    let page = ReportPage.text(report)
    #expect(!page.contains("id=\"ablation\"") && !page.contains("id=\"decoupling\""))
    #expect(page.contains("2 recognisers of micro-expressions"))
    for text in [page, ReportMarkdown.text(report), ReportTeX.text(report)] { #expect(!text.contains("nan")) }
  }
}
