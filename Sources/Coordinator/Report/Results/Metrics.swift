import Core

/// The figures of some clips' predictions, shares of 0 … 1.
typealias Metrics = FigureValues<Double>

/// How far the main figures vary, between folds or between seeds.
typealias MetricSpreads = FigureValues<Spread>

extension Metrics {
  init(matrix: ConfusionMatrix, results: [UnitResult]) {
    self.init(Figure.all) { $0.value(matrix, results) }
  }

  /// Some figures that follow from the matrix alone.
  init(matrix: ConfusionMatrix, of figures: [Figure]) {
    self.init(figures) { $0.value(matrix, []) }
  }

  /// The figures of one finished unit.
  static func ofUnit(_ unit: UnitReport) -> (fold: Int, metrics: Metrics)? {
    guard let result = unit.result, let matrix = unit.matrix else { return nil }
    return (unit.unit.fold, Metrics(matrix: matrix, results: [result]))
  }

  /// The mean of each figure over those that have it; nil for none.
  static func mean(_ all: [Metrics]) -> Metrics? {
    guard !all.isEmpty else { return nil }
    return Metrics(Figure.all) { figure in
      let values = all.compactMap { $0[figure] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  var accuracy: Double { self[.accuracy] ?? 0 }
  var leakyAccuracy: Double { self[.leakyAccuracy] ?? 0 }
  var majorityAccuracy: Double { self[.majorityAccuracy] ?? 0 }
}

extension MetricSpreads {
  /// nil for no metrics.
  init?(_ all: [Metrics]) {
    guard !all.isEmpty else { return nil }
    self.init(Figure.main) { figure in Spread(all.compactMap { $0[figure] }) }
  }
}
