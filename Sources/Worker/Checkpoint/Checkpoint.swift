import Core
import Foundation

/// What decides whose checkpoint a file is.
struct CheckpointOwner: Equatable {
  let unit: WorkUnit
  /// The configuration's.
  let digest: String
}

/// A unit's state at one moment, on its way to a file; training may go on meanwhile.
///
/// The file has nothing of ranks, threads or clocks in it: the same state gives the same bytes.
struct Checkpoint: Sendable {
  /// The layout of the file; another one is not read.
  private static let format = "microfold checkpoint 2"
  /// Of version 0.1.
  private static let earlierFormats = ["microfold checkpoint 1", "microfold method checkpoint 1"]

  /// Steps taken, all epochs.
  let steps: Int
  private let tensors: [SafeTensors.Content]
  private let metadata: [String: String]

  /// Copies a state.
  ///
  /// - Throws: a `Fault` when a number of it cannot be written.
  init(_ progress: RunProgress, _ state: MethodState, _ owner: CheckpointOwner) throws {
    steps = progress.steps
    tensors = state.tensors.map { SafeTensors.Content($0.name, frozen: $0.tensor.copy()) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String {
      do {
        return String(decoding: try encoder.encode(value), as: UTF8.self)
      } catch {
        throw Fault(at: "\(owner.unit)", "has a number that no checkpoint can hold: \(error)")
      }
    }
    metadata = [
      "format": Checkpoint.format, "unit": try text(owner.unit), "configuration": owner.digest,
      "progress": try text(progress), "notes": state.text,
    ]
  }

  /// Writes the file, whole or not at all.
  func write(to path: String) throws { try SafeTensors.writeSealed(tensors, metadata: metadata, to: path) }
}

// MARK: - Reading

extension Checkpoint {
  /// Whether a file says that it is a checkpoint, of this version or an earlier one.
  static func isOne(_ file: SafeTensors) -> Bool {
    ([format] + earlierFormats).contains(file.metadata["format"] ?? "")
  }

  /// Takes everything from a checkpoint; nothing is taken from one that is not as it should be.
  ///
  /// - Parameter steps: what its name says.
  /// - Throws: a `Fault` saying what is wrong with the file.
  static func load(
    _ path: String, steps: Int, _ owner: CheckpointOwner, into fitted: inout any FittedMethod
  ) throws -> RunProgress {
    let file = try SafeTensors(opening: path)
    try file.requireSeal()
    try check(file, owner)
    let progress = try value("progress", RunProgress.self, of: file)
    try progress.check(fitted.schedule, at: path)
    guard progress.steps == steps else { throw Fault(at: path, "is of another step than its name says") }
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
    guard format == Checkpoint.format else { throw Fault(at: file.path, "is no `\(Checkpoint.format)`") }
    let unit = try value("unit", WorkUnit.self, of: file)
    guard unit == owner.unit else { throw Fault(at: file.path, "is of another unit, \(unit)") }
    guard file.metadata["configuration"] == owner.digest else {
      throw Fault(at: file.path, "is of another configuration")
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
  /// Every tensor but the seal.
  ///
  /// - Throws: a `Fault` when one has another type than F32, or a number that training cannot have made.
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
        throw Fault(at: path, "has a number in `\(name)` that training cannot have made")
      }
      return (name, tensor)
    }
  }
}
