import Core
import Foundation
import Testing

@testable import Coordinator

/// Models that are trained on all clips are listed and never scored.
@Suite struct FinalModelTests {
  private let configuration: SweepConfiguration

  init() {
    var configuration = ReportFixture.configuration(methods: ["menet", "mdmo"], seeds: [1, 2], datasets: 1)
    configuration.final = true
    self.configuration = configuration
  }

  private struct Listed: Decodable {
    struct Model: Decodable {
      var file, status: String
      var clips: Int
    }
    var finalModels: [Model]
  }

  /// A unit without test clips has a matrix of zeros.
  private func outcome(_ unit: WorkUnit) -> UnitOutcome {
    .finished(ReportFixture.result(unit, ReportFixture.suite[0].classes, []))
  }

  private func report(without missing: Int = 0, failing: Int = 0) -> ComparisonReport {
    let units = configuration.finalUnits
    let finals =
      units.dropLast(missing + failing).map(outcome)
      + units.dropLast(missing).suffix(failing).map { .failed($0, reason: "broken") }
    return ReportFixture.report(configuration, ReportFixture.outcomes(configuration) + finals)
  }

  @Test func everyModelIsListedWithItsFile() throws {
    let report = report()
    #expect(report.finals.count == 4 && report.holes.isEmpty && report.units.count == 4 + 2 * 2 * 5)
    #expect(
      report.finals.map(\.file).prefix(2) == [
        "synth-sdu/final/full/seed-1/menet.safetensors", "synth-sdu/final/mdmo/seed-1/model.safetensors",
      ])
    for text in [ReportPage.text(report), ReportMarkdown.text(report)] {
      #expect(text.contains("Final models") && text.contains("They are untested"))
      #expect(text.contains("synth-sdu/final/full/seed-2/menet.safetensors"))
    }
    let models = try JSONDecoder().decode(Listed.self, from: Data(ReportJSON.text(report).utf8)).finalModels
    #expect(models.count == 4 && models.allSatisfy { $0.clips == 213 && $0.status == "finished" })
    #expect(models.map(\.file) == report.finals.map(\.file))
  }

  @Test func noFigureIsOfAFinalModel() {
    var without = configuration
    without.final = false
    let (report, plain) = (report(), ReportFixture.report(without, ReportFixture.outcomes(without)))
    #expect(report.datasets == plain.datasets)
    #expect(ReportCSV.results(report) == ReportCSV.results(plain))
    #expect(ReportCSV.predictions(report) == ReportCSV.predictions(plain))
    #expect(ReportTeX.text(report) == ReportTeX.text(plain))
    #expect(!ReportMarkdown.text(plain).contains("Final models"))
  }

  @Test func aModelThatIsMissingIsAHole() {
    let failed = report(failing: 1)
    #expect(failed.holes.map(\.status) == ["failed"] && failed.failedText == "1 of 24 units failed.")
    for text in [ReportPage.text(failed), ReportMarkdown.text(failed)] {
      #expect(text.contains("synth-sdu all clips, mdmo, seed 2") && text.contains("broken"))
      #expect(text.contains("1 of 24 units are missing: final models, of which there is no figure."))
      #expect(!text.contains("leave those folds out") && !text.contains("leave these folds out"))
    }
    #expect(ReportJSON.text(failed).contains("\"fold\": null"))
    let waiting = report(without: 2)
    #expect(
      waiting.waiting.map { $0.text(withSeed: true) } == [
        "synth-sdu, full, seed 2: the model of all clips", "synth-sdu, mdmo, seed 2: the model of all clips",
      ])
    #expect(waiting.unfinishedText == "This run is unfinished: 2 of 24 units have not finished yet.")
  }
}
