import Core

/// Composite datasets: all clips together, and each of their databases.
extension Table {
  /// Every method's main figures on the whole and on each part, with their intervals.
  static func parts(_ dataset: DatasetReport, of report: ComparisonReport) -> Table {
    let slices = dataset.slices("All parts") { $0 }
    return Table(
      "parts-\(dataset.name)", "The whole of \(dataset.name) and each of its parts, per cent, with 95 % intervals",
      of: dataset.measured,
      [Column("Method", .left) { Cell.name(report.paperTitle(of: $0.recogniser)).under(unfinished($0)) }]
        + slices.flatMap { slice in
          Figure.main.map { figure in
            Column<VariantReport>("\(figure.title)", group: "\(slice.title)") { variant in
              let own = slice.figures(variant)
              return Cell.share(own.metrics?[figure]).under(own.intervals?[figure].map(Cell.Value.interval))
            }
          }
        },
      notes: [
        Explanations.parts(of: dataset), Explanations.seeds(report), Explanations.intervals,
      ].compactMap { $0 }
    ) { $0.isFull ? .ours : .plain }
  }

  /// How many of its units have a result, where not all have.
  private static func unfinished(_ variant: VariantReport) -> Prose? {
    variant.finished < variant.units.count ? "\(variant.finished)/\(variant.units.count) units" : nil
  }

  /// In the form of the challenge's table: UF1 and UAR of all clips and of each database; what was published where it
  /// is of the same data. The best of those measured here is set apart.
  static func challenge(_ dataset: DatasetReport, of report: ComparisonReport) -> Table {
    let slices = dataset.slices("Full") { "\($0) part" }
    let figures = [("UF1", Figure.unweightedF1), ("UAR", .unweightedAverageRecall)]
    let columns = slices.flatMap { slice in figures.map { (slice: slice, title: $0.0, figure: $0.1) } }
    let best = columns.map { column in
      dataset.measured.compactMap { column.slice.figures($0).metrics?[column.figure] }.max()
    }
    let measured = dataset.measured.map { variant in
      let cells = zip(columns, best).map { column, best in
        Cell.share(column.slice.figures(variant).metrics?[column.figure], best: best)
      }
      return Row(
        cells: [.name(report.paperTitle(of: variant.recogniser))] + cells, kind: variant.isFull ? .ours : .plain)
    }
    let published = (dataset.challenge.flatMap { $0.isSame ? $0.databases : nil }).map { databases in
      ChallengeFigures.rows.map { row in
        let scores = [row.whole] + databases.map { $0.flatMap { row.parts[$0] } }
        let figures = scores.flatMap { [$0?.uf1, $0?.uar] }
        return Row(cells: [.name(row.method)] + figures.map { .number($0.map(Double.init), decimals: 0) })
      }
    }
    func heading(_ text: Prose) -> [Row] { [Row(cells: [.text(text)], kind: .title)] }
    return Table(
      name: "challenge-\(dataset.name)",
      caption: "UF1 and UAR of \(dataset.name), per cent: all clips together and each database",
      headings: [Heading(title: "Method", alignment: .left)]
        + columns.map { Heading(group: "\($0.slice.title)", title: "\($0.title)", alignment: .right) },
      rows: (published.map { heading("Published, \(ChallengeFigures.name)") + $0 + heading("Measured here") } ?? [])
        + measured,
      notes: [
        "Measured here: \(dataset.splitting.by.protocolText); \(report.selectionText); pooled over folds.",
        Explanations.parts(of: dataset), Explanations.seeds(report), Explanations.challenge(dataset),
      ].compactMap { $0 })
  }
}

extension DatasetReport {
  /// All clips, or those of one part, and how to find a variant's figures on them.
  struct Slice {
    var title: String
    var figures: (VariantReport) -> (metrics: Metrics?, intervals: MetricIntervals?)
  }

  /// The whole, then each part.
  ///
  /// - Parameters:
  ///   - whole: the title of the whole; no part can have it.
  ///   - part: makes a part's title of its name.
  fileprivate func slices(_ whole: String, _ part: (String) -> String) -> [Slice] {
    [Slice(title: whole) { ($0.metrics, $0.intervals) }]
      + parts.map { own in
        Slice(title: part(own.name)) { (own[$0.recogniser]?.metrics, own[$0.recogniser]?.intervals) }
      }
  }

  /// The variants that have a result.
  var measured: [VariantReport] { variants.filter { $0.metrics != nil } }
}

extension Section {
  /// Composite datasets, whole and part by part; nil where there is none with a result.
  static func parts(_ report: ComparisonReport) -> Section? {
    let composite = report.datasets.filter { !$0.parts.isEmpty && !$0.measured.isEmpty }
    guard !composite.isEmpty else { return nil }
    let other = composite.compactMap(Explanations.otherChallenge)
    return Section(
      identifier: "parts", title: "Whole and parts",
      lead: """
        Clips of several databases were trained and tested as one dataset. The whole is not the mean of its parts: \
        large databases count more in it.
        """,
      tables: composite.flatMap { dataset in
        [Table.parts(dataset, of: report)]
          + (dataset.challenge?.isSame == true ? [.challenge(dataset, of: report)] : [])
      },
      note: other.isEmpty ? nil : other.joined(separator: " "))
  }
}
