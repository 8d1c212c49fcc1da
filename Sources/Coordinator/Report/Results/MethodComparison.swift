import Core

/// The comparison of methods on one dataset: what was measured in this sweep beside what others published, and why
/// the other methods were not measured.
struct MethodComparison: Equatable, Sendable {
  /// Baselines and methods that the paper's table lacks, its methods in its order, and last the paper's own. The same
  /// for every dataset.
  var rows: [Row]

  /// One method.
  struct Row: Equatable, Sendable {
    var title: String
    /// nil where it is not in this sweep.
    var report: VariantReport?
    /// Against `full` on the same clips; corrected for the other methods.
    var comparison: VariantComparison?
    /// Accuracy, per cent.
    var published: Double?
    /// Why there are no figures, or what tells this run of the method from others.
    var note: String?

    var metrics: Metrics? { report?.metrics }
  }

  init(_ dataset: DatasetReport) {
    let published = dataset.published.map { PublishedFigures.figures($0.column) } ?? []
    let reports = Dictionary(grouping: dataset.variants, by: \.variant)
    let compared = dataset.variants.map(\.variant).filter { $0.ablation == nil }.distinct
    let names = Dictionary(dataset.variants.map { ($0.variant, $0.title) }) { first, _ in first }
    let titles = Dictionary(compared.map { (names[$0] ?? $0.rawValue, $0) }) { first, _ in first }
    /// One row, or one for each arm.
    func rows(_ title: String, _ variant: Variant?) -> [Row] {
      let published = published.first { $0.method == title }?.accuracy
      guard let variant, let own = reports[variant] else {
        return [
          Row(title: title, report: nil, comparison: nil, published: published, note: MethodComparison.reason(title))
        ]
      }
      return own.map { report in
        Row(
          title: report.recogniser.titled(title), report: report,
          comparison: dataset.methodComparisons.first { $0.recogniser == report.recogniser }, published: published,
          note: report.metrics == nil ? "no fold has finished" : MethodComparison.note(report, dataset))
      }
    }
    let others = compared.map { (names[$0] ?? $0.rawValue, $0) }
      .filter { !PublishedFigures.methods.contains($0.0) }
    self.rows =
      others.flatMap { rows($0, $1) }
      + (reports[.ce] == nil ? [] : rows("Plain 3-D ResNet, ce", .ce))
      + PublishedFigures.methods.dropLast().flatMap { rows($0, titles[$0]) } + rows(PublishedFigures.method, .full)
  }

  private static func note(_ report: VariantReport, _ dataset: DatasetReport) -> String? {
    if let repeatability = report.repeatability { return repeatability.note }
    let hasRegions = Catalogue.method(of: report.variant).about.landmarks == .followed
    return hasRegions && !dataset.hasLandmarks ? "regions are a fixed grid: no landmarks given" : nil
  }

  /// Why a published method was not measured.
  private static func reason(_ title: String) -> String {
    switch title {
    case PublishedFigures.method: return "not in this sweep: add menet to its methods, full to its variants"
    default:
      let word = Catalogue.methods.map(\.about).first { $0.title == title }?.name
      return word.map { "not in this sweep: add \($0) to its methods" } ?? "not measured"
    }
  }
}
