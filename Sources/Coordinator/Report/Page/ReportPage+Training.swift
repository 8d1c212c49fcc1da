import Core
import Worker

/// How training went: the curves, where the network looks, how long it took.
extension ReportPage {
  static func curves(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let figures = report.datasets.flatMap { dataset in
      dataset.variants.compactMap { variant -> (isPrincipal: Bool, figure: String)? in
        let units = variant.units.compactMap { traces.epochs[$0.unit] }
        let title = "\(dataset.name), \(variant.variant.rawValue)"
        guard let chart = CurvesChart.svg(units, title: title) else { return nil }
        let figure = """
          <figure class="card"><h3>\(html(dataset.name))<span class="tag">\(variant.variant.rawValue)</span></h3>
          \(chart)</figure>
          """
        return (variant.variant == dataset.principal?.variant, figure)
      }
    }
    guard !figures.isEmpty else { return "" }
    let others = figures.filter { !$0.isPrincipal }.map(\.figure)
    let list = others.joined(separator: "\n")
    let folded =
      others.isEmpty ? "" : "<details class=\"card\"><summary>Curves of the other variants</summary>\(list)</details>"
    return section(
      "training", "Training",
      """
      After each epoch, the mean over the units and, shaded, from the least to the greatest. Above: \
      cross-entropy of the \
      network that the stage trains, on training clips. Below: accuracy on the test folds, which chooses nothing\
      \(report.selection == .validation ? "; green: on the training subjects held out" : "").
      """, figures.filter(\.isPrincipal).map(\.figure).joined(separator: "\n") + folded)
  }

  static func attention(_ report: ComparisonReport, _ traces: RunTraces) -> String {
    let figures = report.datasets.compactMap { dataset -> String? in
      let variant =
        [dataset.principal].compactMap { $0 }.first { $0.attentionMaps != nil }
        ?? dataset.variants.last { $0.attentionMaps != nil }
      guard let variant, let maps = variant.attentionMaps else { return nil }
      let face = traces.faces[dataset.name]
      let title = "\(dataset.name), \(variant.variant.rawValue)"
      guard let chart = AttentionFigure.svg(maps, face: face, title: title) else { return nil }
      let beneath =
        face == nil
        ? "No face beneath: the clips are not here, or of fewer than \(MeanFace.fewestSubjects) people."
        : "Beneath: the mean of the onset frames of all clips."
      return """
        <figure class="card"><h3>\(html(dataset.name))<span class="tag">\(variant.variant.rawValue)</span></h3>
        \(chart)
        <figcaption>Full orange: \(ReportText.decimals(AttentionFigure.strongest(maps), 1)) times an even share. \
        \(beneath)</figcaption></figure>
        """
    }
    guard !figures.isEmpty else { return "" }
    return section(
      "attention", "Attention",
      """
      Where MENet's diverse attention looks in each of the frames it sees, from onset to offset: the mean over \
      all test \
      clips, orange where a place has more than an even share. Right under a frame: how many times an even share its \
      strongest place has.
      """, figures.joined(separator: "\n"))
  }

  /// How long it took, on how many ranks: only here, never in report.json.
  static func timing(_ report: ComparisonReport, _ timeline: Timeline) -> String {
    let results = report.units.compactMap(\.result)
    let chart = whoTrainedWhat(timeline)
    guard !results.isEmpty else {
      return chart.isEmpty ? "" : section("timing", "Timing", "No unit has finished yet.", chart)
    }
    let lines = report.datasets.flatMap { dataset in
      dataset.variants.compactMap { variant -> (style: String, cells: [String])? in
        let results = variant.units.compactMap(\.result)
        guard !results.isEmpty else { return nil }
        let total = results.reduce(0) { $0 + $1.seconds }
        return (
          style: "",
          cells: [
            html(dataset.name), variant.variant.rawValue, "\(results.count)",
            ReportText.duration(total / Double(results.count)),
            ReportText.duration(results.map(\.seconds).max() ?? 0), ReportText.duration(total),
            Set(results.map(\.ranks)).sorted().map { "\($0)" }.joined(separator: ", "),
          ]
        )
      }
    }
    let total = ReportText.duration(results.reduce(0) { $0 + $1.seconds })
    return section(
      "timing", "Timing",
      "\(total) of training in all, added up over units; units ran side by side where there was more than one group.",
      """
      \(chart)
      <div class="card">\(table(
        "Wall-clock time of the units",
        ["Dataset", "Variant", "Units", "A unit", "Longest", "Total", "Ranks a unit"], lines))</div>
      """)
  }

  private static func whoTrainedWhat(_ timeline: Timeline) -> String {
    guard let chart = TimelineChart.svg(timeline.withoutPauses(longerThan: 60)) else { return "" }
    return """
      <figure class="card"><h3>Who trained what</h3>
      \(chart)
      <figcaption>A line a rank, a bar a unit. Blue: finished; grey: paused, lost or still at work; outlined: failed. \
      Times between two runs of the sweep are shortened to a minute.</figcaption></figure>
      """
  }
}
