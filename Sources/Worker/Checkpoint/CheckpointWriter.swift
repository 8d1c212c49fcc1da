import Core
import Foundation
import Synchronization

/// Writes checkpoints while training goes on, one at a time, and keeps the last two.
final class CheckpointWriter {
  private let folder: CheckpointFolder
  /// Steps of the checkpoints that are known to be good, the newest last.
  private var kept: [Int]
  private var flight: Flight?

  /// A checkpoint on its way to the disk.
  private final class Flight: Sendable {
    let hasEnded = DispatchSemaphore(value: 0)
    let failure = Mutex<Fault?>(nil)
    /// Until it is written.
    private let checkpoint: Mutex<Checkpoint?>

    init(_ checkpoint: Checkpoint) { self.checkpoint = Mutex(checkpoint) }

    /// Writes the checkpoint; its memory is free again when this returns.
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

  /// Keeps the checkpoint that training was resumed from, if there was one, until there are newer ones.
  func keep(_ steps: Int?) { kept = steps.map { [$0] } ?? [] }

  /// Whether the last checkpoint could not be written; `finish` says why.
  var hasFailed: Bool { flight?.failure.withLock { $0 != nil } ?? false }

  /// Begins to write, once the last checkpoint is on disk.
  ///
  /// - Parameters:
  ///   - checkpoint: made when the last one is written, so that there is one copy of the state at a time.
  ///   - seconds: spent on the unit so far.
  /// - Throws: a `Fault` when the last one could not be written.
  func write(_ checkpoint: @autoclosure () throws -> Checkpoint, seconds: Double) throws {
    try finish()
    let checkpoint = try checkpoint()
    kept = (kept.filter { $0 != checkpoint.steps } + [checkpoint.steps]).suffix(2)
    let flight = Flight(checkpoint)
    let (folder, kept, path) = (folder, kept, folder.file(checkpoint.steps))
    let thread = Thread {
      do {
        try folder.write(seconds: seconds)
        try flight.write(to: path)
        folder.remove(allBut: kept)
      } catch {
        flight.failure.withLock { $0 = error as? Fault ?? Fault(at: folder.path, "cannot be written: \(error)") }
      }
      flight.hasEnded.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    self.flight = flight
  }

  /// Waits until the checkpoint is on disk.
  ///
  /// - Throws: a `Fault` when it could not be written.
  func finish() throws {
    guard let flight else { return }
    self.flight = nil
    flight.hasEnded.wait()
    if let failure = flight.failure.withLock({ $0 }) { throw failure }
  }
}
