import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// How the report shows what was trained before the folds.
@Suite struct PretrainingReportTests {
  private var configuration: SweepConfiguration

  init() throws {
    configuration = ReportFixture.configuration(seeds: [1, 2], datasets: 2)
    configuration.pretraining = try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-sdu", "synthetic": {}}],
         "pretraining": {"dataset": {"synthetic": {"clips": 40, "motion": 8, "confounding": 0, "seed": 9}}, "epochs": 3,
           "training": {"batch": 4, "learningRate": 1e-3}}}
        """.utf8), location: "test"
    ).pretraining
  }

  /// Three of four held-out clips are recognised, which took 75 seconds.
  private func result(_ unit: WorkUnit, _ classes: [String]) -> UnitOutcome {
    let predictions = (0..<4).map { index in
      UnitResult.Prediction(
        clip: "p\(index)", subject: "q\(index % 2)", truth: 0, predicted: index == 3 ? 1 : 0,
        probabilities: classes.indices.map { $0 == (index == 3 ? 1 : 0) ? 1 : 0 })
    }
    return .finished(ReportFixture.result(unit, classes, predictions, seconds: 75))
  }

  private func report(
    _ configuration: SweepConfiguration, without missing: (WorkUnit) -> Bool = { _ in false },
    failing: (WorkUnit) -> Bool = { _ in false }
  ) -> ComparisonReport {
    let units = configuration.pretrainings.flatMap { clips in
      configuration.seeds.flatMap { clips.units(seed: $0) }.map { ($0, clips.classes.names) }
    }
    let before = units.compactMap { unit, classes -> UnitOutcome? in
      missing(unit) ? nil : failing(unit) ? .failed(unit, reason: "broken") : result(unit, classes)
    }
    let folds = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
      let first = units.map(\.0).first { unit in
        failing(unit) && unit.dataset == outcome.unit.dataset && unit.seed == outcome.unit.seed
      }
      return first.map { .failed(outcome.unit, reason: "\($0) failed, from which it starts") } ?? outcome
    }
    let split = ComparisonReport.Split(clipsPerFold: [4, 20, 16], subjects: 12, digest: "d")
    let splits = Dictionary(uniqueKeysWithValues: configuration.pretrainings.map { ($0.key, split) })
    return ReportFixture.report(configuration, before + folds, splits: splits)
  }

  @Test func everyNetworkHasARowWithWhatItWasTrainedOn() throws {
    let report = report(configuration)
    #expect(report.holes.isEmpty && report.pretraining.count == 4)
    let rows = report.pretraining
    #expect(rows.map(\.unit.unit.dataset) == ["synth-sdu", "synth-mmew", "synth-sdu", "synth-mmew"])
    #expect(rows.allSatisfy { $0.clips == 40 && $0.split?.subjects == 12 && $0.epochs == 3 && $0.accuracy == 0.75 })
    #expect(report.foldUnits.count == 20 && report.units.count == 24)
    let markdown = ReportMarkdown.text(report)
    #expect(markdown.contains("## Pretraining") && !markdown.contains("1 min 15 s"), "times are for the page only")
    let line = try #require(
      markdown.split(separator: "\n").first { $0.hasPrefix("| synth-mmew") && $0.contains("(4 clips)") })
    #expect(line.contains("12") && line.contains("40") && line.contains("75.0 (4 clips)"), "\(line)")
    let page = ReportPage.text(report)
    #expect(page.contains("<section id=\"pretraining\"") && page.contains("1 min 15 s"))
    #expect(page.contains("<b>24</b> of 24 units finished"))
    #expect(ReportTeX.text(report).contains("\\label{tab:pretraining}"))
    #expect(!ReportTeX.text(report).contains("?"), "every sign has its TeX")
  }

  @Test func theFilesForProgramsHaveItsUnits() throws {
    let report = report(configuration)
    let json = try JSONNode.parse(Array(ReportJSON.text(report).utf8), location: "report.json")
    let row = try #require(json["pretraining"]?.elements?.last)
    #expect(row["dataset"]?.text == "synth-mmew" && row["seed"]?.integer == 2 && row["subjects"]?.integer == 12)
    #expect(row["heldOutClips"]?.integer == 4 && row["heldOutAccuracy"] == .number("0.75") && row["seconds"] == nil)
    let results = ReportCSV.results(report).components(separatedBy: "\r\n")
    #expect(results.count { $0.hasPrefix("synth-sdu,pretraining,") } == 2)
    #expect(!ReportCSV.predictions(report).contains("pretraining"), "predictions are those of the folds")
    // The figures of the folds do not contain those of the pretraining.
    var plain = configuration
    plain.pretraining = nil
    let other = ReportFixture.report(plain, ReportFixture.outcomes(plain))
    #expect(other.datasets == report.datasets)
    #expect(!ReportJSON.text(other).contains("pretraining") && !ReportMarkdown.text(other).contains("retraining"))
  }

  @Test func aFailedPretrainingIsSaidBeforeAnyFigure() throws {
    let report = report(configuration) { _ in
      false
    } failing: {
      $0.dataset == "synth-sdu" && $0.seed == 2
    }
    #expect(report.failed.count == 6 && report.failedText == "6 of 24 units failed.")
    let markdown = ReportMarkdown.text(report)
    #expect(markdown.contains("synth-sdu, pretraining, seed 2 failed: broken"))
    #expect(markdown.contains("synth-sdu fold 0, full, seed 2 failed: synth-sdu, pretraining, seed 2 failed, from"))
    #expect(markdown.contains("**1 of 4 failed**, and with them the folds that start from them."))
    let json = try JSONNode.parse(Array(ReportJSON.text(report).utf8), location: "report.json")
    #expect(json["failedUnits"]?.elements?.count == 6)
    #expect(json["pretraining"]?.elements?[2]["reason"]?.text == "broken")
    #expect(ReportPage.text(report).contains("synth-sdu, pretraining, seed 2"))
  }

  @Test func aPretrainingThatHasNotRunIsWaitingByName() {
    let report = report(configuration) { $0.dataset == "synth-mmew" && $0.seed == 1 }
    #expect(report.waiting.map { $0.text(withSeed: true) } == ["synth-mmew, pretraining, seed 1"])
    #expect(report.unfinishedText == "This run is unfinished: 1 of 24 units has not finished yet.")
  }

  /// A result of other classes than those that were asked for is not shown.
  @Test func aResultOfOtherClassesIsAFailure() {
    let clips = configuration.pretrainings[0]
    let other = result(clips.unit(.pretraining, seed: 1), ["x", "y"])
    let report = ReportFixture.report(configuration, [other])
    #expect(report.pretraining[0].unit.status == "failed" && report.pretraining[0].accuracy == nil)
  }

  /// A method with its own network has its own row, and only then the networks are named.
  @Test func theNetworksOfSeveralMethodsAreNamed() throws {
    var own = configuration
    own.methods.append("transfer-learning")
    let report = report(own)
    #expect(report.pretraining.count == 8)
    let variants = Set(report.pretraining.map(\.unit.unit.variant.rawValue))
    #expect(variants == ["pretraining", "pretraining-transfer-learning"])
    // Columns are padded with blanks.
    let text = ReportMarkdown.text(report).replacing(#/ +/#, with: " ")
    #expect(text.contains("| Transfer Learning | 1 | 40 |") && text.contains("| MENet | 1 | 40 |"), "\(text)")
    #expect(ReportJSON.text(report).contains(#""variant": "pretraining-transfer-learning""#))
    #expect(!ReportMarkdown.text(self.report(configuration)).contains("| MENet |"))
  }

  @Test func armsWithoutPretrainingHaveNoRow() throws {
    var own = configuration
    own.arms = try ReportFixture.arms()
    own.arms?[0].settings.pretraining = nil
    own.arms?[1].settings.pretraining = configuration.pretraining
    let report = report(own)
    #expect(report.pretraining.count == 4 && Set(report.pretraining.map(\.unit.unit.arm)) == ["recipe"])
    let lines = ReportMarkdown.text(report).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("| synth-sdu") && $0.contains("| recipe") && $0.contains("(4 clips)") })
  }

  @Test func theSettingsThatAreNotThePapersAreNamed() throws {
    var own = configuration
    let plain = SweepTerm.all(report(own)).map { MarkdownMarkup.prose($0.text) }.joined(separator: "\n")
    for word in [
      "input", "schedule", "warm-up", "weight decay", "average", "sampling", "augmentation", "decoupling by",
    ] {
      #expect(!plain.contains(word), "\(word) is the paper's")
    }
    (own.network.input, own.registration) = (.flow, .similarity)
    (own.training.schedule, own.training.warmUp, own.training.weightDecay) = (.cosine, 0.1, 0.02)
    (own.training.weightAveraging, own.training.sampling) = (0.98, .spread)
    (own.training.augmentation, own.training.decoupleFrom) = ([.shift, .flip], 0.5)
    (own.training.decoupling, own.training.decoupleGiven) = (.distanceCorrelation, .emotion)
    let terms = SweepTerm.all(report(own))
    let text = terms.map { MarkdownMarkup.prose($0.text) }.joined(separator: "\n")
    for words in [
      "input *flow*, registration *similarity*", "schedule *cosine*", "warm-up over 0.1 of a stage",
      "weight decay 0.02",
      "average of weights with decay 0.98", "sampling *spread*", "augmentation *shift, flip*",
      "decoupling by *distance-correlation* given the emotion", "decoupling after 0.5 of stages 2 and 4",
    ] { #expect(text.contains(words), "\(words)") }
    #expect(text.contains("from the pretraining") && !text.contains("from random weights"))
    let pretraining = try #require(terms.first { $0.name == "Pretraining" })
    #expect(
      MarkdownMarkup.prose(pretraining.text)
        == "on 40 synthetic clips (motion 8.0, confounding 0.0, seed 9), 3 epochs; batch 4, learningRate 0.001")
  }

  @Test func theTimelineAndTheBoardNameIt() {
    let unit = configuration.pretrainings[0].unit(.pretraining, seed: 1)
    let timeline = Timeline([
      LedgerEntry(event: .started, unit: unit, at: 1, ranks: [0], hosts: ["here"]),
      LedgerEntry(event: .finished, unit: unit, at: 9),
    ])
    let chart = TimelineChart.svg(timeline) ?? ""
    #expect(chart.contains(">synth-sdu, pretraining<"))
    #expect(chart.contains("synth-sdu, pretraining, seed 1 by rank 0 on here, 8.0 s, finished"))
    var progress = SweepProgress(name: "fixture", done: 0, total: 24)
    progress.groups = [SweepProgress.Group(ranks: [0], unit: unit)]
    let lines = ProgressBoard.lines(progress, width: 100, height: 10).map(\.plain)
    #expect(
      lines.contains { $0.contains("synth-sdu") && $0.contains("  -  ") && $0.contains("pretraining") }, "\(lines)")
  }
}
