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
        verdict: .holds,
        text: "<b>Nothing chosen on test clips.</b> The epoch is chosen on training subjects held out.")
    }
  }

  private static func whole(_ report: ComparisonReport) -> Check {
    let count = report.units.count
    guard !report.holes.isEmpty else {
      return Check(verdict: .holds, text: "<b>Whole.</b> All \(ReportText.count(count, "unit")) finished.")
    }
    return Check(
      verdict: .broken,
      text: "<b>Not whole.</b> \(report.holes.count) of \(count) units are missing from every figure.")
  }

  private static func data(_ report: ComparisonReport) -> Check? {
    let synthetic = report.datasets.filter(\.isSynthetic)
    guard !synthetic.isEmpty else { return nil }
    let names = synthetic.map { html($0.name) }.joined(separator: ", ")
    let which = synthetic.count == report.datasets.count ? "All datasets" : names
    return Check(
      verdict: .caution, text: "<b>Synthetic clips.</b> \(which): they show that it learns, not how well on faces.")
  }

  /// How many seeds every dataset has results of.
  private static func seeds(_ report: ComparisonReport) -> Check {
    let asked = report.seeds.count
    let there = report.datasets.map { $0.principal?.seeds.count ?? 0 }.min() ?? 0
    guard asked > 1 else {
      return Check(verdict: .caution, text: "<b>One seed.</b> Intervals are over subjects, not over training anew.")
    }
    guard there == asked else {
      return Check(verdict: .caution, text: "<b>Seeds missing.</b> Results of \(there) of \(asked) seeds so far.")
    }
    return Check(verdict: .holds, text: "<b>\(asked) seeds.</b> Each trained and pooled, then averaged.")
  }

  /// How much of who it is motion features still tell; it holds where the probe is nearer to chance than to what
  /// identity features tell.
  private static func identity(_ report: ComparisonReport) -> Check? {
    let pairs = report.datasets.compactMap { dataset -> (motion: Double, identity: Double, chance: Double)? in
      guard let metrics = dataset.principal?.metrics, let motion = metrics.identityProbe,
        let identity = metrics.identityProbeOfIdentity, let chance = metrics.identityChance
      else { return nil }
      return (motion, identity, chance)
    }
    guard !pairs.isEmpty else { return nil }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let motion = mean(pairs.map(\.motion))
    let identity = mean(pairs.map(\.identity))
    let chance = mean(pairs.map(\.chance))
    let isDecoupled = motion < (identity + chance) / 2
    func percent(_ share: Double) -> String { "\(ReportText.decimals(100 * share, 0))&nbsp;%" }
    return Check(
      verdict: isDecoupled ? .holds : .caution,
      text: """
        <b>\(isDecoupled ? "Decoupled" : "Not far decoupled").</b> A linear probe names \(percent(motion)) of subjects \
        from motion features, \(percent(identity)) from identity features, \(percent(chance)) by chance.
        """)
  }

  private static func bits(_ report: ComparisonReport) -> Check {
    switch report.configuration.training.reduction {
    case .exact:
      Check(
        verdict: .holds,
        text: "<b>Repeatable.</b> The same bits on any number of ranks: <a href=\"#notes\">one command</a>.")
    case .fast:
      Check(verdict: .caution, text: "<b>Fast reduction.</b> Another number of ranks gives slightly other figures.")
    }
  }
}
