import Foundation

/// Loads the clips of the next step on another thread while this step computes, so that no step waits for a disk.
final class ClipsAhead {
  private let loader: ClipLoader
  private let sizes: ClipLoader.Sizes
  private var pending: PendingLoad?

  /// Clips that are being loaded.
  private final class PendingLoad: @unchecked Sendable {
    let choices: [ClipChoice]
    let hasEnded = DispatchSemaphore(value: 0)
    // Set by the loading thread before it signals, and read after waiting for that signal.
    var outcome: Result<ClipLoader.Clips, Fault>?

    init(_ choices: [ClipChoice]) { self.choices = choices }
  }

  init(_ loader: ClipLoader, _ sizes: ClipLoader.Sizes) {
    (self.loader, self.sizes) = (loader, sizes)
  }

  /// Whether clips are being loaded, or are loaded and not yet taken.
  var hasBegun: Bool { pending != nil }

  /// Waits for the clips that are being loaded and returns their error; nil when they are loaded, or none were
  /// requested.
  var failure: Fault? {
    guard let pending else { return nil }
    pending.hasEnded.wait()
    pending.hasEnded.signal()
    if case .failure(let fault) = pending.outcome { return fault }
    return nil
  }

  /// Returns the chosen clips: those that were loaded ahead if they are the same, otherwise they are loaded now by all
  /// threads.
  ///
  /// - Throws: a `Fault` naming the clip that cannot be read.
  func take(_ choices: [ClipChoice]) throws -> ClipLoader.Clips {
    if let pending, pending.choices == choices {
      self.pending = nil
      pending.hasEnded.wait()
      if let outcome = pending.outcome { return try outcome.get() }
    }
    return try loader.load(choices, sizes)
  }

  /// Starts to load the clips that will be taken next; clips that were loaded before and not taken are dropped.
  func begin(_ choices: [ClipChoice]) {
    let pending = PendingLoad(choices)
    let (loader, sizes) = (loader, sizes)
    let thread = Thread {
      do {
        pending.outcome = .success(try loader.load(choices, sizes, onOneThread: true))
      } catch {
        pending.outcome = .failure(error as? Fault ?? Fault(at: loader.store.path, "cannot be read: \(error)"))
      }
      pending.hasEnded.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    self.pending = pending
  }
}
