import Core

extension Table {
  /// All methods on all datasets: measured accuracy, and what was published. Nothing is of composite datasets, so that
  /// their table has only what was measured.
  ///
  /// - Parameter withTimes: only for index.html; times differ between runs of the same sweep.
  static func methods(_ report: ComparisonReport, withTimes: Bool = false) -> Table {
    let comparisons = report.datasets.map(MethodComparison.init)
    let isComposite = report.datasets.allSatisfy { !$0.parts.isEmpty }
    let methods = (comparisons.first?.rows ?? []).indices.map { index in comparisons.map { $0.rows[index] } }
      .filter { rows in !isComposite || rows.contains { $0.report != nil } }
    let measured = report.datasets.enumerated().flatMap { index, dataset in
      let here =
        Column<[MethodComparison.Row]>("here", group: heading(dataset)) { rows in
          let row = rows[index]
          return Cell.share(row.metrics?.accuracy).strong().marked(row.comparison?.isBetter.map { $0 ? "▲" : "▼" })
            .under(row.report?.intervals?[.accuracy].map(Cell.Value.interval))
        }
      return [here] + (isComposite ? [] : [Column("publ.", group: heading(dataset)) { .perCent($0[index].published) }])
    }
    let time = Column<[MethodComparison.Row]>("Time per fold") { rows in
      let seconds = rows.compactMap { $0.report?.secondsPerUnit }
      return seconds.isEmpty ? .empty : .seconds(seconds.reduce(0, +) / Double(seconds.count))
    }
    return Table(
      "methods", "Methods on the same clips, folds and seeds of \(report.name): accuracy, per cent", of: methods,
      [
        Column("Method", .left) { rows in
          Cell.name(rows[0].title).under(rows.compactMap(\.note).first.map { Prose($0) })
        }
      ] + measured + (withTimes ? [time] : []),
      notes: [
        Explanations.betterAndWorse(report), isComposite ? nil : Explanations.publishedMethods,
        Explanations.otherData(report),
        withTimes ? Explanations.times : nil,
      ].compactMap { $0 }
    ) { rows in
      rows.allSatisfy { $0.metrics == nil } ? .absent : rows.contains { $0.report?.isFull == true } ? .ours : .plain
    }
  }

  /// All figures of the methods that were measured on one dataset.
  static func methods(on dataset: DatasetReport, withTimes: Bool = false) -> Table {
    let time = Column<MethodComparison.Row>("Time per fold") { .seconds($0.report?.secondsPerUnit) }
    return results(
      "methods-\(dataset.name)", "Methods on \(dataset.name), per cent",
      MethodComparison(dataset).rows.filter { $0.metrics != nil }, [Column("Method", .left) { .name($0.title) }],
      (withTimes ? [time] : []) + [published(dataset)], against: .variant(dataset.reference))
  }

  /// All figures of the variants of the dual-branch network on one dataset.
  static func ablation(on dataset: DatasetReport) -> Table {
    let rows = dataset.ablation.map { report in
      MethodComparison.Row(
        title: report.name, report: report,
        comparison: dataset.comparisons.first { $0.recogniser == report.recogniser },
        published: report.variant.ablation.map(PublishedFigures.ablation))
    }
    return results(
      "ablation-\(dataset.name)", "Variants on \(dataset.name), per cent", rows,
      [Column("Variant", .left) { .name($0.title) }] + parts { $0.report?.variant.ablation },
      dataset.published?.column == .sdu ? [published(dataset)] : [], against: .variant(dataset.ablationReference))
  }

  /// What was published, with a † where it is of other data.
  private static func published(_ dataset: DatasetReport) -> Column<MethodComparison.Row> {
    Column("Published") { Cell.perCent($0.published).marked(dataset.published?.caution == nil ? nil : "†") }
  }

  /// What the rows of a table are tested against.
  enum Reference {
    /// One variant or method, with the same arm.
    case variant(Variant)
    /// The same variant, with this arm.
    case arm(String)

    /// The name in the heading of the differences.
    var name: String {
      switch self {
      case .variant(let variant): variant.rawValue
      case .arm(let arm): arm
      }
    }

