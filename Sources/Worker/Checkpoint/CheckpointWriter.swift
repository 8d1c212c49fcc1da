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
  }

  /// - Parameter goingOnFrom: steps of the checkpoint that training was taken up from.
  init(_ folder: CheckpointFolder, goingOnFrom steps: Int?) {
    self.folder = folder
    kept = steps.map { [$0] } ?? []
  }

  /// Whether the last checkpoint could not be written; `finish` says why.
  var hasFailed: Bool { flight?.failure.withLock { $0 != nil } ?? false }

  /// Begins to write, once the last checkpoint is on disk.
  ///
  /// - Parameter seconds: spent on the unit so far.
  /// - Throws: a `Fault` when the last one could not be written.
  func write(_ checkpoint: Checkpoint, seconds: Double) throws {
    try finish()
    kept = (kept.filter { $0 != checkpoint.steps } + [checkpoint.steps]).suffix(2)
    let flight = Flight()
    let (folder, kept) = (folder, kept)
    let thread = Thread {
      do {
        try folder.write(seconds: seconds)
        try checkpoint.write(to: folder.file(checkpoint.steps))
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
