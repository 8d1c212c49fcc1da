import Core

extension ReportPage {
  static func datasets(_ report: ComparisonReport) -> String {
    section(
      "datasets", "Datasets",
      """
      Matrices: clips of each true class (rows) by what they were called, colour by share of the row. Folds: a dot \
      each, the bar is the pooled figure.
      """, report.datasets.map(dataset).joined(separator: "\n"))
  }

  private static func dataset(_ dataset: DatasetReport) -> String {
    guard let variant = dataset.principal, variant.metrics != nil else {
      return "<div class=\"card\"><h3>\(html(dataset.name))</h3><p class=\"quiet\">No unit has finished.</p></div>"
    }
    let name = html(dataset.name)
    return """
      <div class="grid">
      <div class="stack">
      <figure class="card"><h3>\(name)<span class="tag">\(variant.variant.rawValue)</span></h3>
      \(HeatMap.svg(variant.matrix, classes: dataset.classes, title: "\(dataset.name), \(variant.variant.rawValue)"))
      <figcaption>\(matrixCaption(dataset, variant))</figcaption>
      \(otherMatrices(dataset, except: variant))</figure>
      <figure class="card"><h3>Folds</h3>
      \(StripChart.svg(variant, title: dataset.name) ?? "")
      <figcaption>\(foldsCaption(variant))</figcaption></figure>
      </div>
      <div class="stack">
      <div class="card">\(classTable(dataset, variant))</div>
      <div class="card">\(foldTable(dataset, variant))\(subjectTable(dataset, variant))</div>
      </div>
      </div>
      """
  }

  private static func matrixCaption(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    var text = "\(ReportText.count(variant.matrix.total, "prediction"))"
    if let subjects = dataset.subjects { text += " on clips of \(ReportText.count(subjects, "subject"))" }
    text += variant.seeds.count > 1 ? ", summed over \(variant.seeds.count) seeds." : "."
    return text
  }

  private static func foldsCaption(_ variant: VariantReport) -> String {
    var text = ""
    if let spreads = variant.overFolds {
      text += "Mean over folds ± standard deviation: accuracy \(spread(spreads.accuracy)), "
      text += "UF1 \(spread(spreads.unweightedF1)), UAR \(spread(spreads.unweightedAverageRecall)). "
    }
    if variant.seeds.count > 1, let accuracy = variant.overSeeds?.accuracy, let half = accuracy.halfWidth95 {
      text += "Accuracy over \(accuracy.count) seeds, 95 % interval: \(ReportText.percent(accuracy.mean - half)) to "
      text += "\(ReportText.percent(accuracy.mean + half)). "
    }
    let holes = variant.units.count - variant.finished
    return text + (holes > 0 ? "<b>\(ReportText.count(holes, "unit")) without a result.</b>" : "")
  }

  private static func spread(_ spread: Spread) -> String {
    "\(ReportText.percent(spread.mean)) ± \(ReportText.percent(spread.standardDeviation))"
  }

  private static func classTable(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    let matrix = variant.matrix
    let lines = dataset.classes.indices.map { index in
      (
        style: "",
        cells: [html(dataset.classes[index]), "\(matrix.support(index))"]
          + [matrix.precision(index), matrix.recall(index), matrix.f1(index)].map { ReportText.percent($0) }
      )
    }
    return table("Classes of \(html(dataset.name)), per cent", ["Class", "Clips", "Precision", "Recall", "F1"], lines)
  }

  private static func foldTable(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    let hasSeeds = variant.seeds.count > 1
    let lines = variant.units.map { unit -> (style: String, cells: [String]) in
      let name = "\(unit.unit.fold)" + (hasSeeds ? "<small>seed \(unit.unit.seed)</small>" : "")
      guard let (_, metrics) = Metrics.ofUnit(unit), let matrix = unit.matrix else {
        return (style: "", cells: [name, html(unit.status)] + Array(repeating: "–", count: 5))
      }
      let shares = [
        metrics.accuracy, metrics.unweightedF1, metrics.unweightedAverageRecall, metrics.leakyAccuracy,
        metrics.identityProbe,
      ]
      return (style: "", cells: [name, "\(matrix.total)"] + shares.map(ReportText.percent))
    }
    let text = table(
      "Folds of \(html(dataset.name)), \(variant.variant.rawValue), per cent",
      ["Fold", "Clips", "Accuracy", "UF1", "UAR", "Leaky", "Probe"], lines)
    return lines.count > 20 ? "<details><summary>\(lines.count) folds</summary>\(text)</details>" : text
  }

  private static func subjectTable(_ dataset: DatasetReport, _ variant: VariantReport) -> String {
    guard !variant.subjects.isEmpty else { return "" }
    let lines = variant.subjects.map { own in
      (
        style: "",
        cells: [
          html(own.subject), ReportText.list(own.folds), "\(own.predictions)", "\(own.correct)",
          subjectMeter(own.accuracy) + ReportText.percent(own.accuracy),
        ]
      )
    }
    let text = table(
      "Subjects of \(html(dataset.name)), \(variant.variant.rawValue)",
      ["Subject", "Tested in fold", "Predictions", "Right", "Accuracy, per cent"], lines)
    return "<details><summary>\(ReportText.count(lines.count, "subject"))</summary>\(text)</details>"
  }

  private static func subjectMeter(_ share: Double) -> String {
    "<svg class=\"meter\" viewBox=\"0 0 92 8\" aria-hidden=\"true\">"
      + Drawing.bar(0, 2, 92, 4, "track", radius: 2) + Drawing.bar(0, 2, 92 * share, 4, "ours", radius: 2) + "</svg>"
  }

  /// The matrices of the other variants, folded away.
  private static func otherMatrices(_ dataset: DatasetReport, except shown: VariantReport) -> String {
    let others = dataset.variants.filter { $0.variant != shown.variant && $0.metrics != nil }
    guard !others.isEmpty else { return "" }
    let figures = others.map { variant in
      "<h3>\(variant.variant.rawValue)</h3>"
        + HeatMap.svg(variant.matrix, classes: dataset.classes, title: "\(dataset.name), \(variant.variant.rawValue)")
    }
    let names = others.map(\.variant.rawValue).joined(separator: ", ")
    return "<details><summary>Matrices of \(names)</summary>\(figures.joined(separator: "\n"))</details>"
  }
}
