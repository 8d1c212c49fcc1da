import Core
import Foundation
import Testing

@testable import Coordinator

/// Composite datasets, whole and part by part.
@Suite struct PartReportTests {
  /// Of two seeds, on the same predictions; a class that a part does not have is 0 in UF1 and not in UAR.
  @Test(arguments: ["every-class", "absent-classes"])
  func figuresOfTheWholeAndOfEachPartAreScikitLearns(_ name: String) throws {
    let fixture = try CompositeFixture(name)
    let dataset = fixture.report().datasets[0]
    func expect(_ metrics: Metrics?, _ expected: CompositeFixture.Figures?) throws {
      let (own, expected) = (try #require(metrics), try #require(expected))
      for (figure, value) in [
        (Figure.accuracy, expected.accuracy), (.unweightedF1, expected.uf1), (.unweightedAverageRecall, expected.uar),
      ] {
        #expect(abs((own[figure] ?? -1) - value) < 1e-9, "\(figure.key)")
      }
    }
    #expect(dataset.parts.map(\.name) == fixture.parts && dataset.variants.count == 2)
    for variant in dataset.variants {
      try expect(variant.metrics, fixture.whole)
      for part in dataset.parts { try expect(part[variant.recogniser]?.metrics, fixture.figures[part.name]) }
    }
    let first = try #require(dataset.parts.first { $0.name == "smic" })
    #expect(first.clips == 33 && first.subjects == 8 && first.clipsPerClass == [14, 10, 9])
  }

  @Test func theMatricesOfThePartsAddUpToTheWhole() throws {
    let dataset = try CompositeFixture("every-class").report().datasets[0]
    for variant in dataset.variants {
      let parts = dataset.parts.compactMap { $0[variant.recogniser]?.matrix }
      #expect(parts.reduce(ConfusionMatrix(classes: 3), +) == variant.matrix)
    }
  }

  /// The interval of a part is of its own people: the figure lies in it, also where a class is absent.
  @Test(arguments: ["every-class", "absent-classes"]) func intervalsHoldTheFigure(_ name: String) throws {
    let dataset = try CompositeFixture(name).report().datasets[0]
    for part in dataset.parts {
      for own in part.figures {
        for figure in Figure.main {
          let interval = try #require(own.intervals?[figure])
          #expect(interval.contains(own.metrics?[figure] ?? -1), "\(part.name) \(figure.key)")
        }
      }
    }
    // One class of three is neither shown nor named: UF1 is at most 2 / 3, in every draw of its people too.
    if name == "absent-classes" {
      let samm = try #require(dataset.parts.first { $0.name == "samm" })
      #expect((samm.figures[0].intervals?[.unweightedF1]?.upperBound ?? 1) <= 2.0 / 3 + 1e-12)
    }
  }

  @Test func aUnitWithoutPredictionsLeavesThePartsUnknown() throws {
    let fixture = try CompositeFixture("every-class")
    let configuration = fixture.configuration([.subject])
    let outcomes = fixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(var result) = outcome, result.fold == 0 else { return outcome }
      result.predictions = []
      return .finished(result)
    }
    let report = ReportFixture.report(configuration, outcomes, splits: fixture.splits(configuration))
    #expect(report.datasets[0].variants[0].metrics != nil && report.datasets[0].parts[0].figures[0].metrics == nil)
    #expect(report.datasets[0].parts[0].clips == 33)
  }

  @Test func allFormatsHaveTheTable() throws {
    let fixture = try CompositeFixture("every-class")
    let report = fixture.report()
    let percent = ReportText.percent(fixture.figures["samm"]?.uf1)
    for text in [ReportPage.text(report), ReportMarkdown.text(report)] {
      #expect(text.contains("Whole and parts") && text.contains("casme2") && text.contains(percent))
      #expect(text.contains("Every part has clips of every class"))
    }
    #expect(ReportTeX.text(report).contains("\\label{tab:parts-three-subject}"))
    let files = PaperTables.all(report)
    #expect(files.allSatisfy { PaperTables.isKnown($0.name) })
    let challenge = try #require(files.first { $0.name == "parts-three-subject.tex" }).text
    #expect(challenge.contains("\\multicolumn{2}{c}{Full} & \\multicolumn{2}{c}{smic part}"))
    #expect(challenge.contains(percent) && challenge.contains("\\toprule"))
    let lines = try #require(files.first { $0.name == "parts.csv" }).text.components(separatedBy: "\r\n")
    #expect(lines[0].hasPrefix("dataset,folds,variant,part,clips,accuracy,accuracy_low,accuracy_high,uf1,"))
    #expect(lines.count == 1 + 2 * 3 + 1 && lines[1].hasPrefix("three-subject,subject,full,smic,33,"))
    let lacking = ReportMarkdown.text(try CompositeFixture("absent-classes").report())
    let absent = "casme2 has no clips of surprise; samm has no clips of positive: UF1 counts such a class as 0"
    #expect(lacking.contains(absent))
  }

  private struct Written: Decodable {
    struct Dataset: Decodable {
      var folds: String
      var parts: [Part]
    }
    struct Part: Decodable {
      var name: String
      var variants: [Variant]
    }
    struct Variant: Decodable {
      var metrics: [String: Double]
    }
    var datasets: [Dataset]
  }

  @Test func theJSONHasPartsOnlyWhereThereAreSome() throws {
    let fixture = try CompositeFixture("every-class")
    let dataset = try JSONDecoder().decode(Written.self, from: Data(ReportJSON.text(fixture.report()).utf8)).datasets[0]
    #expect(dataset.parts.map(\.name) == fixture.parts && dataset.folds == "subject")
    let metrics = dataset.parts[0].variants[0].metrics
    #expect(Set(metrics.keys) == ["accuracy", "uf1", "uar", "majorityAccuracy"])
    #expect(abs((metrics["uf1"] ?? 0) - (fixture.figures["smic"]?.uf1 ?? 1)) < 1e-9)
    let configuration = ReportFixture.configuration(datasets: 1)
    let plain = ReportJSON.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
    for word in ["\"parts\"", "\"challenge\"", "\"leftOut\"", "\"leakage\"", "\"finalModels\""] {
      #expect(!plain.contains(word))
    }
  }

  @Test func theMethodsParagraphNamesThePartsAndTheProtocol() throws {
    let fixture = try CompositeFixture("every-class")
    let text = MethodsParagraph.markdown(fixture.report([.loso, .dataset]))
    #expect(text.contains("a composite of smic with 33 clips of 8 subjects, casme2 with 29 clips"))
    #expect(text.contains("composite database evaluation (CDE)") && text.contains("holdout-database evaluation (HDE)"))
    #expect(!MethodsParagraph.markdown(fixture.report()).contains("CDE"))
  }
}
