import Core

extension ReportPage {
  static func datasets(_ report: ComparisonReport) -> String {
    let own = Section.datasets(report).within(report)
    return section(
      own.identifier, own.title,
      """
      Matrices: clips of each true class (rows) by predicted class, coloured by the share of the row. Folds: one dot \
      per fold; the bar is the pooled figure.
      """, report.principals.map { dataset($0.dataset, $0.variant) })
  }

  private static func dataset(_ dataset: DatasetReport, _ principal: VariantReport?) -> String {
    guard let variant = principal, variant.metrics != nil else {
      let name = [dataset.name, principal?.arm].compactMap { $0 }.joined(separator: " · ")
      return "<div class=\"card\"><h3>\(html(name))</h3><p class=\"quiet\">No unit has finished.</p></div>"
    }
    let folds = HTMLMarkup.table(.folds(dataset, variant))
    let hasManyFolds = variant.units.count > 20
    return """
      <div class="grid dataset">
      <div class="stack">
      \(figure(
        "\(dataset.name)", tag: variant.name, matrix(dataset, variant),
        caption: matrixCaption(dataset, variant), more: otherMatrices(dataset, except: variant)))
      \(figure("Folds", StripChart.svg(variant, title: dataset.name) ?? "", caption: missing(variant)))
      </div>
      <div class="stack">
      \(card(.classes(dataset, variant)))
      <div class="card">\(hasManyFolds ? folded("\(variant.units.count) folds", folds) : folds)\
      \(subjects(dataset, variant))</div>
      </div>
      </div>
      """
  }

  private static func matrix(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    HeatMap.svg(variant.matrix, classes: dataset.classes, title: "\(dataset.name), \(variant.name)")
  }

  private static func matrixCaption(_ dataset: DatasetReport, _ variant: VariantReport) -> Prose {
    let subjects = dataset.subjects.map { " on clips of \(ReportText.count($0, "subject"))" } ?? ""
    let seeds = variant.seeds.count > 1 ? ", summed over \(variant.seeds.count) seeds" : ""
    return "\(ReportText.count(variant.matrix.total, "prediction"))\(subjects)\(seeds)."
  }

  private static func missing(_ variant: VariantReport) -> Prose? {
    let missing = variant.units.count - variant.finished
    return missing > 0 ? "\(strong: "\(ReportText.count(missing, "unit")) without a result.")" : nil
  }

  private static func subjects(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    guard !variant.subjects.isEmpty else { return "" }
    return folded(
      "\(ReportText.count(variant.subjects.count, "subject"))", HTMLMarkup.table(.subjects(dataset, variant)))
  }

  /// The matrices of the other variants, folded away.
  private static func otherMatrices(_ dataset: DatasetReport, except shown: VariantReport) -> String {
    let others = dataset.variants.filter { other in
      other.recogniser != shown.recogniser && other.arm == shown.arm && other.metrics != nil
    }
    guard !others.isEmpty else { return "" }
    return folded(
      "Matrices of \(others.map(\.name).joined(separator: ", "))",
      others.map { "<h3>\(html($0.name))</h3>" + matrix(dataset, $0) }.joined(separator: "\n"))
  }
}
