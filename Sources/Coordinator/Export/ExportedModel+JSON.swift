import Core

extension ExportedModel {
  /// The `format` of `model.json`; the number rises when a key changes its meaning.
  static let format = "microfold model 1"

  /// The text of `model.json`: what the model is, and what it needs of a clip.
  var json: String {
    var facts: [String: JSONNode] = [
      "format": .string(ExportedModel.format), "program": .string("\(Program.name) \(Program.version)"),
      "method": .string(about.name), "title": .string(about.title), "paper": text(about.paper),
      "classes": .list((description.classes ?? []).map(JSONNode.string)),
      "weights": .string(ExportFiles.weights), "weightsDigest": .string(digest), "trainedAs": trainedAs,
      "array": .string(array), "frameChoice": .string(frameChoice), "crop": .string(crop),
      "registration": .string(description.registration.rawValue), "fit": .string(description.fit.rawValue),
      "recordedHeight": number(description.recordedHeight), "recordedWidth": number(description.recordedWidth),
      "landmarks": .bool(description.hasLandmarks),
    ]
    facts.merge(menet.map(sizes) ?? settings) { own, _ in own }
    return JSONNode.record(facts).canonicalText() + "\n"
  }

  /// What `menet.py` needs.
  private func sizes(_ menet: Network) -> [String: JSONNode] {
    var flow = JSONNode.null
    if let method = flowMethod {
      flow = .record([
        "method": .string(method), "unitsPerWidth": .integer(Int(FlowQuantization.unitsPerWidth)),
        "inputPerWidth": .integer(Int(FlowQuantization.inputPerWidth)),
      ])
    }
    return [
      "width": .integer(menet.width), "frames": .integer(menet.frames), "size": .integer(menet.size),
      "stem": .string(menet.stem.rawValue), "attentionPositions": number(menet.attentionPositions),
      "input": .string(description.input.rawValue), "pixels": text(pixels), "flow": flow,
    ]
  }

  /// What a method's own description says of it.
  private var settings: [String: JSONNode] {
    let settings = about.settings.map { JSONNode.record(["name": .string($0.name), "value": .string($0.value)]) }
    return ["settings": .list(settings), "changes": .list(about.changes.map(JSONNode.string))]
  }

  /// The unit that trained it.
  private var trainedAs: JSONNode {
    guard let unit else { return .null }
    return .record([
      "dataset": .string(unit.dataset), "variant": .string(unit.variant.rawValue), "arm": text(unit.arm),
      "seed": .seed(unit.seed), "testFold": unit.isFinal ? .null : .integer(unit.fold),
    ])
  }

  private func text(_ text: String?) -> JSONNode { text.map(JSONNode.string) ?? .null }
  private func number(_ number: Int?) -> JSONNode { number.map(JSONNode.integer) ?? .null }
}