    func recogniser(for own: Recogniser) -> Recogniser {
      switch self {
      case .variant(let variant): Recogniser(variant, arm: own.arm)
      case .arm(let arm): Recogniser(own.variant, arm: arm)
      }
    }
  }

  /// All figures of some variants or methods on one dataset, and how they differ from what they are tested against.
  static func results(
    _ name: String, _ caption: Prose, _ rows: [MethodComparison.Row], _ leading: [Column<MethodComparison.Row>],
    _ trailing: [Column<MethodComparison.Row>], against reference: Reference
  ) -> Table {
    func metrics(_ recogniser: Recogniser) -> Metrics? {
      rows.first { $0.report?.recogniser == recogniser }?.metrics
    }
    func unlessReference(_ row: MethodComparison.Row, _ cell: Cell) -> Cell {
      row.report.map { reference.recogniser(for: $0.recogniser) == $0.recogniser } == true ? .empty : cell
    }
    let columns: [Column<MethodComparison.Row>] =
      [
        Column("Units") { .name("\($0.report?.finished ?? 0)/\($0.report?.units.count ?? 0)") },
        Column("Clips") { .count($0.report?.matrix.total ?? 0) },
      ] + Figure.main.map { .figure($0, of: \.report) } + [
        .figure(.leakyAccuracy, of: \.report),
        Column("Δ \(reference.name)") { row in
          let other = row.report.flatMap { metrics(reference.recogniser(for: $0.recogniser)) }
          return unlessReference(row, .points(row.metrics.flatMap { own in other.map { own.accuracy - $0.accuracy } }))
        },
        Column("p") { row in
          unlessReference(
            row,
            Cell.pValue(row.comparison?.test.pValue)
              .under(row.comparison.map { "\($0.test.onlyFirst) : \($0.test.onlySecond)" }))
        },
        Column("p, Holm") { unlessReference($0, .pValue($0.comparison?.correctedP)) },
      ]
    return Table(name, caption, of: rows, leading + columns + trailing) { $0.report?.isFull == true ? .ours : .plain }
  }

  /// The variants of the dual-branch network on all datasets, as papers print it.
  static func ablation(_ report: ComparisonReport) -> Table {
    let figures = report.datasets.flatMap { dataset in
      [("Acc.", Figure.accuracy), ("UF1", Figure.unweightedF1)].map { title, figure in
        Column<Recogniser>("\(title)", group: "\(dataset.name)") { recogniser in
          let isAccuracy = figure.key == Figure.accuracy.key
          let comparison = dataset.comparisons.first { $0.recogniser == recogniser }
          return Cell.share(dataset.variants.first { $0.recogniser == recogniser }?.metrics?[figure])
            .marked(isAccuracy && comparison?.isBetter != nil ? "*" : nil)
        }
      }
    }
    let hasPublished = report.datasets.contains { $0.published?.column == .sdu }
    let published = Column<Recogniser>("published", group: "SDU") {
      .perCent($0.variant.ablation.map(PublishedFigures.ablation))
    }
    let source: Prose = "Published: \(PublishedFigures.ablationSource), on the real SDU."
    return Table(
      "ablation", "Ablation of \(report.name), per cent",
      of: report.recognisers.filter { $0.variant.ablation != nil },
      [Column("Variant", .left) { .name($0.name) }] + parts(\.variant.ablation) + figures
        + (hasPublished ? [published] : []),
      notes: [Explanations.parts, Explanations.differs(from: report.ablationReferenceName)]
        + (hasPublished ? [source] : [])
    ) { $0.variant == .full ? .ours : .plain }
  }

  /// Which parts of the network a variant has.
  private static func parts<Subject>(_ row: @escaping (Subject) -> Ablation?) -> [Column<Subject>] {
    let parts: [(Prose, (Ablation) -> Bool)] = [
      ("DAO", \.attention), ("div", \.divergence), ("MI", \.mutualInformation),
    ]
    return parts.map { title, isOn in Column(title, .center) { .part(row($0).map(isOn) ?? false) } }
  }
}
