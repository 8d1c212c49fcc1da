import Core
import Foundation
import Synchronization

/// Writes checkpoints while training continues, one at a time, and keeps the last two.
final class CheckpointWriter {
  private let folder: CheckpointFolder
  /// Steps of the checkpoints to keep, the newest last.
  private var kept: [Int]
  private var pending: PendingWrite?

  /// A checkpoint that is being written by another thread.
  private final class PendingWrite: Sendable {
    let hasEnded = DispatchSemaphore(value: 0)
    let failure = Mutex<Fault?>(nil)
    /// Nil after it is written.
    private let checkpoint: Mutex<Checkpoint?>

    init(_ checkpoint: Checkpoint) { self.checkpoint = Mutex(checkpoint) }

    /// Writes the checkpoint and frees its memory.
    func write(to path: String) throws {
      try checkpoint.withLock { checkpoint in
        defer { checkpoint = nil }
        try checkpoint?.write(to: path)
      }
    }
  }

  init(_ folder: CheckpointFolder) {
    self.folder = folder
    kept = []
  }

  /// Keeps the checkpoint that training was resumed from, if any, until there are newer ones.
  func keep(_ steps: Int?) { kept = steps.map { [$0] } ?? [] }

  /// Whether the last checkpoint could not be written; `finish` says why.
  var hasFailed: Bool { pending?.failure.withLock { $0 != nil } ?? false }

  /// Starts to write a checkpoint, after the last one is on disk.
  ///
  /// - Parameters:
  ///   - checkpoint: evaluated after the last one is written, so that there is only one copy of the state in memory.
  ///   - seconds: spent on the unit so far.
  /// - Throws: a `Fault` when the last one could not be written.
  func write(_ checkpoint: @autoclosure () throws -> Checkpoint, seconds: Double) throws {
    try finish()
    let checkpoint = try checkpoint()
    kept = (kept.filter { $0 != checkpoint.steps } + [checkpoint.steps]).suffix(2)
    let pending = PendingWrite(checkpoint)
    let (folder, kept, path) = (folder, kept, folder.file(checkpoint.steps))
    let thread = Thread {
      do {
        try folder.write(seconds: seconds)
        try pending.write(to: path)
        folder.remove(allBut: kept)
      } catch {
        pending.failure.withLock { $0 = error as? Fault ?? Fault(at: folder.path, "cannot be written: \(error)") }
      }
      pending.hasEnded.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    self.pending = pending
  }

  /// Waits until the checkpoint is on disk.
  ///
  /// - Throws: a `Fault` when it could not be written.
  func finish() throws {
    guard let pending else { return }
    self.pending = nil
    pending.hasEnded.wait()
    if let failure = pending.failure.withLock({ $0 }) { throw failure }
  }
}
