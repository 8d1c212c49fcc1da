import Core

/// The comparison of methods on one dataset: what was measured in this sweep beside what others published, and of
/// methods that were not measured, why.
struct MethodTable: Equatable, Sendable {
  var rows: [Row]

  /// One method, or one variant of the dual-branch network.
  struct Row: Equatable, Sendable {
    var title: String
    /// What it is in this sweep; nil where it was not asked for.
    var variant: Variant?
    var metrics: Metrics?
    var intervals: MetricIntervals?
    /// Against `full` on the same clips; corrected for the other methods.
    var comparison: VariantComparison?
    /// Mean wall-clock seconds of a unit, which are not part of what is equal between runs.
    var secondsAFold: Double?
    /// Accuracy, per cent.
    var published: Double?
    /// Why there are no figures; nil where there are.
    var reason: String?
  }

  /// Floors, the published methods in the paper's order, and last the paper's own with the variants that were run.
  init(_ dataset: DatasetReport) {
    let published = dataset.published.map { PublishedFigures.figures($0.column) } ?? []
    let figures = Dictionary(published.map { ($0.method, $0.accuracy) }) { first, _ in first }
    let others = dataset.variants.filter { !$0.variant.isDualBranch }
    let titles = Dictionary(others.map { ($0.variant.method?.about.title ?? $0.variant.rawValue, $0) }) { one, _ in one }
    func measured(_ report: VariantReport, _ title: String, _ published: Double?) -> Row {
      let seconds = report.units.compactMap { $0.result?.seconds }
      return Row(
        title: title, variant: report.variant, metrics: report.metrics, intervals: report.intervals,
        comparison: dataset.methodComparisons.first { $0.variant == report.variant },
        secondsAFold: seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count), published: published,
        reason: report.metrics == nil ? "no fold has finished" : nil)
    }
    let listed = PublishedFigures.methods
    rows = others.filter { !listed.contains($0.variant.method?.about.title ?? "") }
      .map { measured($0, $0.variant.method?.about.title ?? $0.variant.rawValue, nil) }
    rows += listed.filter { $0 != PublishedFigures.method }.map { title in
      titles[title].map { measured($0, title, figures[title]) }
        ?? Row(title: title, published: figures[title], reason: MethodTable.reason(title))
    }
    let own = dataset.variants.filter(\.variant.isDualBranch)
    rows += own.map {
      let isFull = $0.variant == .full
      return measured(
        $0, "\(PublishedFigures.method), \($0.variant.rawValue)", isFull ? figures[PublishedFigures.method] : nil)
    }
    if !own.contains(where: { $0.variant == .full }) {
      rows.append(
        Row(
          title: PublishedFigures.method, published: figures[PublishedFigures.method],
          reason: "not among this sweep's methods"))
    }
  }

  /// Why a published method was not measured.
  private static func reason(_ title: String) -> String {
    switch title {
    case "AU-GACN": "needs action unit labels of all clips, which not all of the datasets have"
    case "Graph-TCN": "needs the weights of a motion magnification network and facial landmarks"
    case "Transfer Learning": "needs networks trained on macro-expressions, whose datasets are given on application"
    default:
      Methods.described.contains { $0.title == title } ? "not among this sweep's methods" : "not part of MicroFold yet"
    }
  }
}
