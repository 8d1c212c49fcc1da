import Core
import Foundation
import Testing

@testable import Coordinator

struct ReportPageTests {
  /// Writes pages to look at, when MICROFOLD_REPORT_PREVIEW names a directory.
  @Test func thePageOfTheFixtureIsComplete() throws {
    var big = ReportFixture.configuration(variants: Variant.allCases)
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
    for (name, report) in [("ablation", ablation), ("small", small)] {
      if let directory = ProcessInfo.processInfo.environment["MICROFOLD_REPORT_PREVIEW"] {
        try report.write(to: "\(directory)/\(name)")
      }
      let page = ReportPage.text(report)
      for dataset in report.datasets { #expect(page.contains(dataset.name)) }
      #expect(page.contains("<svg") && page.contains("prefers-color-scheme: dark"))
    }
    #expect(ReportPage.text(ablation).contains("samm fold 3, full, seed 2022</b>: the loss was not finite"))
    #expect(ReportMarkdown.text(ablation).contains("the loss was not finite at stage 2, step 118"))
    #expect(ReportJSON.text(ablation).contains("the loss was not finite at stage 2, step 118"))
    #expect(ReportCSV.results(ablation).contains("failed,\"the loss was not finite at stage 2, step 118\""))
  }
}
