import Core

/// Tables in the layouts of Xie et al. 2022, to stand in a paper beside theirs.
extension Table {
  /// As the paper's Table 5: a row for each variant, which parts of the network it has, and its accuracy on each
  /// dataset; nil where no variant of the dual-branch network was measured.
  static func paperAblation(_ report: ComparisonReport) -> Table? {
    let rows = report.recognisers.filter { $0.variant.ablation != nil }
    guard !rows.isEmpty else { return nil }
    let parts: [(Prose, (Ablation) -> Bool)] = [
      ("MENet", { _ in true }), ("DAO", \.attention), ("div", \.divergence), ("IDNet + MI", \.mutualInformation),
    ]
    let hasPublished = report.datasets.contains { $0.published?.column == .sdu }
    let published = Column<Recogniser>("published", group: "SDU") {
      .perCent($0.variant.ablation.map(PublishedFigures.ablation))
    }
    return Table(
      "ablation-accuracy", "Ablation of \(report.name): accuracy, per cent", of: rows,
      parts.map { title, isOn in Column(title, .center) { .part($0.variant.ablation.map(isOn) ?? false) } }
        + (report.arms.isEmpty ? [] : [Column("Arm", .left) { .name($0.arm ?? "") }])
        + report.datasets.map { dataset in
          Column("here", group: "\(dataset.name)") { own in
            .share(dataset.variants.first { $0.recogniser == own }?.metrics?.accuracy)
          }
        } + (hasPublished ? [published] : []),
      notes: [Explanations.parts]
        + (hasPublished ? ["Published: \(PublishedFigures.ablationSource), on the real SDU."] : []))
  }

  /// As the paper's Table 6: a row for each method, published ones first, and its accuracy on each dataset. The best of
  /// those measured here is set apart.
  static func paperComparison(_ report: ComparisonReport) -> Table {
    func heading(_ text: Prose) -> Row { Row(cells: [.text(text)], kind: .title) }
    let published = PublishedFigures.methods.enumerated().map { index, method in
      Row(
        cells: [.text("\(method)")]
          + report.datasets.map { dataset in
            .perCent(dataset.published.map { PublishedFigures.figures($0.column)[index].accuracy })
          })
    }
    let best = report.datasets.map { $0.variants.compactMap { $0.metrics?.accuracy }.max() }
    let measured = report.recognisers.map { own in
      let cells = zip(report.datasets, best).map { dataset, best -> Cell in
        let accuracy = dataset.variants.first { $0.recogniser == own }?.metrics?.accuracy
        return .share(accuracy, best: best)
      }
      return Row(cells: [.text("\(report.paperTitle(of: own))")] + cells, kind: own.variant == .full ? .ours : .plain)
    }
    let hasPublished = report.datasets.contains { $0.published != nil }
    return Table(
      name: "comparison-accuracy",
      caption: "Comparison of methods on \(report.datasets.map(\.name).joined(separator: ", ")): accuracy, per cent",
      headings: [Heading(title: "Method", alignment: .left)]
        + report.datasets.map { Heading(title: Table.heading($0), alignment: .right) },
      rows: (hasPublished ? [heading("Published")] + published : []) + [heading("Measured here")] + measured,
      notes: [
        "Measured here: \(report.protocolText); \(report.selectionText); pooled over folds.",
        Explanations.seeds(report), hasPublished ? Explanations.publishedMethods : nil, Explanations.otherData(report),
      ].compactMap { $0 })
  }
}

extension ComparisonReport {
  /// What a method is called in tables that stand in a paper.
  func paperTitle(of recogniser: Recogniser) -> String {
    let variant = recogniser.variant
    let title = variant.ablation.map { "Variant \($0.rawValue)" } ?? configuration.title(of: variant)
    return recogniser.titled(variant == .full ? PublishedFigures.method : title)
  }
}

extension Cell {
  /// A share that is set apart where it is the best.
  static func share(_ share: Double?, best: Double?) -> Cell {
    guard let share, share == best else { return .share(share) }
    return .text("\(strong: ReportText.percent(share))")
  }
}
