import Core

extension Table {
  /// A row for each database that was left out and each method: its figures there, and beside them those where the
  /// database was trained on too.
  static func crossing(_ crossing: DatabaseCrossing, of report: ComparisonReport) -> Table {
    let own = Figure.main.map { figure in
      Column<DatabaseCrossing.Row>("\(figure.title)", group: "Left out") { row in
        Cell.share(row.figures.metrics?[figure]).under(row.figures.intervals?[figure].map(Cell.Value.interval))
      }
    }
    let others = crossing.others.flatMap { other in
      let group: Prose = "\(other.name), \(other.splitting.by.protocolText)"
      return Figure.main.map { figure in
        Column<DatabaseCrossing.Row>("\(figure.title)", group: group) { row in
          .share(crossing.metrics(of: row, in: other)?[figure])
        }
      } + [
        Column<DatabaseCrossing.Row>("Cost", group: group) { row in
          let (one, same) = (row.figures.metrics?[.unweightedF1], crossing.metrics(of: row, in: other)?[.unweightedF1])
          return .points(one.flatMap { one in same.map { one - $0 } })
        }
      ]
    }
    return Table(
      "crossing-\(crossing.dataset.name)",
      "Databases of \(crossing.dataset.name) that were left out of training: per cent, with 95 % intervals",
      of: crossing.rows,
      [
        Column("Tested on", .left) { Cell.name($0.part.name).under("\(about($0.part))") },
        Column("Trained on", .left) { row in
          Cell.name(row.training.map(\.name).joined(separator: ", "))
            .under("\(ReportText.count(row.training.reduce(0) { $0 + $1.clips }, "clip"))")
        },
        Column("Method", .left) { .name(report.paperTitle(of: $0.variant.recogniser)) },
      ] + own + others,
      notes: [
        others.isEmpty ? nil : Explanations.crossing, Explanations.parts(of: crossing.dataset),
        Explanations.seeds(report), Explanations.intervals,
      ].compactMap { $0 }
    ) { $0.variant.isFull ? .ours : .plain }
  }

  private static func about(_ part: PartReport) -> String {
    "\(ReportText.count(part.clips, "clip")), \(ReportText.count(part.subjects, "subject"))"
  }

  /// How clips of a database were named by a method that was not trained on any of them.
  static func confusion(_ row: DatabaseCrossing.Row, of dataset: DatasetReport) -> Table {
    confusion(
      ["confusion", dataset.name, row.part.name, row.variant.name].joined(separator: "-"),
      """
      Confusion matrix of \(row.part.name), \(row.variant.name), trained on \
      \(row.training.map(\.name).joined(separator: ", ")): rows true, columns predicted
      """, row.figures.matrix, dataset.classes)
  }
}

extension Section {
  /// Databases that are left out of training and tested; nil where none is.
  static func crossing(_ report: ComparisonReport) -> Section? {
    let all = DatabaseCrossing.all(report)
    guard !all.isEmpty else { return nil }
    let isBeside = all.contains { !$0.others.isEmpty }
    return Section(
      identifier: "crossing", title: "From one database to another",
      lead: """
        Each database in turn was left out of training and then tested: other cameras, other people, other ways of \
        naming emotions. \(isBeside ? crossed : notCrossed)
        """,
      tables: all.map { .crossing($0, of: report) },
      details: all.flatMap { crossing in crossing.rows.map { .confusion($0, of: crossing.dataset) } })
  }

  private static let crossed = """
    Beside it stands what the same method reaches on the same clips when it was trained on other clips of that \
    database as well.
    """

  private static let notCrossed = """
    What that costs shows only beside the same parts under another protocol, which this sweep has not: add a dataset \
    of the same parts with folds of its own.
    """
}
