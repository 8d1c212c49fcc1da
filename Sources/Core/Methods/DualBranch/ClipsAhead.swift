import Foundation

/// Loads the clips of the next step on a thread of its own while this step computes, so that no step waits for a disk.
final class ClipsAhead {
  private let loader: ClipLoader
  private let sizes: ClipLoader.Sizes
  private var flight: Flight?

  /// Clips on their way.
  private final class Flight: @unchecked Sendable {
    let choices: [ClipChoice]
    let hasEnded = DispatchSemaphore(value: 0)
    // Set by the thread before it signals, read by the one that waited for that.
    var outcome: Result<ClipLoader.Clips, Fault>?

    init(_ choices: [ClipChoice]) { self.choices = choices }
  }

  init(_ loader: ClipLoader, _ sizes: ClipLoader.Sizes) {
    (self.loader, self.sizes) = (loader, sizes)
  }

  /// Whether clips are on their way, or are there and not yet taken.
  var hasBegun: Bool { flight != nil }

  /// What is wrong with the clips on their way, waited for; nil where they are there, or none were.
  var failure: Fault? {
    guard let flight else { return nil }
    flight.hasEnded.wait()
    flight.hasEnded.signal()
    if case .failure(let fault) = flight.outcome { return fault }
    return nil
  }

  /// The chosen clips: those on their way if they are the same, else loaded now by all threads.
  ///
  /// - Throws: a `Fault` naming the clip that cannot be read.
  func take(_ choices: [ClipChoice]) throws -> ClipLoader.Clips {
    if let flight, flight.choices == choices {
      self.flight = nil
      flight.hasEnded.wait()
      if let outcome = flight.outcome { return try outcome.get() }
    }
    return try loader.load(choices, sizes)
  }

  /// Begins to load what will be taken next; what was on its way and not taken is forgotten.
  func begin(_ choices: [ClipChoice]) {
    let flight = Flight(choices)
    let (loader, sizes) = (loader, sizes)
    let thread = Thread {
      do {
        flight.outcome = .success(try loader.load(choices, sizes, onOneThread: true))
      } catch {
        flight.outcome = .failure(error as? Fault ?? Fault(at: loader.store.path, "cannot be read: \(error)"))
      }
      flight.hasEnded.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    self.flight = flight
  }
}
