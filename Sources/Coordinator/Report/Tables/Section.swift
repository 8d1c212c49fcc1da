import Core

/// A part of the report as all formats show it: sentences and tables. index.html adds charts.
struct Section: Equatable, Sendable {
  /// Its anchor in index.html.
  var identifier: String
  var title: Prose
  var lead: Prose
  var tables: [Table] = []
  /// What further columns mean.
  var note: Prose?
  /// Tables for those who want all figures; index.html folds them away.
  var details: [Table] = []

  /// The section under its protocol: the same section of other datasets has another anchor and title.
  func within(_ report: ComparisonReport) -> Section {
    guard let group = report.group else { return self }
    var section = self
    section.identifier += "-\(group.identifier)"
    section.title += " · \(group.title)"
    return section
  }

  /// Which datasets stand under a protocol, before their sections; nil where the sweep has one protocol.
  static func protocolGroup(_ report: ComparisonReport) -> Section? {
    guard let group = report.group, let folds = report.datasets.first?.splitting else { return nil }
    return Section(
      identifier: "protocol-\(group.identifier)", title: "Protocol: \(group.title)",
      lead: """
        \(report.datasets.map(\.name).joined(separator: ", ")). \(folds.explanation) Figures of different protocols \
        are not of the same difficulty.
        """)
  }

  static func overview(_ report: ComparisonReport) -> Section {
    report.compared > 1
      ? Section(identifier: "overview", title: "Which is best", lead: report.answer, tables: [.best(report)])
      : Section(
        identifier: "overview", title: "How good, and against what", lead: report.answer, tables: [.overview(report)])
  }

  /// Methods measured here beside published ones; nil where the sweep has no other method.
  static func methods(_ report: ComparisonReport, withTimes: Bool = false) -> Section? {
    guard !report.methods.isEmpty else { return nil }
    return Section(
      identifier: "methods", title: "Methods, measured and published",
      lead: "The results of each method on the clips of this sweep, and what was published.",
      tables: [.methods(report, withTimes: withTimes)],
      note: Explanations.test(of: "methods", against: report.referenceName),
      details: report.datasets.map { .methods(on: $0, withTimes: withTimes) })
  }

  /// One variant among published methods; nil where other methods were measured, whose table has them.
  static func published(_ report: ComparisonReport) -> Section? {
    guard report.methods.isEmpty else { return nil }
    return Section(
      identifier: "published", title: "Beside published figures", lead: Explanations.publishedIsLeaky,
      details: [.comparison(report)])
  }

  static func datasets(_ report: ComparisonReport) -> Section {
    let tables = report.principals.compactMap { dataset, variant in
      variant.flatMap { variant in
        variant.metrics.map { _ in
          [Table.confusion(dataset, variant), .classes(dataset, variant), .folds(dataset, variant)]
        }
      }
    }
    return Section(
      identifier: "datasets", title: "Datasets",
      lead: tables.isEmpty ? "No unit has finished." : "Classes and folds of the best method on each dataset.",
      details: tables.flatMap { $0 })
  }

  static func ablation(_ report: ComparisonReport) -> Section? {
    guard report.variants.count > 1 else { return nil }
    return Section(
      identifier: "ablation", title: "Ablation", lead: "What each part of the network adds.",
      tables: [.ablation(report)] + report.datasets.map { .ablation(on: $0) },
      note: Explanations.test(of: "variants", against: report.ablationReferenceName))
  }

  static func decoupling(_ report: ComparisonReport) -> Section? {
    let tables = [Table.probes(report), .decoupling(report)].compactMap { $0 }
    guard !tables.isEmpty else { return nil }
    return Section(
      identifier: "decoupling", title: "Decoupling",
      lead: """
        Do motion features still tell who it is? They are decoupled when a probe names the subject from them hardly \
        better than from the true emotion alone, the floor. Far above the floor, the person is still in them.
        """,
      tables: tables + [Table.differences(report)].compactMap { $0 })
  }
}
