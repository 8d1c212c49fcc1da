import Core

/// What the comparison says in sentences.
extension RunComparison {
  /// How each other run does against the reference, and how many settings differ: a paragraph each.
  var answer: [Prose] { verdicts + [settingsText] }

  private var verdicts: [Prose] {
    runs.indices.dropFirst().flatMap { [sameMethod($0), otherMethods($0)].compactMap { $0 } }
  }

  /// How the tests of a run's methods that the reference run has too came out; nil without any.
  private func sameMethod(_ run: Int) -> Prose? {
    let tested = pairs(of: run).filter { $0.pair.isSameMethod && $0.pair.test != nil }
    guard !tested.isEmpty else { return nil }
    return "\(strong: runs[run].name) against \(emphasis: reference.name), with the same method: " + outcome(tested)
  }

  /// The same for methods that the reference run lacks.
  private func otherMethods(_ run: Int) -> Prose? {
    let tested = pairs(of: run).filter { !$0.pair.isSameMethod && $0.pair.test != nil }
    guard let first = tested.first else { return nil }
    let methods = tested.map { $0.pair.own.name }.distinct
    return """
      \(strong: runs[run].name) against \(emphasis: first.pair.reference.name) of \(emphasis: reference.name), \
      which lacks \(methods.joined(separator: ", ")): \(outcome(tested))
      """
  }

  /// `better in 2 of 6 tests (full on samm, casme2), worse in 1 (…).`
  private func outcome(_ tested: [(dataset: Dataset, pair: RunPair)]) -> Prose {
    func names(_ isBetter: Bool) -> [String] {
      let all = tested.filter { $0.pair.test?.isBetter == isBetter }
      let methods = all.map(\.pair.own.name).distinct
      return methods.map { method in
        let datasets = all.filter { $0.pair.own.name == method }.map(\.dataset.name)
        return "\(method) on \(datasets.joined(separator: ", "))"
      }
    }
    func some(_ names: [String]) -> String {
      names.isEmpty || names.count > 4 ? "" : " (\(names.joined(separator: "; ")))"
    }
    let better = tested.count { $0.pair.test?.isBetter == true }
    let worse = tested.count { $0.pair.test?.isBetter == false }
    let rest = tested.count - better - worse
    return """
      better in \(strong: "\(better) of \(ReportText.count(tested.count, "test"))")\(some(names(true))), worse in \
      \(worse)\(some(names(false)))\(rest == 0 ? "." : "; \(rest) without a difference beyond chance.")
      """
  }

  /// How many settings differ, and which, where they are few.
  private var settingsText: Prose {
    let paths = settings.map(\.path)
    guard !paths.isEmpty else { return "No setting that decides results differs." }
    let verb = paths.count == 1 ? "differs" : "differ"
    let which = paths.count > 4 ? "" : ": \(paths.joined(separator: ", "))"
    return "\(link: ReportText.count(paths.count, "setting"), section: "settings") \(verb)\(which)."
  }

  /// The result on the terminal: what the answer says, then a line for each test.
  var summaryLines: [String] {
    let lines = runs.indices.dropFirst().flatMap { run in
      pairs(of: run).map { dataset, pair in "\(dataset.name) \(pair.own.name): \(summary(pair))" }
    }
    let left = leftOut.map { "\($0.name) is left out: only in \($0.runs.joined(separator: ", "))" }
    func plain(_ texts: [Prose]) -> [String] { texts.map { $0.spans.map(\.text).joined() } }
    return (plain(unfinished + verdicts) + lines + left + plain([settingsText])).map(printable)
  }

  private func summary(_ pair: RunPair) -> String {
    let against = "\(pair.isSameMethod ? "" : "\(pair.reference.name) of ")\(reference.name)"
    guard let test = pair.test, let difference = pair.difference else {
      return "\(runs[pair.run].name) and \(against) share no finished fold and seed"
    }
    return """
      \(runs[pair.run].name) \(ReportText.percent(pair.own.metrics?.accuracy)) %, \(against) \
      \(ReportText.percent(pair.reference.metrics?.accuracy)) %, \(ReportText.points(difference)) points, \
      p \(ReportText.equation(test.correctedP)) on \(ReportText.count(pair.clips, "clip"))
      """
  }

  /// What runs lack, each in a sentence; empty where all are whole.
  var unfinished: [Prose] {
    runs.compactMap { run in
      let said = [run.report.unfinishedText, run.report.failedText].compactMap { $0 }
      guard !said.isEmpty else { return nil }
      return "\(strong: run.name): \(said.joined(separator: " "))"
    }
  }

  /// Methods that only the reference run has, so that nothing is tested against them.
  var untested: [Recogniser] {
    let used = Set(pairs.map(\.reference.recogniser))
    return reference.report.recognisers.filter { !used.contains($0) }
  }
}

extension RunComparison {
  static let title: Prose = "What changes from run to run"

  /// The key of the chart.
  var chartText: Prose {
    let hasOthers = pairs.contains { !$0.isSameMethod }
    let own = reference.report.configuration.referenceVariant.rawValue
    let ring: Prose = hasOthers ? " Ring: against \(emphasis: own), because \(reference.name) lacks the method." : ""
    return """
      Each method against the same method of \(emphasis: reference.name), on the same clips, with 95 % intervals over \
      subjects. ▲ and ▼: better and worse, p < 0.05 by McNemar's exact test, Holm-corrected over all tests of the \
      dataset.
      """ + ring
  }
}
