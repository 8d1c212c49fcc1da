import Core

extension ComparisonReport {
  /// Units of one dataset, variant, arm and seed that have not run.
  struct Waiting: Equatable {
    var dataset: String
    var recogniser: Recogniser
    var seed: UInt64
    /// Empty for the pretraining and for a final model.
    var folds: [Int]
    /// Of all folds, when none of them has run.
    var isAll: Bool
    /// A model that is trained on all clips.
    var isFinal = false
  }

  /// What has not run, in the order of the tables.
  var waiting: [Waiting] {
    let before = pretraining.map(\.unit).filter { $0.status == "not run" }.map(\.unit).map { unit in
      Waiting(dataset: unit.dataset, recogniser: unit.recogniser, seed: unit.seed, folds: [], isAll: true)
    }
    let after = finals.map(\.unit).filter { $0.status == "not run" }.map(\.unit).map { unit in
      Waiting(
        dataset: unit.dataset, recogniser: unit.recogniser, seed: unit.seed, folds: [], isAll: true, isFinal: true)
    }
    return before + waitingFolds + after
  }

  private var waitingFolds: [Waiting] {
    datasets.flatMap { dataset in
      dataset.variants.flatMap { variant in
        seeds.compactMap { seed -> Waiting? in
          let folds = variant.units.filter { $0.unit.seed == seed && $0.result == nil && $0.status != "failed" }
            .map(\.unit.fold)
          guard !folds.isEmpty else { return nil }
          return Waiting(
            dataset: dataset.name, recogniser: variant.recogniser, seed: seed, folds: folds,
            isAll: folds.count == dataset.folds.count)
        }
      }
    }
  }

  /// That the run is unfinished, as a sentence; nil where every unit has ended.
  var unfinishedText: String? {
    let left = notRun.count
    guard left > 0 else { return nil }
    let verb = left == 1 ? "has" : "have"
    return "This run is unfinished: \(left) of \(ReportText.count(units.count, "unit")) \(verb) not finished yet."
  }

  /// That units failed, as a sentence; nil where none did.
  var failedText: String? {
    failed.isEmpty ? nil : "\(failed.count) of \(ReportText.count(units.count, "unit")) failed."
  }
}

extension ComparisonReport.Waiting {
  /// `casme2, full: folds 1–4`, or `casme2, pretraining`; the seed where there are several.
  func text(withSeed: Bool) -> String {
    let name = "\(dataset), \(recogniser.name)\(withSeed ? ", seed \(seed)" : "")"
    if recogniser.variant.isPretraining { return name }
    if isFinal { return "\(name): the model of all clips" }
    let which = isAll ? "all folds" : "\(folds.count == 1 ? "fold" : "folds") \(ReportText.list(folds))"
    return "\(name): \(which)"
  }
}
