import Core

/// The first screen: how good, against what, and whether it can be trusted.
extension ReportPage {
  static func overview(_ report: ComparisonReport) -> String {
    let lines = report.datasets.map { dataset in (style: "", cells: overviewLine(dataset, report)) }
    let header = ["Dataset", "Accuracy", "Majority class", "Published", "UF1", "UAR", "Leaky"]
    return """
      <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">How good, and against what</h2>
      <p class="answer">\(answer(report))</p>
      <div class="card">\(table("Per cent, pooled over folds; small: 95 % interval", header, lines))</div>
      \(trust(report))
      <p class="quiet note">\(legend(report))</p>\(daggerNote(report))
      </section>
      """
  }

  /// The whole sweep in two sentences.
  private static func answer(_ report: ComparisonReport) -> String {
    let known = report.datasets.compactMap { dataset in
      dataset.principal.flatMap { variant in variant.metrics.map { (dataset, variant, $0) } }
    }
    guard !known.isEmpty else { return "No unit has finished yet, so there are no figures." }
    func list(_ names: [String]) -> String { names.map(html).joined(separator: ", ") }
    let above = known.filter { $1.intervals.map { $0.accuracy.lowerBound } ?? 0 > $2.majorityAccuracy }.map(\.0.name)
    let best = known.max { $0.2.accuracy < $1.2.accuracy }
    var text = ""
    if known.count == 1, let (_, variant, metrics) = known.first {
      text = "<b>\(ReportText.percent(metrics.accuracy)) %</b> of clips named right"
      text += variant.intervals.map { " (95 % interval \(ReportText.percent($0.accuracy)))" } ?? ""
      text += "; always naming the most frequent emotion gives \(ReportText.percent(metrics.majorityAccuracy)) %."
    } else if let best {
      text = "On <b>\(above.count) of \(known.count)</b> datasets "
      text += above.isEmpty || above.count == known.count ? "" : "(\(list(above))) "
      text += "the whole 95 % interval of the accuracy is above always naming the most frequent emotion"
      text += "; the best is <b>\(ReportText.percent(best.2.accuracy)) %</b> on \(html(best.0.name))."
    }
    let comparable = known.filter { $0.0.published != nil && $0.0.published?.caution == nil }
    if !comparable.isEmpty {
      let won = comparable.filter { dataset, _, metrics in
        metrics.accuracy * 100 >= dataset.published.map { PublishedFigures.best($0.column) } ?? 100
      }
      text += " The paper's own accuracy is reached on \(won.count) of \(comparable.count)"
      text += won.isEmpty || won.count == comparable.count ? "." : " (\(list(won.map(\.0.name))))."
    } else if known.contains(where: { $0.0.published != nil }) {
      text += " Published figures stand beside them, but are of other data."
    }
    return text
  }

  private static func overviewLine(_ dataset: DatasetReport, _ report: ComparisonReport) -> [String] {
    let variant = dataset.principal
    let metrics = variant?.metrics
    var about = "\(ReportText.count(dataset.clips, "clip"))"
    if let subjects = dataset.subjects { about += ", \(ReportText.count(subjects, "subject"))" }
    about += ", \(dataset.classes.count) classes"
    if report.compared > 1, let variant { about += ", \(variant.variant.rawValue)" }
    if let variant, variant.finished < variant.units.count {
      about += ", \(variant.finished)/\(variant.units.count) units"
    }
    let intervals = variant?.intervals
    let majority = metrics.map { own in
      "\(ReportText.percent(own.majorityAccuracy))\(small(ReportText.points(own.accuracy - own.majorityAccuracy)))"
    }
    let published = dataset.published.map { match in
      let best = PublishedFigures.best(match.column)
      let difference = metrics.map { ReportText.points($0.accuracy - best / 100) }
      return ReportText.decimals(best, 1)
        + (match.caution == nil ? difference.map(small) ?? "" : "<sup>†</sup>")
    }
    let accuracy = metrics.map { "\(meter($0, intervals))<b>\(ReportText.percent($0.accuracy))</b>" } ?? "–"
    return [
      "\(html(dataset.name))<small>\(about)</small>", accuracy + range(intervals?.accuracy),
      majority ?? "–", published ?? "–",
      ReportText.percent(metrics?.unweightedF1) + range(intervals?.unweightedF1),
      ReportText.percent(metrics?.unweightedAverageRecall) + range(intervals?.unweightedAverageRecall),
      ReportText.percent(metrics?.leakyAccuracy),
    ]
  }

  private static func small(_ text: String) -> String { "<small class=\"under\">\(text)</small>" }

  private static func range(_ range: ClosedRange<Double>?) -> String {
    range.map { small(ReportText.percent($0)) } ?? ""
  }

  /// The accuracy as a bar, its interval as a line, the most frequent class as a mark.
  private static func meter(_ metrics: Metrics, _ intervals: MetricIntervals?) -> String {
    let mark = 92 * metrics.majorityAccuracy
    var shapes =
      Drawing.bar(0, 2, 92, 4, "track", radius: 2) + Drawing.bar(0, 2, 92 * metrics.accuracy, 4, "ours", radius: 2)
    if let accuracy = intervals?.accuracy {
      shapes += Drawing.line(92 * accuracy.lowerBound, 4, 92 * accuracy.upperBound, 4, "whisker")
    }
    return "<svg class=\"meter\" viewBox=\"0 0 92 8\" aria-hidden=\"true\">\(shapes)"
      + Drawing.line(mark, 0, mark, 8, "mean") + "</svg>"
  }

  private static func legend(_ report: ComparisonReport) -> String {
    """
    <b>UF1</b> is macro F1, <b>UAR</b> mean recall\(report.seeds.count > 1 ? ", averaged over seeds" : ""); intervals \
    draw subjects with replacement. <b>Majority class</b>: always naming the most frequent emotion (the mark on the \
    bar), and how many points the accuracy is above. <b>Leaky</b>: the accuracy when each fold's epoch is chosen on its \
    own test clips, which inflates. <b>Published</b>: \(html(PublishedFigures.method)), \(html(PublishedFigures.source)).
    """
  }

  private static func daggerNote(_ report: ComparisonReport) -> String {
    var cautions: [(text: String, datasets: [String])] = []
    for dataset in report.datasets {
      guard let caution = dataset.published?.caution else { continue }
      if let place = cautions.firstIndex(where: { $0.text == caution }) {
        cautions[place].datasets.append(dataset.name)
      } else {
        cautions.append((caution, [dataset.name]))
      }
    }
    guard !cautions.isEmpty else { return "" }
    let notes = cautions.map { "\(html($0.datasets.joined(separator: ", "))): \(html($0.text))" }
    return "<p class=\"quiet note\">† Another's data. \(notes.joined(separator: " · ")).</p>"
  }
}
