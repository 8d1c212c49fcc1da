import Core

/// The comparison of methods on one dataset: what was measured in this sweep beside what others published, and of
/// methods that were not measured, why.
struct MethodTable: Equatable, Sendable {
  /// Floors, the published methods in the paper's order, and last the paper's own. The same for every dataset.
  var rows: [Row]

  /// One method.
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
    /// Why there are no figures, or what tells this run of the method from others.
    var note: String?

    /// Whether it is better or worse than `full` by more than chance explains; nil where neither.
    var isBetter: Bool? {
      guard let comparison, comparison.correctedP < 0.05 else { return nil }
      return comparison.test.onlyFirst > comparison.test.onlySecond
    }
  }

  init(_ dataset: DatasetReport) {
    let published = dataset.published.map { PublishedFigures.figures($0.column) } ?? []
    let reports = Dictionary(dataset.variants.map { ($0.variant, $0) }) { first, _ in first }
    let compared = dataset.variants.map(\.variant).filter { !$0.isDualBranch }
    let titles = Dictionary(compared.map { (MethodTable.title($0), $0) }) { first, _ in first }
    func row(_ title: String, _ variant: Variant?) -> Row {
      let report = variant.flatMap { reports[$0] }
      let seconds = report?.units.compactMap { $0.result?.seconds } ?? []
      let note =
        if let report {
          report.metrics == nil ? "no fold has finished" : MethodTable.note(report.variant, dataset)
        } else {
          String?.some(MethodTable.reason(title))
        }
      return Row(
        title: title, variant: report?.variant, metrics: report?.metrics, intervals: report?.intervals,
        comparison: dataset.methodComparisons.first { $0.variant == variant },
        secondsAFold: seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count),
        published: published.first { $0.method == title }?.accuracy, note: note)
    }
    let others = compared.filter { !PublishedFigures.methods.contains(MethodTable.title($0)) }
    rows =
      others.map { row(MethodTable.title($0), $0) }
      + (reports[.ce] == nil ? [] : [row("Plain 3-D ResNet, ce", .ce)])
      + PublishedFigures.methods.dropLast().map { row($0, titles[$0]) } + [row(PublishedFigures.method, .full)]
  }

  /// What a method is called, as the paper's table calls it where it has it.
  static func title(_ variant: Variant) -> String { variant.method?.about.title ?? variant.rawValue }

  private static func note(_ variant: Variant?, _ dataset: DatasetReport) -> String? {
    let hasRegions = variant.map { Catalogue.method(of: $0).about.usesLandmarks } ?? false
    return hasRegions && !dataset.hasLandmarks ? "regions are a fixed grid: no landmarks given" : nil
  }

  /// Why a published method was not measured.
  private static func reason(_ title: String) -> String {
    switch title {
    case "AU-GACN":
      return "not measured: needs action units of every clip, which are not given for all of the datasets"
    case "Graph-TCN": return "not measured: needs the weights of a motion magnification network and a landmark detector"
    case "Transfer Learning":
      return "not measured: needs networks trained on macro-expressions, whose datasets are given on application only"
    case PublishedFigures.method: return "not in this sweep: add menet to its methods, full to its variants"
    default:
      let word = Catalogue.methods.map(\.about).first { $0.title == title }?.name
      return word.map { "not in this sweep: add \($0) to its methods" } ?? "not measured"
    }
  }
}
