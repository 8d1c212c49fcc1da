import Core
import Worker

/// Predictions as a script reads them.
struct PredictionText {
  let source: Source
  let prediction: MeanPrediction
  /// One picture of the attention per row; nil where none was asked for.
  let pictures: [String]?

  /// What predicted.
  enum Source {
    /// One model.
    case file(String)
    /// The models of a run; some of them were trained on `seen` of the clips.
    case run(RunModels, seen: Int)
  }

  /// A header, then one line per clip, quoted as RFC 4180 says. Models of a run have two more columns: the standard
  /// deviation of the predicted class's probability, empty for a single model, and their number.
  var csv: String {
    let header = ["clip", "subject", "emotion", "predicted"] + prediction.classes.map { "probability_\($0)" }
    let lines = prediction.rows.map { row in
      [row.clip.name, row.clip.subject, row.clip.emotion, prediction.classes[row.predicted]]
        + row.probabilities.map { "\($0)" }
    }
    guard case .run = source else { return ReportCSV.table([header] + lines) }
    let spread = prediction.rows.indices.map { index in
      [deviation(index).map { "\($0)" } ?? "", "\(prediction.models)"]
    }
    return ReportCSV.table([header + ["standard_deviation", "models"]] + zip(lines, spread).map { $0 + $1 })
  }

  /// The standard deviation of the predicted class's probability; nil for a single model.
  private func deviation(_ row: Int) -> Double? { prediction.deviations?[row][prediction.rows[row].predicted] }

  /// `model` or what a run's models are, `classes`, and `clips`, an object each; what is not known about a clip is
  /// null. Frames are counted from the first stored one, which is a CLIP's onset.
  var json: String {
    var all = ["classes": JSONNode.list(prediction.classes.map { .string($0) })]
    switch source {
    case .file(let model):
      all["model"] = .string(model)
      all["clips"] = .list(prediction.rows.indices.map { .record(clip($0)) })
    case .run(let models, let seen):
      all.merge(facts(models, seen: seen)) { own, _ in own }
      all["clips"] = .list(
        prediction.rows.indices.map { index in
          let deviations = prediction.deviations?[index].map { JSONNode.figure($0) }
          let spread: [String: JSONNode] = [
            "standardDeviation": .figure(deviation(index)),
            "standardDeviations": deviations.map(JSONNode.list) ?? .null,
          ]
          return .record(clip(index).merging(spread) { own, _ in own })
        })
    }
    return JSONNode.record(all).canonicalText() + "\n"
  }

  /// What the models of a run are, and what they know.
  private func facts(_ models: RunModels, seen: Int) -> [String: JSONNode] {
    func unit(_ unit: WorkUnit) -> [String: JSONNode] {
      ["fold": unit.isFinal ? .null : .integer(unit.fold), "seed": .seed(unit.seed)]
    }
    return [
      "run": .string(models.run), "dataset": .string(models.dataset.name),
      "variant": .string(models.recogniser.variant.rawValue),
      "arm": models.recogniser.arm.map(JSONNode.string) ?? .null,
      "models": .list(
        models.members.map { .record(unit($0.unit).merging(["file": .string($0.file)]) { own, _ in own }) }),
      "missing": .list(models.missing.map { .record(unit($0)) }),
      "clipsSeenInTraining": .integer(seen),
    ]
  }

  /// One clip and its prediction.
  private func clip(_ index: Int) -> [String: JSONNode] {
    let row = prediction.rows[index]
    let clip = row.clip
    return [
      "clip": .string(clip.name), "subject": known(clip.subject), "emotion": known(clip.emotion),
      "onset": .integer(clip.onset), "apex": .integer(clip.apex), "offset": .integer(clip.offset),
      "frames": .list(row.frames.map { .integer($0) }), "predicted": .string(prediction.classes[row.predicted]),
      "probabilities": .list(row.probabilities.map { .number("\($0)") }),
      "attention": pictures.map { .string($0[index]) } ?? .null,
    ]
  }

  private func known(_ text: String) -> JSONNode { text.isEmpty ? .null : .string(text) }
}
