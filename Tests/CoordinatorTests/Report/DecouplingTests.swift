import Core
import Foundation
import Testing

@testable import Coordinator

/// What the report says of the identity probes.
struct DecouplingTests {
  /// Five units of `full` on one dataset, changed.
  private func report(_ change: (inout UnitResult) -> Void = { _ in }) -> ComparisonReport {
    let configuration = ReportFixture.configuration(variants: [.full], datasets: 1)
    let outcomes = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(var result) = outcome else { return outcome }
      change(&result)
      return .finished(result)
    }
    return ReportFixture.report(configuration, outcomes)
  }

  private func probe(_ result: inout UnitResult, _ linear: Double, _ nonlinear: Double, floor: Double) {
    (result.identityProbe, result.identityProbeNonlinear) = (linear, nonlinear)
    (result.identityFloor, result.identityFloorNonlinear) = (floor, floor)
  }

  /// A result as version 0.1 wrote it.
  private func asBefore(_ result: inout UnitResult) {
    (result.identityFloor, result.identityProbeNonlinear) = (nil, nil)
    (result.identityFloorNonlinear, result.identityProbeNonlinearOfIdentity) = (nil, nil)
  }

  private func check(_ report: ComparisonReport) throws -> TrustCheck {
    try #require(TrustCheck.all(report).first { MarkdownMarkup.prose($0.text).contains("ecoupl") })
  }

  @Test func decoupledMeansNearTheFloorByBothProbesAndNotNearChance() throws {
    let cases: [(linear: Double, nonlinear: Double, isNear: Bool)] = [
      (0.34, 0.34, true), (0.39, 0.45, true), (0.41, 0.45, false), (0.39, 0.47, false), (0.2, 0.2, true),
    ]
    for (linear, nonlinear, isNear) in cases {
      let report = report { probe(&$0, linear, nonlinear, floor: 0.34) }
      #expect(report.datasets[0].variants[0].decoupling.isNearFloor == isNear)
      let check = try check(report)
      #expect(check.verdict == (isNear ? .holds : .caution))
      #expect(MarkdownMarkup.prose(check.text).contains(isNear ? "**Decoupled.**" : "**Not decoupled.**"))
    }
    // Half way between chance and identity features, which was once enough, is far above the floor.
    let far = report { probe(&$0, 0.4, 0.4, floor: 0.1) }
    #expect(try check(far).verdict == .caution)
  }

  @Test func theDistanceToTheFloorIsTakenUnitByUnit() throws {
    // Motion 0.3, 0.4, 0.5, 0.6, 0.7 at floors 0.1, 0.2, …: 0.2 above in each, with no spread.
    let report = report { result in
      let fold = Double(result.fold)
      probe(&result, 0.3 + fold / 10, 0.5 + fold / 10, floor: 0.1 + fold / 10)
    }
    let decoupling = report.datasets[0].variants[0].decoupling
    let above = try #require(decoupling[.identityAboveFloor])
    #expect(abs(above.mean - 0.2) < 1e-12)
    #expect(abs(try #require(above.halfWidth95)) < 1e-12)
    #expect(abs(try #require(decoupling[.identityAboveFloorNonlinear]).mean - 0.4) < 1e-12)
    #expect(abs(try #require(decoupling[.identityFloor]?.halfWidth95) - 2.7764 * 0.158114 / 5.0.squareRoot()) < 1e-4)
  }

  @Test func everyFormatHasTheFloorAndBothProbes() {
    let report = report { probe(&$0, 0.375, 0.425, floor: 0.345) }
    let markdown = ReportMarkdown.text(report)
    for text in [
      "Linear probe, motion", "Linear probe, floor", "Non-linear probe, motion", "Both, chance", "37.5 (± 0.0)",
      "+3.0 (± 0.0)", "+8.0 (± 0.0)", "reach the floor, not chance",
      "at most 6 points above by the linear probe, 12 by the non-linear one",
    ] { #expect(markdown.contains(text), "\(text)") }
    #expect(ReportTeX.text(report).contains("synth-sdu & full & 37.5 & 34.5 & +3.0 & "))
    let json = ReportJSON.text(report)
    for key in [
      "identityFloor", "identityFloorNonlinear", "identityProbeNonlinear", "identityProbeNonlinearOfIdentity",
      "identityAboveFloor", "identityAboveFloorNonlinear",
    ] { #expect(json.contains("\"\(key)\":"), "\(key)") }
    #expect(
      ReportCSV.results(report).contains(
        ",identity_chance,identity_floor,identity_probe_nonlinear,identity_probe_nonlinear_identity,"
          + "identity_floor_nonlinear,attention_product,"))
    #expect(ReportCSV.results(report).contains(",0.06,0.345,0.425,"))
    let page = ReportPage.text(report)
    #expect(page.contains("linear probe: motion 37.5, floor 34.5, identity "))
    #expect(page.contains("non-linear probe: motion 42.5, floor 34.5, identity "))
    #expect(page.contains("floor: the true emotion alone"))
  }

  @Test func olderRunsSayThatTheFloorWasNotMeasured() throws {
    let old = report(asBefore)
    #expect(old.datasets[0].variants[0].decoupling.isNearFloor == nil)
    #expect(try check(old).verdict == .caution)
    for text in [ReportMarkdown.text(old), ReportPage.text(old)] {
      #expect(text.contains("Decoupling not known.") && text.contains("was not measured in this run"))
      #expect(!text.contains("Non-linear probe, motion") && !text.contains("non-linear probe: motion"))
    }
    // Nothing new in the files that programs read.
    for text in [ReportJSON.text(old), ReportCSV.results(old)] {
      #expect(!text.lowercased().contains("floor") && !text.lowercased().contains("nonlinear"))
    }
    let mixed = report { if $0.fold > 2 { asBefore(&$0) } }
    #expect(ReportMarkdown.text(mixed).contains("It was not measured in 2 of 5 units."))
  }

  @Test func resultsOfOlderVersionsAreRead() throws {
    var old = try #require(report().units.first?.result)
    let new = String(decoding: try JSONEncoder().encode(old), as: UTF8.self)
    #expect(new.contains("\"identityFloor\":") && new.contains("\"identityProbeNonlinear\":"))
    asBefore(&old)
    let text = try JSONEncoder().encode(old)
    #expect(!String(decoding: text, as: UTF8.self).contains("Floor"))
    #expect(try JSONDecoder().decode(UnitResult.self, from: text) == old)
  }
}
