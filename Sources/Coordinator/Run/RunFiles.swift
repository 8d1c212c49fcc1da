import Core
import Foundation
import Worker

/// The names of the files that a run writes in its directory; no other file there is ever deleted.
enum RunFiles {
  private static let top: Set = ["sweep.json", "folds.json", "ledger.jsonl", "status.json"]
  private static let report: Set = [
    "index.html", "report.md", "report.json", "report.tex", "results.csv", "predictions.csv", "sweep.json",
    "methods.tex", "methods.md",
  ]
  private static let unit: Set = [
    "metrics.jsonl", "result.json", "menet.safetensors", "idnet.safetensors", "mine.safetensors",
    "model.safetensors", "probabilities.safetensors", ProgramFiles.requestName, ProgramFiles.logName,
  ]

  /// Hexadecimal digits of the digest in the name of a store to pretrain on.
  static let digestDigits = 12

  /// Dataset, fold, variant, arm, seed, checkpoint.
  private static let mostFolders = 6

  /// The store that a run makes for a dataset, in the dataset's folder.
  static let ownStore = "store.safetensors"

  /// The folder of a dataset's models that are trained on all clips, beside `fold-0`, `fold-1`, …
  static let finalFolder = "final"

  /// Names in the sweep file that are also names of files and folders.
  struct SweepNames {
    /// The methods that are programs.
    var programs: Set<String> = []
    /// The datasets whose stores are made of several.
    var composites: Set<String> = []

    init() {}

    init(_ configuration: SweepConfiguration) {
      programs = Set(configuration.programs.map(\.name))
      composites = Set(configuration.datasets.filter { $0.parts != nil }.map(\.name))
    }
  }

  /// Whether a run writes a file of this path, given by its parts, or a temporary file for it.
  static func isKnown(_ path: [String], _ names: SweepNames = SweepNames()) -> Bool {
    guard let last = path.last else { return false }
    let name = AtomicFile.finalName(ofTemporary: last) ?? last
    switch path.count {
    case 1: return top.contains(name)
    case 2 where path[0] == "report": return report.contains(name)
    case 3 where path[0] == "report":
      return path[1] == ReportFiles.figures && FigureFolder.isKnown(name)
        || path[1] == ReportFiles.tables && PaperTables.isKnown(name)
    case 3 where path[0] == "ranks":
      return isNumbered(name, "host-") || name.hasPrefix("session-") || name.hasPrefix(".session-")
        || name.hasPrefix("loss-")
    case 2:
      return DerivedContent.isFileName(name) || path[0] == PretrainingClips.folder && isPretrainingStore(name)
        || name == ownStore && (ClassPreset.syntheticDatasets + names.composites).contains(path[0])
    case 3 where path[1].hasSuffix(FeatureStore.folderSuffix):
      let store = "\(path[1].dropLast(FeatureStore.folderSuffix.count)).safetensors"
      return FeatureStore.isFileName(name) && isKnown([path[0], store], names)
    default: break
    }
    return isKnown(ofUnit: path, name, names.programs)
  }

  /// Whether it is a file of a unit, or the split of what is trained on before the folds.
  private static func isKnown(ofUnit path: [String], _ name: String, _ programs: Set<String>) -> Bool {
    let isPretraining = Variant(rawValue: path[1])?.isPretraining ?? false
    let isMethod = Catalogue.isKnown(path[2]) || programs.contains(path[2])
    let isFold = path[1] == finalFolder || isNumbered(path[1], "fold-")
    guard isPretraining || isFold && isMethod else { return false }
    var rest = path.dropFirst(isPretraining ? 2 : 3).dropLast()
    if let arm = rest.first, arm.hasPrefix("arm-") { rest = rest.dropFirst() }
    if isPretraining, rest.isEmpty, name == "folds.json" { return true }
    if let seed = rest.first, isNumbered(seed, "seed-") { rest = rest.dropFirst() }
    if rest.isEmpty { return unit.contains(name) }
    if Array(rest) == ["checkpoint"] { return CheckpointFolder.isKnown(name) }
    // All below is the program's.
    return programs.contains(path[2]) && rest.starts(with: ["checkpoint", ProgramFiles.folderName])
  }

  /// `synth-sdu-0123456789ab.safetensors`.
  private static func isPretrainingStore(_ name: String) -> Bool {
    ClassPreset.syntheticDatasets.contains { suite in
      let digest = name.dropFirst(suite.count + 1).prefix(digestDigits)
      return digest.count == digestDigits && digest.allSatisfy(\.isHexDigit)
        && name == "\(suite)-\(digest).safetensors"
    }
  }

  /// Deletes a run's files and the folders that are empty afterwards.
  ///
  /// - Throws: a `Fault` when one cannot be deleted.
  static func remove(in directory: String) throws {
    let configuration = (try? RunDirectory(path: directory).identity())?.configuration
    _ = try remove(in: directory, [], configuration.map { SweepNames($0) } ?? SweepNames())
  }

  /// Deletes the heartbeat files of a run's ranks.
  static func removeJobs(in directory: String) throws {
    if try remove(in: directory, ["ranks"], SweepNames()) { rmdir("\(directory)/ranks") }
  }

  /// Whether anything was deleted. Links are not followed.
  private static func remove(in directory: String, _ parents: [String], _ names: SweepNames) throws -> Bool {
    var removed = false
    let folder = ([directory] + parents).joined(separator: "/")
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = parents + [name]
      let type = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.type] as? FileAttributeType
      if type == .typeDirectory {
        // A program may make folders in its own, as deep as it likes.
        let isOfProgram = path.count >= mostFolders - 2 && isKnown(path + [name], names)
        guard isOfProgram || path.count < mostFolders + 1 else { continue }
        guard try remove(in: directory, path, names) || isOfProgram else { continue }
        removed = true
        rmdir("\(folder)/\(name)")
      } else if isKnown(path, names) {
        guard unlink("\(folder)/\(name)") == 0 else {
          throw Fault(at: "\(folder)/\(name)", "cannot be deleted; remove it by hand or choose another --output")
        }
        removed = true
      }
    }
    return removed
  }

  private static func isNumbered(_ name: String, _ prefix: String) -> Bool {
    name.hasPrefix(prefix) && UInt64(name.dropFirst(prefix.count)) != nil
  }
}
