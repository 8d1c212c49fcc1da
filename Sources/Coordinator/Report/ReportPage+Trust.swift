import Core

/// Whether the figures can be trusted: what holds, and what a reader has to know.
extension ReportPage {
  private struct Check {
    enum Verdict: String { case holds, caution, broken }
    var verdict: Verdict
    var text: String
  }

  static func trust(_ report: ComparisonReport) -> String {
    let checks = [
      people(report), epoch(report), whole(report), data(report), seeds(report), identity(report), bits(report),
    ].compactMap { $0 }
    let lines = checks.map { check in
      let (mark, word) =
        switch check.verdict {
        case .holds: ("✓", "holds")
        case .caution: ("!", "take care")
        case .broken: ("✗", "does not hold")
        }
      return """
        <li class="\(check.verdict.rawValue)"><span class="mark" role="img" aria-label="\(word)">\(mark)</span>\
        <span>\(check.text)</span></li>
        """
    }
    return """
      <div class="card"><h3>Can it be trusted?</h3>
      <ul class="checks">\(lines.joined(separator: "\n"))</ul></div>
      """
  }

  private static func people(_ report: ComparisonReport) -> Check {
    switch report.splitRule {
    case .subject, .loso: Check(verdict: .holds, text: "<b>New people.</b> No one is in training and in test.")
    case .sample:
      Check(
        verdict: .broken,
        text: "<b>The same people.</b> Subjects overlap between training and test, which flatters every figure.")
    }
  }

  private static func epoch(_ report: ComparisonReport) -> Check {
    switch report.selection {
    case .last: Check(verdict: .holds, text: "<b>Nothing chosen on test clips.</b> The last epoch is scored.")
    case .validation:
      Check(
        verdict: .holds, text: "<b>Nothing chosen on test clips.</b> The epoch is chosen on training subjects held out.")
    }
  }

  private static func whole(_ report: ComparisonReport) -> Check {
    let count = report.units.count
    guard !report.holes.isEmpty else {
      return Check(verdict: .holds, text: "<b>Whole.</b> All \(ReportText.count(count, "unit")) finished.")
    }
    return Check(
      verdict: .broken, text: "<b>Not whole.</b> \(report.holes.count) of \(count) units are missing from every figure.")
  }

  private static func data(_ report: ComparisonReport) -> Check? {
    let synthetic = report.datasets.filter(\.isSynthetic)
    guard !synthetic.isEmpty else { return nil }
    let which = synthetic.count == report.datasets.count ? "All datasets" : synthetic.map { html($0.name) }.joined(separator: ", ")
    return Check(
      verdict: .caution, text: "<b>Synthetic clips.</b> \(which): that the method runs and learns, not how well on faces.")
  }

  private static func seeds(_ report: ComparisonReport) -> Check {
    report.seeds.count > 1
      ? Check(verdict: .holds, text: "<b>\(report.seeds.count) seeds.</b> Each trained and pooled, then averaged.")
      : Check(
        verdict: .caution, text: "<b>One seed.</b> Intervals are over subjects; how much training itself varies is not in them.")
  }

  /// Whether motion features tell less of who it is than identity features, where both were probed.
  private static func identity(_ report: ComparisonReport) -> Check? {
    let pairs = report.datasets.compactMap { dataset -> (motion: Double, identity: Double)? in
      guard let metrics = dataset.principal?.metrics, let motion = metrics.identityProbe,
        let identity = metrics.identityProbeOfIdentity
      else { return nil }
      return (motion, identity)
    }
    guard !pairs.isEmpty else { return nil }
    let decoupled = pairs.count { $0.motion < $0.identity }
    let verdict: Check.Verdict = decoupled == pairs.count ? .holds : .caution
    return Check(
      verdict: verdict,
      text: """
        <b>Decoupling measured.</b> A linear probe finds less identity in motion than in identity features on \
        \(decoupled) of \(pairs.count) \(pairs.count == 1 ? "dataset" : "datasets").
        """)
  }

  private static func bits(_ report: ComparisonReport) -> Check {
    switch report.configuration.training.reduction {
    case .exact:
      Check(verdict: .holds, text: "<b>Repeatable.</b> The same bits on any number of ranks; the command is <a href=\"#notes\">below</a>.")
    case .fast:
      Check(verdict: .caution, text: "<b>Fast reduction.</b> Another number of ranks gives slightly other figures.")
    }
  }
}
