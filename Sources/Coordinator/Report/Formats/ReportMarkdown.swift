import Core

/// report.md: the tables of a sweep, one overview and one part a dataset.
enum ReportMarkdown {
  static func text(_ report: ComparisonReport) -> String {
    ([head(report), overview(report), methods(report)] + report.datasets.map { dataset($0, of: report) } + [
      foot(report)
    ])
    .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func head(_ report: ComparisonReport) -> String {
    """
    # \(plain(report.name))
    \(holes(report))
    Cross-validation of \(ReportText.count(report.datasets.count, "dataset")): \(report.protocolText); \
    \(report.selectionText). \(seeds(report)) MicroFold \(plain(report.programVersion)), configuration \
    `\(code(report.configurationDigest))`.
    """
  }

  private static func seeds(_ report: ComparisonReport) -> String {
    let list = report.seeds.map { "\($0)" }.joined(separator: ", ")
    return report.seeds.count == 1 ? "Seed \(list)." : "Seeds \(list): pooled a seed, then averaged."
  }

  /// What is missing, before anything else; an empty line where nothing is.
  private static func holes(_ report: ComparisonReport) -> String {
    guard !report.holes.isEmpty else { return "" }
    let said = [report.unfinishedText, report.failedText].compactMap { $0 }.map { "**\($0)**" }.joined(separator: " ")
    let failed = report.failed.map { "- \(plain($0.unit.description)) failed: \(plain($0.reason))" }
    let waiting = report.waiting.map { "- not finished: \(plain($0.text(withSeed: report.seeds.count > 1)))" }
    return """

      \(said) The figures below leave those folds out.

      \((failed + waiting).joined(separator: "\n"))

      """
  }

  private static func overview(_ report: ComparisonReport) -> String {
    let lines = report.datasets.flatMap { dataset in
      dataset.variants.map { variant in
        [
          plain(dataset.name), variant.variant.rawValue, "\(variant.finished) / \(variant.units.count)",
          "\(variant.matrix.total)",
        ]
          + figures(variant) + [published(dataset, variant.variant)]
      }
    }
    return """
      ## Overview

      Per cent. Accuracy, UF1 (macro F1) and UAR (mean recall) are of the confusion matrix pooled over folds. \
      In brackets: 95 % intervals, drawing subjects with replacement. *Leaky* chooses each fold's epoch on its \
      own test \
      clips; *majority* always names the most frequent class; *published* is \(PublishedFigures.method) in \
      \(PublishedFigures.source)\(report.datasets.contains { $0.published?.caution != nil } ? " († on other data)" : "").

      \(table(
        ["dataset", "variant", "units", "test clips", "accuracy", "UF1", "UAR", "leaky", "majority", "published"],
        lines, leftColumns: 2))
      """
  }

  private static func figures(_ variant: VariantReport) -> [String] {
    let metrics = variant.metrics
    let intervals = variant.intervals
    return [
      within(metrics?.accuracy, intervals?.accuracy), within(metrics?.unweightedF1, intervals?.unweightedF1),
      within(metrics?.unweightedAverageRecall, intervals?.unweightedAverageRecall),
    ] + [metrics?.leakyAccuracy, metrics?.majorityAccuracy].map(ReportText.percent)
  }

  private static func within(_ share: Double?, _ range: ClosedRange<Double>?) -> String {
    ReportText.percent(share) + (range.map { " (\(ReportText.percent($0)))" } ?? "")
  }

  private static func published(_ dataset: DatasetReport, _ variant: Variant) -> String {
    guard let match = dataset.published, variant == .full else { return "–" }
    return ReportText.decimals(PublishedFigures.best(match.column), 1) + (match.caution == nil ? "" : " †")
  }

  private static func dataset(_ dataset: DatasetReport, of report: ComparisonReport) -> String {
    var parts = ["## \(plain(dataset.name))", about(dataset, report)]
    if let variant = dataset.principal {
      parts.append("Pooled confusion matrix of `\(variant.variant.rawValue)`, rows true, columns predicted:")
      parts.append(confusion(variant.matrix, dataset.classes))
      parts.append("Folds of `\(variant.variant.rawValue)`, per cent:")
      parts.append(folds(variant))
    }
    if !dataset.comparisons.isEmpty {
      parts.append("Variants against `full` on the same clips, McNemar's exact test, Holm-corrected:")
      parts.append(ablation(dataset))
    }
    if !report.methods.isEmpty {
      parts.append("Methods, per cent; p against \(PublishedFigures.method) by McNemar's exact test, Holm-corrected:")
      parts.append(methods(dataset))
    }
    parts += decoupling(dataset)
    return parts.joined(separator: "\n\n")
  }

  /// Of one dataset, all figures of what was measured.
  private static func methods(_ dataset: DatasetReport) -> String {
    let lines = MethodTable(dataset).rows.filter { $0.metrics != nil }.map { row in
      [
        plain(row.title), within(row.metrics?.accuracy, row.intervals?.accuracy),
        within(row.metrics?.unweightedF1, row.intervals?.unweightedF1),
        within(row.metrics?.unweightedAverageRecall, row.intervals?.unweightedAverageRecall),
        row.comparison.map { ReportText.pValue($0.correctedP) } ?? "–",
        row.published.map { ReportText.decimals($0, 1) } ?? "–",
      ]
    }
    return table(["method", "accuracy", "UF1", "UAR", "p, Holm", "published"], lines, leftColumns: 1)
  }

  /// All methods on all datasets: measured accuracy, and in brackets what was published.
  private static func methods(_ report: ComparisonReport) -> String {
    guard !report.methods.isEmpty else { return "" }
    let tables = report.datasets.map(MethodTable.init)
    let titles = tables.first?.rows.map(\.title) ?? []
    let lines = titles.indices.map { place in
      [plain(titles[place])] + tables.map { cell($0.rows[place]) }
        + [tables.compactMap { $0.rows[place].note }.first.map(plain) ?? ""]
    }
    return """
      ## Methods, measured and published

      Accuracy per cent on the same clips, folds and seeds; in brackets what was published in \
      \(PublishedFigures.source)\(report.datasets.contains { $0.published?.caution != nil } ? " († on other data)" : ""). \
      ▲ and ▼: better and worse than \(PublishedFigures.method) here, p < 0.05 by McNemar's exact test, \
      Holm-corrected over the dataset's methods.

      \(table(["method"] + report.datasets.map { plain($0.name) } + ["note"], lines, leftColumns: 1))
      """
  }

  private static func cell(_ row: MethodTable.Row) -> String {
    let mark = row.isBetter.map { $0 ? " ▲" : " ▼" } ?? ""
    let published = row.published.map { " (\(ReportText.decimals($0, 1)))" } ?? ""
    return ReportText.percent(row.metrics?.accuracy) + mark + published
  }

  private static func decoupling(_ dataset: DatasetReport) -> [String] {
    let probed = dataset.variants.filter { $0.decoupling.probe != nil }
    guard !probed.isEmpty else { return [] }
    var parts = [
      """
      Decoupling. Identity that a linear probe finds, accuracy in per cent (lower on motion is better); how alike the \
      attention maps of a clip's frames are; mutual information left after the last epoch, nats:
      """,
      table(
        ["variant", "motion features", "identity features", "chance", "product", "mass in common", "information"],
        probed.map { variant in
          let own = variant.decoupling
          return [variant.variant.rawValue]
            + [own.probe, own.probeOfIdentity, own.chance].map { ReportText.percent($0?.mean) }
            + [own.attentionProduct, own.attentionOverlap, own.information].map { figure in
              figure.map { ReportText.decimals($0.mean, 3) } ?? "–"
            }
        }, leftColumns: 1),
    ]
    if !dataset.differences.isEmpty {
      parts.append("What one part of the method changes, paired over folds and seeds, with 95 % intervals:")
      parts.append(
        table(
          ["figure", "variants", "difference", "interval", "pairs"],
          dataset.differences.map {
            [
              $0.figure.title, "\($0.from.rawValue) → \($0.to.rawValue)", ReportText.mean(of: $0.difference),
              ReportText.interval(of: $0.difference), "\($0.difference.count)",
            ]
          }, leftColumns: 2))
    }
    return parts
  }

  private static func about(_ dataset: DatasetReport, _ report: ComparisonReport) -> String {
    var text = "\(ReportText.count(dataset.clips, "clip"))"
    if let subjects = dataset.subjects { text += " of \(ReportText.count(subjects, "subject"))" }
    text += ", \(ReportText.count(dataset.folds.count, "fold")), \(report.protocolText)."
    if let match = dataset.published {
      text += " Published on \(match.column.title): \(ReportText.decimals(PublishedFigures.best(match.column), 1)) % "
      text += "(\(PublishedFigures.source))."
      if let caution = match.caution { text += " **† Another's data**: \(caution)." }
    }
    return text
  }

  private static func confusion(_ matrix: ConfusionMatrix, _ classes: [String]) -> String {
    let names = classes.map(plain)
    let lines = names.indices.map { row in
      [names[row]] + matrix.counts[row].map { "\($0)" }
        + [matrix.recall(row), matrix.f1(row)].map { ReportText.percent($0) }
    }
    return table(["true"] + names + ["recall", "F1"], lines, leftColumns: 1)
  }

  private static func folds(_ variant: VariantReport) -> String {
    let lines = variant.units.map { unit -> [String] in
      guard let result = unit.result, let matrix = unit.matrix else {
        return ["\(unit.unit.seed)", "\(unit.unit.fold)", unit.status, "–", "–", "–", "–"]
      }
      return ["\(unit.unit.seed)", "\(unit.unit.fold)", "\(matrix.total)"]
        + [matrix.accuracy, matrix.unweightedF1, matrix.unweightedAverageRecall, result.leakyAccuracy]
        .map { ReportText.percent($0) }
    }
    var rows = lines
    if let spreads = variant.overFolds { rows.append(["", "mean ± s", ""] + cells(spreads, interval: false) + [""]) }
    if let spreads = variant.overSeeds, variant.seeds.count > 1 {
      rows.append(["all", "mean ± 95 %", ""] + cells(spreads, interval: true) + [""])
    }
    return table(["seed", "fold", "clips", "accuracy", "UF1", "UAR", "leaky"], rows, leftColumns: 0)
  }

  private static func cells(_ spreads: MetricSpreads, interval: Bool) -> [String] {
    [spreads.accuracy, spreads.unweightedF1, spreads.unweightedAverageRecall].map {
      "\(ReportText.percent($0.mean)) ± \(ReportText.percent(interval ? $0.halfWidth95 : $0.standardDeviation))"
    }
  }

  private static func ablation(_ dataset: DatasetReport) -> String {
    let lines = dataset.comparisons.map { comparison in
      let metrics = dataset.variants.first { $0.variant == comparison.variant }?.metrics
      return [
        comparison.variant.rawValue, ReportText.percent(metrics?.accuracy), "\(comparison.test.onlyFirst)",
        "\(comparison.test.onlySecond)", ReportText.pValue(comparison.test.pValue),
        ReportText.pValue(comparison.correctedP),
      ]
    }
    return table(
      ["variant", "accuracy", "only it right", "only full right", "p", "p, Holm"], lines, leftColumns: 1)
  }

  private static func foot(_ report: ComparisonReport) -> String {
    let splits = report.datasets.compactMap { dataset in
      dataset.splitDigest.map { "- split of \(plain(dataset.name)): `\(code($0))`" }
    }
    let command = "    microfold sweep --config report/sweep.json --output again"
    return (["## How to make this again", "", command, ""] + splits).joined(separator: "\n")
  }

  /// Columns are padded, so that the table can be read as it is.
  private static func table(_ header: [String], _ lines: [[String]], leftColumns: Int) -> String {
    let widths = header.indices.map { column in
      max(4, ([header] + lines).map { $0[column].count }.max() ?? 0)
    }
    func row(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < leftColumns ? cell + space : space + cell
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      column < leftColumns ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    return ([header, rule] + lines).map(row).joined(separator: "\n")
  }

  /// Names as text: what Markdown or HTML would take for markup is escaped, line breaks become spaces.
  private static func plain(_ text: String) -> String {
    var escaped = ""
    for character in ReportText.html(text) {
      if "\\`*_[]|#~".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped.replacing("&\\#39;", with: "'").replacing("&quot;", with: "\"")
  }

  private static func code(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber || $0 == "-" } }
}
