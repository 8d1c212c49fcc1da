import Core
import Foundation
import Testing

@testable import Coordinator

/// What the report says of what is in training and in test, and of clips that are in no class.
@Suite struct SplitTrustTests {
  private func report(
    _ leakage: [Leakage?], leftOut: [String: Int] = [:], by: SplitRule = .subject
  ) -> ComparisonReport {
    var configuration = ReportFixture.configuration(datasets: leakage.count)
    configuration.folds.by = by
    let splits = zip(configuration.datasets, leakage).map { dataset, found in
      let split = ComparisonReport.Split(
        clipsPerFold: [43, 43, 43, 42, 42], subjects: 24, digest: "d", leftOut: leftOut, leakage: found)
      return (dataset.name, split)
    }
    return ReportFixture.report(
      configuration, ReportFixture.outcomes(configuration), splits: Dictionary(uniqueKeysWithValues: splits))
  }

  private func checks(_ report: ComparisonReport) -> [(verdict: TrustCheck.Verdict, text: String)] {
    TrustCheck.leakage(report).map { ($0.verdict, MarkdownMarkup.prose($0.text)) }
  }

  private func found(_ change: (inout Leakage) -> Void) -> Leakage {
    var leakage = Leakage()
    change(&leakage)
    return leakage
  }

  @Test func nothingOnBothSidesIsSaid() {
    let checks = checks(report([Leakage(), Leakage()]))
    #expect(checks.map(\.verdict) == [.holds])
    #expect(
      checks[0].text == """
        **Nothing on both sides of the split.** No two clips in training and in test have a frame in common or are of \
        one recording, and no two subjects there have names that may be one person's.
        """)
    // Where clips are put into folds one by one, names are not compared.
    #expect(!self.checks(report([Leakage()], by: .sample))[0].text.contains("names that may be"))
  }

  @Test func whatWasFoundIsNamed() {
    let leakage = found {
      $0.frames = [["a/1", "b/2"], ["c", "d"]]
      $0.recordings = [["e", "f"]]
      $0.subjects = [["S1", "s1"]]
      $0.repeated = [["g", "h"]]
    }
    let checks = checks(report([leakage, Leakage()]))
    #expect(checks.map(\.verdict) == [.broken, .holds, .caution])
    for name in ["synth-sdu: ", "`a/1`, `b/2`", "and 1 more such groups", "`e`, `f`", "`S1`, `s1`"] {
      #expect(checks[0].text.contains(name), "\(name)")
    }
    #expect(!checks[0].text.contains("`g`") && checks[2].text.contains("`g`, `h`"))
    #expect(checks[1].text.contains("synth-mmew: no two clips"))
    let json = ReportJSON.text(report([leakage])).filter { !$0.isWhitespace }
    #expect(json.contains("\"leakage\":{\"frames\":[[\"a/1\",\"b/2\"],[\"c\",\"d\"]]"))
  }

  @Test func anOlderRunWasNotChecked() {
    let report = report([nil])
    #expect(checks(report).map(\.verdict) == [.caution])
    for text in [ReportMarkdown.text(report), ReportPage.text(report)] {
      #expect(text.contains("synth-sdu: the run was begun by an earlier version."))
    }
    #expect(!ReportJSON.text(report).contains("leakage"))
    // A report without a split says nothing about it.
    let configuration = ReportFixture.configuration(datasets: 1)
    #expect(TrustCheck.leakage(ReportFixture.report(configuration, [])).isEmpty)
  }

  @Test func clipsOfNoClassAreCounted() {
    let report = report([Leakage()], leftOut: ["sadness": 7, "fear": 2])
    for text in [ReportMarkdown.text(report), ReportPage.text(report)] {
      #expect(text.contains("synth-sdu: 9 clips whose emotion is in no class (fear 2, sadness 7)."))
    }
    let json = ReportJSON.text(report).filter { !$0.isWhitespace }
    #expect(json.contains("\"leftOut\":{\"fear\":2,\"sadness\":7}"))
    #expect(!ReportMarkdown.text(self.report([Leakage()])).contains("in no class"))
  }

  /// Only the datasets whose folds share people are blamed for it.
  @Test func oneProtocolThatSharesPeopleIsNamed() throws {
    let report = try CompositeFixture("every-class").report([.subject, .sample])
    #expect(
      ReportMarkdown.text(report).contains("Subjects of three-sample overlap between training and test"))
  }
}
