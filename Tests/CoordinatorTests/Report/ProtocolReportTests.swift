import Core
import Foundation
import Testing

@testable import Coordinator

/// Sweeps whose datasets are put into folds in different ways.
@Suite struct ProtocolReportTests {
  private func twoProtocols() throws -> ComparisonReport {
    try CompositeFixture("every-class").report([.subject, .dataset])
  }

  @Test func resultsStandUnderTheirProtocol() throws {
    let report = try twoProtocols()
    #expect(report.byProtocol.map { $0.datasets.map(\.name) } == [["three-subject"], ["three-dataset"]])
    #expect(report.byProtocol.map { $0.group?.title } == ["subject-independent folds", "leave one dataset out"])
    let text = ReportMarkdown.text(report)
    let parts = text.components(separatedBy: "## Protocol: ")
    #expect(parts.count == 3)
    #expect(parts[1].hasPrefix("subject-independent folds") && parts[2].hasPrefix("leave one dataset out"))
    #expect(parts[1].contains("## Datasets · subject-independent folds"))
    #expect(!parts[1].contains("Confusion matrix of three-dataset"))
    #expect(parts[2].contains("Confusion matrix of three-dataset"))
    #expect(text.contains("leave one dataset out)"))
    let page = ReportPage.text(report)
    #expect(page.contains("href=\"#protocol-dataset\">Leave one dataset out</a>"))
    #expect(page.contains("<h2 id=\"datasets-subject-3-title\">Datasets · subject-independent folds</h2>"))
  }

  @Test func oneProtocolNeedsNoHeading() throws {
    let report = try CompositeFixture("every-class").report()
    #expect(report.byProtocol == [report])
    #expect(!ReportMarkdown.text(report).contains("Protocol:") && !ReportPage.text(report).contains("protocol-"))
    // A number of folds that is not used makes no other protocol.
    let fixture = try CompositeFixture("every-class")
    var configuration = fixture.configuration([.loso, .loso])
    configuration.datasets[1].name = "other"
    configuration.datasets[1].folds?.count = 9
    #expect(ReportFixture.report(configuration, []).byProtocol.count == 1)
    configuration.datasets[0].folds?.by = .subject
    configuration.datasets[1].folds?.by = .subject
    let ways = ReportFixture.report(configuration, []).byProtocol.compactMap(\.group)
    #expect(ways.map(\.identifier) == ["subject-3", "subject-9"])
    #expect(ways.map(\.title) == ["subject-independent folds, 3 folds", "subject-independent folds, 9 folds"])
  }

  @Test func everyIdentifierOfThePageIsThereOnce() throws {
    let page = ReportPage.text(try twoProtocols())
    let identifiers = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
    for link in page.components(separatedBy: "href=\"#").dropFirst().map({ $0.prefix { $0 != "\"" } }) {
      #expect(identifiers.contains(link), "\(link)")
    }
    for section in page.components(separatedBy: "aria-labelledby=\"").dropFirst().map({ $0.prefix { $0 != "\"" } }) {
      #expect(identifiers.contains(section), "\(section)")
    }
    for table in page.components(separatedBy: "<table>").dropFirst() {
      #expect(table.dropFirst().hasPrefix("<caption>"))
    }
  }

  // MARK: From one database to another

  @Test func aDatabaseThatWasLeftOutStandsBesideTheSameClipsUnderAnotherProtocol() throws {
    let report = try twoProtocols()
    let crossing = try #require(DatabaseCrossing.all(report.byProtocol[1]).first)
    #expect(crossing.others.map(\.name) == ["three-subject"] && crossing.rows.count == 3 * 2)
    let row = try #require(crossing.rows.first)
    #expect(row.part.name == "smic" && row.training.map(\.name) == ["casme2", "samm"])
    // Both have the same predictions, so that crossing costs nothing here.
    let table = Table.crossing(crossing, of: report)
    let cost = try #require(table.headings.firstIndex { $0.title == "Cost" })
    #expect(
      table.headings[cost].group?.spans.map(\.text).joined() == "three-subject, subject-independent folds")
    #expect(table.rows.allSatisfy { $0.cells[cost].value == .points(0) })
    #expect(DatabaseCrossing.all(report).count == 1 && DatabaseCrossing.all(report.byProtocol[0]).isEmpty)
  }

  @Test func theCostIsTheDifferenceInUF1() throws {
    let fixture = try CompositeFixture("every-class")
    let configuration = fixture.configuration([.subject, .dataset])
    // Left out, every clip is called negative.
    let outcomes = fixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(let result) = outcome, result.dataset == "three-dataset" else { return outcome }
      let predictions = result.predictions.map { own in
        var own = own
        own.predicted = 0
        return own
      }
      return .finished(ReportFixture.result(result.unit, result.classes, predictions))
    }
    let report = ReportFixture.report(configuration, outcomes, splits: fixture.splits(configuration))
    let crossing = try #require(DatabaseCrossing.all(report).first)
    let table = Table.crossing(crossing, of: report)
    let cost = try #require(table.headings.firstIndex { $0.title == "Cost" })
    // 14 of 33 clips of smic are negative: F1 is 28 / 47 for it and 0 for the other two.
    let expected = 28.0 / 47 / 3 - (fixture.figures["smic"]?.uf1 ?? 0)
    guard case .points(let points) = table.rows[0].cells[cost].value else {
      Issue.record("no cost")
      return
    }
    #expect(abs(points - expected) < 1e-9)
  }

  @Test func allFormatsSayWhoWasTrainedOnWhat() throws {
    let report = try twoProtocols()
    for text in [ReportPage.text(report), ReportMarkdown.text(report)] {
      #expect(text.contains("From one database to another") && text.contains("Trained on"))
      #expect(text.contains("Confusion matrix of smic, full, trained on casme2, samm"))
    }
    #expect(ReportTeX.text(report).contains("\\label{tab:crossing-three-dataset}"))
    let alone = ReportMarkdown.text(try CompositeFixture("every-class").report([.dataset]))
    #expect(alone.contains("add a dataset of the same parts with folds of its own") && !alone.contains("Cost"))
    #expect(!ReportMarkdown.text(try CompositeFixture("every-class").report()).contains("Trained on"))
  }

  /// Other stores under the same names are other clips.
  @Test func partsOfOtherClipsDoNotStandBeside() throws {
    let fixture = try CompositeFixture("every-class")
    var configuration = fixture.configuration([.subject, .dataset])
    configuration.datasets[0].source = .parts(
      fixture.parts.map { SweepConfiguration.Part(name: $0, source: .store("other-\($0).safetensors")) })
    let report = ReportFixture.report(
      configuration, fixture.outcomes(configuration), splits: fixture.splits(configuration))
    #expect(DatabaseCrossing.all(report).first?.others.isEmpty == true)
  }
}
