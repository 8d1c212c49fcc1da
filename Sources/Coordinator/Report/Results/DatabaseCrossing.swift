import Core

/// A composite dataset whose databases are left out one at a time: what was trained on what and tested on what, and
/// what the same methods reach on the same clips where other people of the database were trained on.
struct DatabaseCrossing {
  var dataset: DatasetReport
  /// Datasets of the same parts and classes whose databases are not left out.
  var others: [DatasetReport]
  /// One for each database and method, the methods of a database together.
  var rows: [Row]

  struct Row {
    /// What was left out and tested.
    var part: PartReport
    /// What was trained on: the other databases.
    var training: [PartReport]
    var variant: VariantReport
    var figures: PartFigures
  }

  /// nil where databases are not left out, or no method has a result.
  ///
  /// - Parameter all: the datasets of the sweep.
  init?(_ dataset: DatasetReport, among all: [DatasetReport]) {
    guard dataset.splitting.by == .dataset else { return nil }
    self.dataset = dataset
    others = all.filter { other in
      other.splitting.by != .dataset && other.classes == dataset.classes && !other.measured.isEmpty
        && Set(other.partSources.map(\.name)) == Set(dataset.partSources.map(\.name))
        && other.partSources.allSatisfy(dataset.partSources.contains)
    }
    rows = dataset.parts.flatMap { part in
      let training = dataset.parts.filter { $0.name != part.name }
      return dataset.measured.compactMap { variant -> Row? in
        guard let figures = part[variant.recogniser], figures.metrics != nil else { return nil }
        return Row(part: part, training: training, variant: variant, figures: figures)
      }
    }
    guard !rows.isEmpty else { return nil }
  }

  /// The same method on the same clips in another dataset; nil where it was not measured.
  func metrics(of row: Row, in other: DatasetReport) -> Metrics? {
    other.parts.first { $0.name == row.part.name }?[row.variant.recogniser]?.metrics
  }

  /// Of all datasets of a report, or of one that is restricted to a protocol.
  static func all(_ report: ComparisonReport) -> [DatabaseCrossing] {
    let datasets = report.datasets + (report.group?.others ?? [])
    return report.datasets.compactMap { DatabaseCrossing($0, among: datasets) }
  }
}
