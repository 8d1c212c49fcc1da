import Core
import Worker

/// One trained model or several of the same kind, which predict together: their probabilities are averaged.
struct TrainedModels {
  /// At least one.
  let all: [TrainedModel]

  /// - Parameter files: at least one.
  /// - Throws: a `Fault` when a file is no model, or differs from the first in its classes or in what it sees.
  init(_ files: [String]) throws {
    let models = try files.map(TrainedModel.init(opening:))
    for model in models.dropFirst() {
      let (own, first) = (model.description, models[0].description)
      if own.classes != first.classes {
        throw Fault(
          at: model.path,
          "has the classes \(TrainedModels.list(own)), but \(models[0].path) has \(TrainedModels.list(first)); only "
            + "models of the same classes can be averaged")
      }
      if own != first {
        throw Fault(
          at: model.path, "was trained on other input or frames than \(models[0].path); they cannot be averaged")
      }
    }
    all = models
  }

  private static func list(_ description: ModelDescription) -> String {
    description.classes?.joined(separator: ", ") ?? "without names"
  }

  /// Predicts some clips with every model, one model after the other.
  func predict(_ clips: [Int], of store: ClipStore, _ options: PredictOptions) throws -> MeanPrediction {
    var classes: [String] = []
    let rows = try all.map { model in
      let (names, rows) = try model.predict(clips, of: store, options)
      // Files without names of their classes have numbers.
      guard classes.isEmpty || classes == names else {
        throw Fault(at: model.path, "has \(names.count) classes, but \(all[0].path) has \(classes.count)")
      }
      classes = names
      return rows
    }
    return MeanPrediction(classes: classes, of: rows)
  }
}

/// The mean of several models' predictions, and how far they are apart.
struct MeanPrediction {
  let classes: [String]
  /// Number of models.
  let models: Int
  /// One per clip: the mean of each class's probability and of the attention, and the class with the greatest mean.
  let rows: [StorePrediction.Row]
  /// For each clip, the sample standard deviation (n - 1) of each class's probability over the models; nil for a single
  /// model.
  let deviations: [[Double]]?

  /// - Parameter predictions: those of each model, at least one; all have the same clips.
  init(classes: [String], of predictions: [[StorePrediction.Row]]) {
    self.classes = classes
    models = predictions.count
    let byClip = predictions[0].indices.map { clip in predictions.map { $0[clip] } }
    let spreads = byClip.map { rows in
      rows[0].probabilities.indices.compactMap { index in Spread(rows.map { Double($0.probabilities[index]) }) }
    }
    rows = zip(byClip, spreads).map { rows, spreads in
      StorePrediction.Row(
        clip: rows[0].clip, probabilities: spreads.map { Float($0.mean) }, frames: rows[0].frames,
        attention: AttentionMaps(meanOf: rows.compactMap(\.attention)))
    }
    deviations = predictions.count > 1 ? spreads.map { $0.map { $0.standardDeviation ?? 0 } } : nil
  }
}
