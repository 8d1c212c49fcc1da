import Core

/// One reason to trust the figures, or to be careful with them.
struct TrustCheck: Equatable, Sendable {
  static let title: Prose = "Can it be trusted?"

  enum Verdict: String { case holds, caution, broken }
  var verdict: Verdict
  var text: Prose

  var sign: String {
    switch verdict {
    case .holds: "✓"
    case .caution: "!"
    case .broken: "✗"
    }
  }

  /// The sign in words, for those who cannot see it.
  var word: String {
    switch verdict {
    case .holds: "holds"
    case .caution: "take care"
    case .broken: "does not hold"
    }
  }

  init(_ verdict: Verdict, _ title: String, _ text: Prose) {
    self.verdict = verdict
    self.text = "\(strong: title) " + text
  }

  static func all(_ report: ComparisonReport) -> [TrustCheck] {
    let identities = report.configuration.armNames.map { identity(report, arm: $0) }
    let split = [people(report)] + leakage(report)
    let others = [epoch(report), whole(report), data(report), seeds(report)] + identities + [bits(report)]
    return split + others.compactMap { $0 }
  }

  private static func people(_ report: ComparisonReport) -> TrustCheck {
    let overlapping = report.datasets.filter { $0.splitting.by == .sample }.map(\.name)
    guard !overlapping.isEmpty else {
      return TrustCheck(.holds, "New people.", "No subject is in both training and test.")
    }
    let which = overlapping.count == report.datasets.count ? "" : " of \(overlapping.joined(separator: ", "))"
    return TrustCheck(
      .broken, "The same people.", "Subjects\(which) overlap between training and test, so every figure is too high.")
  }

  private static func epoch(_ report: ComparisonReport) -> TrustCheck {
    TrustCheck(
      .holds, "No epoch chosen on test clips.",
      report.selections.count > 1
        ? "The last epoch is scored, or in some arms the epoch is chosen on training subjects held out."
        : report.choosesEpoch
          ? "The epoch is chosen on training subjects held out." : "The last epoch is scored.")
  }

  private static func whole(_ report: ComparisonReport) -> TrustCheck {
    let count = report.units.count
    guard !report.holes.isEmpty else {
      return TrustCheck(.holds, "Complete.", "All \(ReportText.count(count, "unit")) finished.")
    }
    let missing = report.holes.count { !$0.unit.isFinal }
    guard missing > 0 else {
      return TrustCheck(
        .caution, "Not complete.",
        "\(report.holes.count) of \(count) units are missing: final models, of which there is no figure.")
    }
    return TrustCheck(.broken, "Not complete.", "\(missing) of \(count) units are missing from every figure.")
  }

  private static func data(_ report: ComparisonReport) -> TrustCheck? {
    let synthetic = report.datasets.filter(\.isSynthetic).map(\.name)
    guard !synthetic.isEmpty else { return nil }
    let which = synthetic.count == report.datasets.count ? "All datasets" : synthetic.joined(separator: ", ")
    return TrustCheck(
      .caution, "Synthetic clips.",
      "\(which): the figures show that training works, not how well it does on real faces.")
  }

  /// How many seeds every dataset has results of.
  private static func seeds(_ report: ComparisonReport) -> TrustCheck {
    let asked = report.seeds.count
    let measured = report.principals.map { $0.variant?.seeds.count ?? 0 }.min() ?? 0
    guard asked > 1 else {
      return TrustCheck(
        .caution, "One seed.",
        "The intervals show how much other subjects would change the figures, not another training.")
    }
    guard measured == asked else {
      return TrustCheck(.caution, "Seeds missing.", "Results of \(measured) of \(asked) seeds so far.")
    }
    return TrustCheck(.holds, "\(asked) seeds.", "Each is trained and pooled, then all are averaged.")
  }

  /// Whether motion features are near the floor, in sweeps whose networks also have identity features.
  private static func identity(_ report: ComparisonReport, arm: String?) -> TrustCheck? {
    let probed = report.datasets.compactMap { $0.network(of: arm)?.decoupling }.filter {
      $0[.identityProbe] != nil && $0[.identityProbeOfIdentity] != nil
    }
    guard !probed.isEmpty else { return nil }
    func percent(_ figure: DecouplingFigure) -> String {
      let means = probed.compactMap { $0[figure]?.mean }
      return ReportText.decimals(100 * means.reduce(0, +) / Double(max(1, means.count)), 0) + "\u{A0}%"
    }
    let subject = arm.map { "Arm \($0): a" } ?? "A"
    let verdicts = probed.compactMap(\.isNearFloor)
    guard verdicts.count == probed.count else {
      return TrustCheck(
        .caution, "Decoupling not known.",
        """
        \(subject) linear probe names the subject of \(percent(.identityProbe)) of clips from motion features, \
        \(percent(.identityProbeOfIdentity)) from identity features, \(percent(.identityChance)) by chance; the floor, \
        from the true emotion alone, was not measured.
        """)
    }
    let near = verdicts.count { $0 }
    let title =
      near == verdicts.count
      ? "Decoupled." : near == 0 ? "Not decoupled." : "Decoupled on \(near) of \(verdicts.count) datasets."
    return TrustCheck(
      near == verdicts.count ? .holds : .caution, title,
      """
      \(subject) linear probe names the subject of \(percent(.identityProbe)) of clips \
      from motion features, \
      \(percent(.identityFloor)) from the true emotion alone (the floor), \(percent(.identityProbeOfIdentity)) from \
      identity features, \(percent(.identityChance)) by chance; a non-linear one \(percent(.identityProbeNonlinear)) \
      from motion features at a floor of \(percent(.identityFloorNonlinear)).
      """)
  }

  /// Whether the figures can be made again: by MicroFold's own methods to the bit, by programs as far as was seen.
  private static func bits(_ report: ComparisonReport) -> TrustCheck {
    let programs = report.datasets.flatMap(\.variants).filter { $0.repeatability != nil }
    func names(_ isMeant: (Repeatability) -> Bool) -> String {
      let variants = report.methods.filter { variant in
        programs.contains { $0.variant == variant && $0.repeatability.map(isMeant) == true }
      }
      return variants.map(\.rawValue).joined(separator: ", ")
    }
    let broken = names { if case .broken = $0 { true } else { false } }
    guard broken.isEmpty else {
      return TrustCheck(.caution, "Not repeatable: \(broken).", "Given the same file twice, it gave two answers.")
    }
    let unknown = names { $0 == .unknown }
    guard unknown.isEmpty else {
      return TrustCheck(
        .caution, "Repeatable? Not known of \(unknown).", "This program was never given the same file twice.")
    }
    return ownBits(report)
  }

  private static func ownBits(_ report: ComparisonReport) -> TrustCheck {
    report.configuration.resolvedArms.contains { $0.training.reduction == .fast }
      ? TrustCheck(.caution, "Fast reduction.", "Another number of ranks gives slightly different figures.")
      : TrustCheck(
        .holds, "Repeatable.",
        "The same bits on any number of ranks, with \(link: "one command", section: "notes").")
  }
}
