import Core
import Foundation
import Testing

@testable import Coordinator
@testable import Worker

struct ReportPageTests {
  /// Writes pages to look at, when MICROFOLD_REPORT_PREVIEW names a directory.
  @Test func thePageOfTheFixtureIsComplete() throws {
    var big = ReportFixture.configuration(variants: Ablation.allCases)
    big.name = "fixture: ablation"
    var outcomes = ReportFixture.outcomes(big)
    let failed = WorkUnit(dataset: "samm", fold: 3, variant: .full, seed: 2022)
    outcomes.removeAll { if case .finished(let result) = $0 { result.unit == failed } else { false } }
    outcomes.append(.failed(failed, reason: "the loss was not finite at stage 2, step 118"))
    let splits = Dictionary(
      uniqueKeysWithValues: ReportFixture.suite.map {
        let clips = $0.clips.reduce(0, +)
        let perFold = (0..<5).map { fold in (0..<clips).count { $0 * 7 % 5 == fold } }
        return ($0.name, ComparisonReport.Split(clipsPerFold: perFold, subjects: $0.subjects, digest: "ab12cd34"))
      })
    let ablation = ReportFixture.report(big, outcomes, splits: splits)
    let seeds = ReportFixture.configuration(seeds: [1, 2, 3], datasets: 1)
    let small = ReportFixture.report(seeds, ReportFixture.outcomes(seeds))
    let begun = ReportFixture.report(seeds, Array(ReportFixture.outcomes(seeds).prefix(4)))
    let all = ReportFixture.configuration(methods: Catalogue.names)
    let methods = ReportFixture.report(all, ReportFixture.outcomes(all), splits: splits)
    for (name, report) in [("ablation", ablation), ("small", small), ("begun", begun), ("methods", methods)] {
      let traces = try traces(report)
      if let directory = ProcessInfo.processInfo.environment["MICROFOLD_REPORT_PREVIEW"] {
        try report.write(to: "\(directory)/\(name)", traces: traces)
      }
      let page = ReportPage.text(report, traces)
      for dataset in report.datasets { #expect(page.contains(dataset.name)) }
      #expect(page.contains("<svg") && page.contains("prefers-color-scheme: dark"))
    }
    #expect(ReportPage.text(ablation).contains("samm fold 3, full, seed 2022</b> failed: the loss was not finite"))
    #expect(ReportMarkdown.text(ablation).contains("the loss was not finite at stage 2, step 118"))
    #expect(ReportJSON.text(ablation).contains("the loss was not finite at stage 2, step 118"))
    #expect(ReportCSV.results(ablation).contains("failed,\"the loss was not finite at stage 2, step 118\""))
  }

  /// Curves and a timeline of every unit but the last one.
  private func traces(_ report: ComparisonReport) throws -> RunTraces {
    var traces = RunTraces()
    traces.directory = "runs/\(report.name)"
    var entries: [LedgerEntry] = []
    for (position, unit) in report.units.dropLast().enumerated() {
      traces.epochs[unit.unit] = try (unit.unit.variant.ablation?.stages ?? []).flatMap { stage in
        try (1...12).map { epoch in
          let loss = 2.0 / Double(epoch) + 0.05 * Double(position % 5)
          let text = """
            {"stage": \(stage.rawValue), "epoch": \(epoch), "steps": 1, "losses": {"crossEntropy": \(loss), "total": 1}
            \(stage.trainsMotion ? ", \"testAccuracy\": \(0.3 + 0.02 * Double(epoch))" : "")}
            """
          return try JSONDecoder().decode(EpochRecord.self, from: Data(text.utf8))
        }
      }
      let start = Double(position / 4) * 100
      entries.append(LedgerEntry(event: .started, unit: unit.unit, at: start, ranks: [position % 4], hosts: ["node-1"]))
      if unit.result != nil { entries.append(LedgerEntry(event: .finished, unit: unit.unit, at: start + 96)) }
    }
    traces.timeline = Timeline(entries.sorted { ($0.at ?? 0) < ($1.at ?? 0) })
    return traces
  }

  @Test func theFirstScreenAnswersHowGoodAgainstWhatAndWhetherToTrustIt() {
    var configuration = ReportFixture.configuration(datasets: 1)
    configuration.folds.count = 5
    let outcomes = ReportFixture.outcomes(configuration)
    let page = ReportPage.text(ReportFixture.report(configuration, outcomes))
    let first = page.components(separatedBy: "id=\"published\"")[0]
    #expect(first.contains("of clips are predicted correctly (95 % interval "))
    #expect(first.contains("always predicting the most"))
    for word in ["No subject is in both training and test", "All 5 units finished", "Synthetic clips", "One seed"] {
      #expect(first.contains(word), "\(word)")
    }
    configuration.folds.by = .sample
    configuration.training.reduction = .fast
    let other = ReportPage.text(ReportFixture.report(configuration, Array(outcomes.dropLast())))
    for word in ["Subjects overlap", "class=\"broken\"", "1 of 5 units are missing", "Fast reduction"] {
      #expect(other.contains(word), "\(word)")
    }
  }

  @Test func anUnfinishedRunSaysSoBeforeAnyFigure() {
    let configuration = ReportFixture.configuration(seeds: [1, 2], datasets: 1)
    let all = ReportFixture.outcomes(configuration)
    // Of seed 1 folds 0 and 1 have finished, and fold 3 failed; of seed 2 nothing has run.
    let failed = WorkUnit(dataset: "synth-sdu", fold: 3, variant: .full, seed: 1)
    let report = ReportFixture.report(configuration, Array(all.prefix(2)) + [.failed(failed, reason: "a bad clip")])
    #expect(report.unfinishedText == "This run is unfinished: 7 of 10 units have not finished yet.")
    #expect(report.failedText == "1 of 10 units failed.")
    let waiting = report.waiting.map { $0.text(withSeed: true) }
    #expect(waiting == ["synth-sdu, full, seed 1: folds 2, 4", "synth-sdu, full, seed 2: all folds"])
    for text in [ReportPage.text(report), ReportMarkdown.text(report)] {
      let top = text.components(separatedBy: "UF1")[0]
      for said in waiting + ["This run is unfinished: 7 of 10", "1 of 10 units failed.", "a bad clip"] {
        #expect(top.contains(said), "\(said)")
      }
    }
    #expect(ReportTeX.text(report).contains("% This run is unfinished"))
    #expect(ReportFixture.report(configuration, all).unfinishedText == nil)
  }
}
