import Core
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
    var clips: ClipLoader.Clips?

    init(_ choices: [ClipChoice]) { self.choices = choices }
  }

  init(_ loader: ClipLoader, _ sizes: ClipLoader.Sizes) {
    (self.loader, self.sizes) = (loader, sizes)
  }

  /// The chosen clips: those on their way if they are the same, else loaded now by all threads.
  func take(_ choices: [ClipChoice]) -> ClipLoader.Clips {
    if let flight, flight.choices == choices {
      self.flight = nil
      flight.hasEnded.wait()
      if let clips = flight.clips { return clips }
    }
    return loader.load(choices, sizes)
  }

  /// Begins to load what will be taken next; what was on its way and not taken is forgotten.
  func begin(_ choices: [ClipChoice]) {
    let flight = Flight(choices)
    let (loader, sizes) = (loader, sizes)
    let thread = Thread {
      flight.clips = loader.load(choices, sizes, onOneThread: true)
      flight.hasEnded.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    self.flight = flight
  }
}
