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
  enum Format: String, CaseIterable {
    case training = "microfold checkpoint 1"
    /// Of a method that is no variant of the dual-branch network.
    case method = "microfold method checkpoint 1"
  }

  /// Steps taken, all stages; of a method, rounds.
  let steps: Int
  private let tensors: [SafeTensors.Content]
  private let metadata: [String: String]

  /// - Parameters:
  ///   - progress: what is no tensor.
  ///   - tensors: nobody writes to them any more.
  /// - Throws: a `Fault` when a number of it cannot be written.
  init(
    _ format: Format, steps: Int, progress: some Encodable, tensors: [SafeTensors.Content], _ owner: CheckpointOwner
  ) throws {
    (self.steps, self.tensors) = (steps, tensors)
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
      "format": format.rawValue, "unit": try text(owner.unit), "configuration": owner.digest,
      "progress": try text(progress),
    ]
  }

  /// Copies the state of training.
  init(_ state: TrainingState, _ schedule: TrainingSchedule, _ owner: CheckpointOwner) throws {
    try self.init(
      .training, steps: state.steps(schedule), progress: state.progress,
      tensors: state.tensors.map { SafeTensors.Content($0.name, frozen: $0.tensor.copy()) }
        + state.tally.tensors.map { SafeTensors.Content($0.name, frozen: $0.tensor) }, owner)
  }

  /// Writes the file, whole or not at all.
  func write(to path: String) throws { try SafeTensors.writeSealed(tensors, metadata: metadata, to: path) }
}

// MARK: - Reading

extension TrainingState {
  /// Takes everything from a checkpoint; nothing is taken from one that is not as it should be.
  ///
  /// - Parameters:
  ///   - steps: what its name says.
  ///   - clips: names of the training clips.
  /// - Throws: a `Fault` saying what is wrong with the file.
  mutating func load(
    _ path: String, steps: Int, _ schedule: TrainingSchedule, clips: Set<String>, _ owner: CheckpointOwner
  ) throws {
    let file = try SafeTensors(opening: path)
    let progress = try Checkpoint.progress(TrainingProgress.self, of: file, .training, owner)
    try progress.check(schedule, clips: clips, modules: Set(self.progress.optimizerSteps.keys), at: path)
    guard steps == progress.epochs.count * schedule.batches + progress.batches else {
      throw Fault(at: path, "is of another step than its name says")
    }
    var state = self
    state.progress = progress
    let tallied = EpochTally.shapes(clips: progress.clips, width: branch.menet.shape.features)
    let all = state.tensors
    try file.require(all.map { ($0.name, $0.tensor.shape) } + tallied)
    for (name, tensor) in all { try file.copy(name, into: tensor) }
    state.tally = try EpochTally(progress.losses, clips: progress.clips, from: file)
    self = state
  }
}

extension Checkpoint {
  /// What a sealed file says beside its tensors, if it is this unit's.
  ///
  /// - Throws: a `Fault` when its seal does not fit, or it is something else.
  static func progress<Progress: Decodable>(
    _ type: Progress.Type, of file: SafeTensors, _ format: Format, _ owner: CheckpointOwner
  ) throws -> Progress {
    try file.requireSeal()
    func value<Value: Decodable>(_ key: String, _ type: Value.Type) throws -> Value {
      guard let text = file.metadata[key], let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
        throw Fault(at: file.path, "has no `\(key)` that can be read")
      }
      return value
    }
    guard file.metadata["format"] == format.rawValue else {
      throw Fault(at: file.path, "is no `\(format.rawValue)`")
    }
    let unit = try value("unit", WorkUnit.self)
    guard unit == owner.unit else { throw Fault(at: file.path, "is of another unit, \(unit)") }
    guard file.metadata["configuration"] == owner.digest else {
      throw Fault(at: file.path, "is of another configuration")
    }
    return try value("progress", type)
  }
}

extension SafeTensors {
  /// - Throws: a `Fault` unless the file has these tensors and its seal, no others, all F32 and finite.
  func require(_ tensors: [(name: String, shape: [Int])]) throws {
    for (name, shape) in tensors {
      let entry = try entry(name)
      guard entry.type == .float32, entry.shape == shape else {
        throw Fault(at: path, "has `\(name)` as \(entry.type.rawValue) \(entry.shape); F32 \(shape) is needed")
      }
      let isPositive = name.hasSuffix("running_var") || name.contains("adam.second.")
      guard try withBytes(name, { isSound($0, isPositive: isPositive) }) else {
        throw Fault(at: path, "has a number in `\(name)` that training cannot have made")
      }
    }
    guard entries.count == tensors.count + 1 else { throw Fault(at: path, "has tensors that no checkpoint has") }
  }

  /// Whether all numbers are finite, and none below 0 where that cannot be.
  private func isSound(_ bytes: UnsafeRawBufferPointer, isPositive: Bool) -> Bool {
    let least = isPositive ? 0 : -Float.greatestFiniteMagnitude
    return stride(from: 0, to: bytes.count, by: 4).allSatisfy { place in
      let value = bytes.loadUnaligned(fromByteOffset: place, as: Float.self)
      return value >= least && value <= .greatestFiniteMagnitude
    }
  }

  /// Copies a tensor that `require` found to fit.
  func copy(_ name: String, into tensor: Tensor) throws {
    try withBytes(name) { UnsafeMutableRawBufferPointer(tensor.buffer).copyMemory(from: $0) }
  }
}

// MARK: - The tally

extension EpochTally {
  /// The features of the epoch that is under way, `[clips, features]`, where there are any.
  var tensors: [(name: String, tensor: Tensor)] {
    guard !clips.isEmpty else { return [] }
    return [("tally.motion", motion), ("tally.identity", identity)].map { name, rows in
      (name, Tensor([rows.count, rows[0].count], rows.flatMap { $0 }))
    }
  }

  /// Names and shapes of a tally's tensors.
  fileprivate static func shapes(clips: [String], width: Int) -> [(name: String, shape: [Int])] {
    clips.isEmpty ? [] : [("tally.motion", [clips.count, width]), ("tally.identity", [clips.count, width])]
  }

  /// - Parameter file: has the tally's tensors, as was checked.
  fileprivate init(_ losses: MeanLosses, clips: [String], from file: SafeTensors) throws {
    func rows(_ name: String) throws -> [[Float]] {
      guard !clips.isEmpty else { return [] }
      let floats = try file.floats(name)
      let width = floats.count / clips.count
      return clips.indices.map { Array(floats[$0 * width..<($0 + 1) * width]) }
    }
    self.init(losses: losses, clips: clips, motion: try rows("tally.motion"), identity: try rows("tally.identity"))
  }
}
