import Core
import Foundation

/// What the page and report.md both show.
extension RunComparison {
  var sections: [Section] {
    [results, settingsSection, decouplingSection, leftOutSection, runsSection].compactMap { $0 }
  }

  private var results: Section {
    Section(
      identifier: "results", title: "Side by side",
      lead: "The methods of all runs, and how much more accurate they are than in \(emphasis: reference.name).",
      tables: [accuracies], details: datasets.map(tests))
  }

  /// A method of a run.
  private struct Row {
    var run: Int
    var recogniser: Recogniser
  }

  /// Method by method, the reference run first.
  private var rows: [Row] {
    let all = runs.indices.flatMap { run in
      runs[run].report.recognisers.map { Row(run: run, recogniser: $0) }
    }
    let variants = all.map(\.recogniser.variant).distinct
    return variants.flatMap { variant in all.filter { $0.recogniser.variant == variant } }
  }

  private var accuracies: Table {
    let figures = datasets.flatMap { dataset in
      [
        Column<Row>("Acc.", group: "\(dataset.name)") { accuracy($0, on: dataset) },
        Column<Row>("Δ", group: "\(dataset.name)") { difference($0, on: dataset) },
      ]
    }
    return Table(
      "runs-accuracy", "Accuracy in per cent, and points above \(reference.name)", of: rows,
      [
        .init("Method", .left) { row in
          let sweep = runs[row.run].report.configuration
          return .name(row.recogniser.titled(sweep.title(of: row.recogniser.variant)))
        },
        .init("Run", .left) { .name(runs[$0.run].name) },
      ] + figures,
      notes: [
        """
        \(strong: "Acc."): pooled over folds, with 95 % intervals from drawing subjects with replacement; of a run \
        other than \(emphasis: reference.name), over the folds and seeds that \(emphasis: reference.name) has too. \
        \(strong: "Δ"): points above the same method of \(emphasis: reference.name) on these folds and seeds, or \
        above its \(emphasis: reference.report.configuration.referenceVariant.rawValue) where it lacks the method; \
        p by McNemar's exact test, Holm-corrected over all tests of the dataset; ▲ and ▼: better and worse, p < 0.05.
        """
      ]
    ) { $0.run == 0 ? .ours : .plain }
  }

  private func pair(_ row: Row, on dataset: Dataset) -> RunPair? {
    dataset.pairs.first { $0.run == row.run && $0.own.recogniser == row.recogniser }
  }

  private func accuracy(_ row: Row, on dataset: Dataset) -> Cell {
    let whole = runs[row.run].report.datasets.first { $0.name == dataset.name }?.variants.first {
      $0.recogniser == row.recogniser
    }
    let shown = row.run == 0 ? whole : pair(row, on: dataset)?.own
    let all = whole?.units.count ?? 0
    let isPart = (shown?.finished ?? 0) < all
    return Cell.share(shown?.metrics?.accuracy).under(shown?.intervals?[.accuracy].map(Cell.Value.interval))
      .under(isPart ? "\(shown?.finished ?? 0)/\(all) units" : nil)
  }

  private func difference(_ row: Row, on dataset: Dataset) -> Cell {
    guard row.run > 0 else { return .empty }
    guard let pair = pair(row, on: dataset), let test = pair.test else { return .unknown }
    let mark = test.isBetter.map { $0 ? "▲" : "▼" }
    let against: Prose? = pair.isSameMethod ? nil : "against \(emphasis: pair.reference.name)"
    let cell = Cell.points(pair.difference).marked(mark).under("p \(ReportText.equation(test.correctedP))")
      .under(against)
    return mark == nil ? cell : cell.strong()
  }

  /// Every test on one dataset, with all its figures.
  private func tests(on dataset: Dataset) -> Table {
    func points(_ figure: Figure) -> Column<RunPair> {
      .init("Δ \(figure.title)") { pair in
        .points(pair.own.metrics?[figure].flatMap { own in pair.reference.metrics?[figure].map { own - $0 } })
      }
    }
    return Table(
      "runs-\(dataset.name)", "Tests on \(dataset.name), per cent", of: dataset.pairs,
      [
        .init("Method", .left) { .name($0.own.name) },
        .init("Run", .left) { .name(runs[$0.run].name) },
        .init("Against", .left) { .name($0.reference.name) },
        .init("Units") { Cell.count($0.units).under(left($0)) },
        .init("Clips") { .count($0.clips) },
        .init("Accuracy") { .share($0.own.metrics?.accuracy) },
        .init("Reference") { .share($0.reference.metrics?.accuracy) },
        .init("Δ Accuracy") { Cell.points($0.difference).under($0.interval.map(RunComparison.points)) },
      ] + Figure.main.dropFirst().map(points) + [
        .init("p") { pair in
          Cell.pValue(pair.test?.test.pValue)
            .under(pair.test.map { "\($0.test.onlyFirst) : \($0.test.onlySecond)" })
        },
        .init("p, Holm") { .pValue($0.test?.correctedP) },
        .init("Same bits") { .name("\($0.sameBits)/\($0.units)") },
      ],
      notes: [
        """
        \(strong: "Units"): folds and seeds that finished in both runs; \(strong: "Δ Accuracy"): with its 95 % \
        interval from drawing subjects with replacement, \(SubjectDraws.count) times, the same subjects for both; \
        \(strong: "p"): McNemar's exact test, and how many clips only this run and only \(emphasis: reference.name) \
        predicted correctly (with several seeds: in more than half of them); \(strong: "Same bits"): units whose \
        weights and predictions are the same to the bit.
        """
      ])
  }

