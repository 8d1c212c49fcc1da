import Core
import Foundation

/// The unit and the settings that a checkpoint belongs to.
struct CheckpointOwner: Equatable {
  let unit: WorkUnit
  /// The digest of what decides the unit's results.
  let digest: String
}

/// A copy of a unit's state, to be written to a file while training continues.
///
/// The file contains nothing about ranks, threads or times: the same state gives the same bytes.
struct Checkpoint: Sendable {
  /// The format of the file; files of other formats are not read.
  private static let format = "microfold checkpoint 2"
  /// The formats of version 0.1.
  private static let earlierFormats = ["microfold checkpoint 1", "microfold method checkpoint 1"]

  /// Steps taken in all epochs.
  let steps: Int
  private let tensors: [SafeTensors.Content]
  private let metadata: [String: String]

  /// Copies a state.
  ///
  /// - Throws: a `Fault` when the state has a number that cannot be written.
  init(_ progress: RunProgress, _ state: MethodState, _ owner: CheckpointOwner) throws {
    steps = progress.steps
    tensors = state.tensors.map { SafeTensors.Content($0.name, frozen: $0.tensor.copy()) }
    func text(_ value: some Encodable) throws -> String {
      do {
        return String(decoding: try JSONEncoder.stable().encode(value), as: UTF8.self)
      } catch {
        throw Fault(at: "\(owner.unit)", "has a number that no checkpoint can hold: \(error)")
      }
    }
    metadata = [
      "format": Checkpoint.format, "unit": try text(owner.unit), "configuration": owner.digest,
      "progress": try text(progress), "notes": state.text,
    ]
  }

  /// Writes the file atomically: completely or not at all.
  func write(to path: String) throws { try SafeTensors.writeSealed(tensors, metadata: metadata, to: path) }
}

// MARK: - Reading

extension Checkpoint {
  /// Whether a file says in its metadata that it is a checkpoint, of this version or an earlier one.
  static func isCheckpoint(_ file: SafeTensors) -> Bool {
    ([format] + earlierFormats).contains(file.metadata["format"] ?? "")
  }

  /// Loads a checkpoint. Nothing changes when the file is not valid.
  ///
  /// - Parameter steps: the steps in its name.
  /// - Throws: a `Fault` naming what is wrong with the file.
  static func load(
    _ path: String, steps: Int, _ owner: CheckpointOwner, into fitted: inout any FittedMethod
  ) throws -> RunProgress {
    let file = try SafeTensors(opening: path)
    try file.requireSeal()
    try check(file, owner)
    let progress = try value("progress", RunProgress.self, of: file)
    try progress.check(fitted.schedule, at: path)
    guard progress.steps == steps else { throw Fault(at: path, "holds another step than its name says") }
    let state = MethodState(text: file.metadata["notes"] ?? "", tensors: try file.trainedTensors())
    try fitted.restore(state, steps: steps, from: path)
    return progress
  }

  /// - Throws: a `Fault` unless the file is a checkpoint of this unit.
  private static func check(_ file: SafeTensors, _ owner: CheckpointOwner) throws {
    let format = file.metadata["format"] ?? ""
    if earlierFormats.contains(format) {
      throw Fault(at: file.path, "was written by version 0.1, whose checkpoints this version cannot resume")
    }
    guard format == Checkpoint.format else { throw Fault(at: file.path, "is not a `\(Checkpoint.format)`") }
    let unit = try value("unit", WorkUnit.self, of: file)
    guard unit == owner.unit else { throw Fault(at: file.path, "is of another unit, \(unit)") }
    guard file.metadata["configuration"] == owner.digest else {
      throw Fault(at: file.path, "was written with other settings")
    }
  }

  private static func value<Value: Decodable>(_ key: String, _ type: Value.Type, of file: SafeTensors) throws -> Value {
    guard let text = file.metadata[key], let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw Fault(at: file.path, "has no `\(key)` that can be read")
    }
    return value
  }
}

extension SafeTensors {
  /// Every tensor except the checksum's.
  ///
  /// - Throws: a `Fault` when one has another type than F32, or a number that training cannot produce.
  fileprivate func trainedTensors() throws -> [(name: String, tensor: Tensor)] {
    try entries.filter { $0.name != SafeTensors.sealName }.map { entry in
      let name = entry.name
      guard entry.type == .float32 else {
        throw Fault(at: path, "has `\(name)` as \(entry.type.rawValue) \(entry.shape); F32 is needed")
      }
      let isPositive = name.hasSuffix("running_var") || name.contains("adam.second.")
      let tensor = Tensor(entry.shape)
      try withBytes(name) { UnsafeMutableRawBufferPointer(tensor.buffer).copyMemory(from: $0) }
      let least = isPositive ? 0 : -Float.greatestFiniteMagnitude
      guard tensor.buffer.allSatisfy({ $0 >= least && $0 <= .greatestFiniteMagnitude }) else {
        throw Fault(at: path, "has a number in `\(name)` that training cannot produce")
      }
      return (name, tensor)
    }
  }
}
