import Core
import Foundation

/// The files of an exported model in their folder.
enum ExportFiles {
  static let weights = "model.safetensors"
  private static let facts = "model.json"
  private static let definition = "menet.py"
  private static let readme = "README.md"
  /// What Python leaves there when `menet.py` is used.
  private static let cache = "__pycache__"

  /// - Throws: a `Fault` where the folder holds anything but an earlier export.
  static func check(_ folder: String) throws {
    let known: Set = [weights, facts, definition, readme, cache]
    try Directory.check(folder) { known.contains($0) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard names.isEmpty || isExport(folder) else {
      throw Fault(at: folder, "holds other files (\(names.sorted()[0])) and no exported model; choose another --output")
    }
  }

  /// Whether there is the description of an exported model.
  private static func isExport(_ folder: String) -> Bool {
    let bytes = FileManager.default.contents(atPath: "\(folder)/\(facts)") ?? Data()
    let format = (try? JSONNode.parse(Array(bytes), location: facts))?["format"]
    guard case .string(let text)? = format else { return false }
    return text.hasPrefix("microfold model ")
  }

  /// Writes all files, and removes those of an earlier export that this one has not.
  ///
  /// - Throws: the file system's error, as a `Fault` naming the file.
  static func write(_ model: ExportedModel, to folder: String) throws {
    try check(folder)
    try Directory.make(folder)
    // First, so that a folder in which an export was cut short is known as one.
    try AtomicFile.write(model.json, to: "\(folder)/\(facts)")
    try AtomicFile.write(model.readme, to: "\(folder)/\(readme)")
    if model.menet != nil {
      try AtomicFile.write(NetworkDefinition.python, to: "\(folder)/\(definition)")
    } else {
      Directory.removeFiles(of: folder) { $0 == definition }
    }
    try MappedFile(model.model.path).withBytes { try AtomicFile.write($0, to: "\(folder)/\(weights)") }
  }
}