  /// `+1.2 to +3.4`.
  static func points(_ range: ClosedRange<Double>) -> Prose {
    "\(ReportText.points(range.lowerBound)) to \(ReportText.points(range.upperBound))"
  }

  private func left(_ pair: RunPair) -> Prose? {
    let only = [(pair.onlyOwn, runs[pair.run].name), (pair.onlyReference, reference.name)].filter { $0.0 > 0 }
    return only.isEmpty ? nil : "\(only.map { "\($0.0) only in \($0.1)" }.joined(separator: ", "))"
  }

  private var settingsSection: Section {
    let settings = settings
    return Section(
      identifier: "settings", title: "What differs in the settings",
      lead: settings.isEmpty
        ? "No setting that decides results differs."
        : """
        Every setting that decides results and is not the same everywhere; bold: otherwise than in \
        \(emphasis: arms[0].title).
        """,
      tables: settings.isEmpty ? [] : [settingsTable(settings)])
  }

  private func settingsTable(_ settings: [SettingDifference]) -> Table {
    let values = arms.enumerated().map { index, arm in
      Column<SettingDifference>("\(arm.title)", .left) { row in
        guard let value = row.values[index] else { return .unknown }
        let cell = Cell.name(value)
        return index > 0 && row.values[0] != nil && value != row.values[0] ? cell.strong() : cell
      }
    }
    return Table(
      "run-settings", "Settings that differ", of: settings,
      [.init("Setting", .left) { .text("\(code: $0.path)") }] + values,
      notes: settings.contains { $0.values.contains(nil) } ? ["–: a run without this dataset."] : [])
  }

  private var decouplingSection: Section? {
    let rows = datasets.flatMap { dataset in
      dataset.pairs.flatMap { pair in pair.decoupling.map { (dataset: dataset, pair: pair, own: $0) } }
    }
    guard !rows.isEmpty else { return nil }
    let table = Table(
      "run-decoupling", "What changes in the decoupling from \(reference.name)", of: rows,
      [
        .init("Dataset", .left) { .name($0.dataset.name) },
        .init("Figure", .left) { .name("\($0.own.figure.group), \($0.own.figure.heading)") },
        .init("Method", .left) { .name($0.pair.own.name) },
        .init("Run", .left) { .name(runs[$0.pair.run].name) },
        .init("Difference") { .name(ReportText.mean(of: $0.own.difference)) },
        .init("95 % interval") { .name(ReportText.interval(of: $0.own.difference)) },
        .init("Pairs") { .count($0.own.difference.count) },
      ], notes: [Explanations.pairs])
    return Section(
      identifier: "decoupling", title: "Decoupling",
      lead: """
        How much more often, as a share, a probe names the subject from motion features than in \
        \(emphasis: reference.name); less is better, down to the floor.
        """,
      tables: [table])
  }

  private var leftOutSection: Section? {
    let sets = leftOut.map { (name: $0.name, what: "dataset", runs: $0.runs) }
    let methods = untested.map { (name: $0.name, what: "method", runs: [reference.name]) }
    guard !(sets + methods).isEmpty else { return nil }
    return Section(
      identifier: "left-out", title: "Left out of the tests",
      lead: "Datasets that only some of the runs have, and methods of \(emphasis: reference.name) that no other has.",
      tables: [
        Table(
          "left-out", "Not tested", of: sets + methods,
          [
            .init("Name", .left) { .name($0.name) }, .init("What", .left) { .name($0.what) },
            .init("Only in", .left) { .name($0.runs.joined(separator: ", ")) },
          ])
      ])
  }

  private var runsSection: Section {
    let table = Table(
      "runs", "The runs", of: Array(runs.enumerated()),
      [
        .init("Run", .left) { index, run in
          Cell.name(run.name).under("\(run.path)\(index == 0 ? ", the reference" : "")")
        },
        .init("Version", .left) { .name($0.element.versions.joined(separator: ", then ")) },
        .init("Units") { _, run in
          .name("\(run.report.units.count - run.report.holes.count)/\(run.report.units.count)")
        },
        .init("Seeds", .left) { .name($0.element.report.seeds.map { "\($0)" }.joined(separator: ", ")) },
        .init("Begun", .left) { $0.element.begun.map { .name(RunComparison.day($0)) } ?? .unknown },
        .init("Hosts", .left) { .name($0.element.hosts.joined(separator: ", ")) },
        .init("Configuration", .left) { .text("\(code: String($0.element.report.configurationDigest.prefix(12)))") },
      ], notes: ["Configuration: the beginning of the SHA-256 of all settings that decide results."])
    return Section(
      identifier: "runs", title: "The runs", lead: "As their directories say it.", tables: [table])
  }

  /// The day in Greenwich, `2026-11-30`.
  static func day(_ seconds: Double) -> String {
    String(Date(timeIntervalSince1970: seconds).ISO8601Format().prefix(10))
  }
}
