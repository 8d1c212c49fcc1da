import Core

/// A figure of merit: what it is called, and how it is computed from some test clips.
///
/// A new figure is one line in `all`. With `isMain` it gets intervals, means over folds and seeds, and a column or row
/// in every table of results, in report.json and in results.csv.
struct Figure: Sendable {
  /// Its name in report.json, and in results.csv if it is a main figure.
  let key: String
  /// The heading of its column.
  let title: String
  /// What it is, for those who do not know its title.
  let meaning: String?
  let isMain: Bool
  /// Not measured by version 0.1: where no unit has it, it is left out of report.json and results.csv, so that reports
  /// of older runs keep their bytes.
  let isNew: Bool
  /// From the pooled confusion matrix and the units' results; nil where it was not measured. A main figure is computed
  /// from the matrix alone, because its interval is taken over matrices of drawn subjects.
  let value: @Sendable (ConfusionMatrix, [UnitResult]) -> Double?

  private init(
    _ key: String, _ title: String, meaning: String? = nil, isMain: Bool = false, isNew: Bool = false,
    _ value: @escaping @Sendable (ConfusionMatrix, [UnitResult]) -> Double?
  ) {
    (self.key, self.title, self.meaning) = (key, title, meaning)
    (self.isMain, self.isNew, self.value) = (isMain, isNew, value)
  }

  static let all = [
    Figure("accuracy", "Accuracy", isMain: true) { matrix, _ in matrix.accuracy },
    Figure("uf1", "UF1", meaning: "macro F1", isMain: true) { matrix, _ in matrix.unweightedF1 },
    Figure("uar", "UAR", meaning: "mean recall over the classes", isMain: true) { matrix, _ in
      matrix.unweightedAverageRecall
    },
    Figure("leakyAccuracy", "Leaky", leaky),
    Figure("majorityAccuracy", "Majority class") { matrix, _ in matrix.majorityAccuracy },
    Figure("identityProbe", "Probe") { mean($1, \.identityProbe) },
    Figure("identityProbeOfIdentity", "Probe on identity") { mean($1, \.identityProbeOfIdentity) },
    Figure("identityChance", "Chance") { mean($1, \.identityChance) },
    Figure("identityFloor", "Floor", isNew: true) { mean($1, \.identityFloor) },
    Figure("identityProbeNonlinear", "Non-linear probe", isNew: true) { mean($1, \.identityProbeNonlinear) },
    Figure("identityProbeNonlinearOfIdentity", "Non-linear probe on identity", isNew: true) {
      mean($1, \.identityProbeNonlinearOfIdentity)
    },
    Figure("identityFloorNonlinear", "Non-linear floor", isNew: true) { mean($1, \.identityFloorNonlinear) },
  ]

  static let main = all.filter(\.isMain)
  static let accuracy = named("accuracy")
  static let unweightedF1 = named("uf1")
  static let unweightedAverageRecall = named("uar")
  static let leakyAccuracy = named("leakyAccuracy")
  static let majorityAccuracy = named("majorityAccuracy")
  static let identityProbe = named("identityProbe")
  static let identityFloor = named("identityFloor")

  private static func named(_ key: String) -> Figure {
    guard let figure = all.first(where: { $0.key == key }) else { preconditionFailure("there is no figure \(key)") }
    return figure
  }

  /// Of the epoch that is best on the test fold; a fold counts by its clips.
  @Sendable private static func leaky(_ matrix: ConfusionMatrix, _ results: [UnitResult]) -> Double? {
    let weights = results.map { Double($0.confusion.reduce(0) { $0 + $1.reduce(0, +) }) }
    let sum = zip(results, weights).reduce(0) { $0 + $1.0.leakyAccuracy * $1.1 }
    return matrix.total == 0 ? 0 : sum / Double(matrix.total)
  }

  private static func mean(_ results: [UnitResult], _ value: (UnitResult) -> Double?) -> Double? {
    let values = results.compactMap(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// One value for each figure that has one.
struct FigureValues<Value: Equatable & Sendable>: Equatable, Sendable {
  private var values: [String: Value] = [:]

  init(_ figures: [Figure], _ value: (Figure) -> Value?) {
    for figure in figures { values[figure.key] = value(figure) }
  }

  subscript(figure: Figure) -> Value? { values[figure.key] }
}
