import Core
import Foundation

/// The models below a directory: what `predict` can use, for a user who names the directory instead.
enum ModelFolder {
  /// The most files that are named.
  private static let most = 200

  /// What is said of a directory that was given as a model: one line per model in it.
  static func fault(at path: String) -> Fault {
    let models = models(below: path)
    guard !models.isEmpty else {
      return Fault(
        at: path,
        "is a directory without a trained model (menet.safetensors, or model.safetensors of another method)"
          + "\(Fault.lookedIn(for: path)); name such a file")
    }
    let left = models.count > most ? ["  and \(models.count - most) more"] : []
    let lines = models.prefix(most).map { "  \($0)" } + left
    return Fault(
      at: path, "is a directory; --model takes one of the models in it:\n" + lines.joined(separator: "\n"))
  }

  /// The files of trained MENets and of other methods, sorted; other files and damaged ones are left out.
  static func models(below path: String) -> [String] {
    // An enumerator follows no links, so that it ends; the directory itself may be one.
    let folder = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
    let files = FileManager.default.enumerator(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    var models: [String] = []
    while let name = files?.nextObject() as? String {
      guard name.hasSuffix(".safetensors") else { continue }
      let file = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      if (try? TrainedModel(opening: file)) != nil { models.append(file) }
    }
    return models.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
  }
}
