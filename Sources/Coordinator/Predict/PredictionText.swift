import Core
import Worker

/// Predictions as a script reads them.
struct PredictionText {
  let model: String
  let classes: [String]
  let rows: [StorePrediction.Row]
  /// One picture of the attention per row; nil where none was asked for.
  let pictures: [String]?

  /// A header, then one line per clip, quoted as RFC 4180 says.
  var csv: String {
    let header = ["clip", "subject", "emotion", "predicted"] + classes.map { "probability_\($0)" }
    let lines = rows.map { row in
      [row.clip.name, row.clip.subject, row.clip.emotion, classes[row.predicted]] + row.probabilities.map { "\($0)" }
    }
    return ReportCSV.table([header] + lines)
  }

  /// `model`, `classes`, and `clips`, an object each; what is not known about a clip is null. Frames are counted from
  /// the first stored one, which is a CLIP's onset.
  var json: String {
    let clips = rows.enumerated().map { index, row -> JSONNode in
      let clip = row.clip
      return .record([
        "clip": .string(clip.name), "subject": known(clip.subject), "emotion": known(clip.emotion),
        "onset": .integer(clip.onset), "apex": .integer(clip.apex), "offset": .integer(clip.offset),
        "frames": .list(row.frames.map { .integer($0) }), "predicted": .string(classes[row.predicted]),
        "probabilities": .list(row.probabilities.map { .number("\($0)") }),
        "attention": pictures.map { .string($0[index]) } ?? .null,
      ])
    }
    let all: JSONNode = .record([
      "model": .string(model), "classes": .list(classes.map { .string($0) }), "clips": .list(clips),
    ])
    return all.canonicalText() + "\n"
  }

  private func known(_ text: String) -> JSONNode { text.isEmpty ? .null : .string(text) }
}
