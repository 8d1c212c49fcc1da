import Foundation

/// The polling of one wait: it first checks again at once, then yields to other processes of the host, then sleeps.
public struct PollingWait {
  private let longestSleep: UInt32
  private var checks = 0
  private var start: ContinuousClock.Instant?
  private var last: ContinuousClock.Instant?
  private var nextSleep: UInt32 = 10

  /// The duration of the wait so far. Time in which this process was stopped does not count.
  public private(set) var duration = Duration.zero
  /// For each rank that is waited for: its last tick count, and the duration of the wait when that last changed.
  var seen: [Int: (ticks: Int, at: Duration)] = [:]
  /// The duration of the wait at which these ranks are checked next.
  var nextCheck = Duration.zero

  /// - Parameter longestSleep: microseconds.
  public init(longestSleep: UInt32 = 100) { self.longestSleep = longestSleep }

  /// Pauses for a time that grows with the wait. Returns whether it is time to check the other ranks.
  public mutating func rest() -> Bool {
    checks += 1
    if checks < 64 { return false }
    let now = ContinuousClock.now
    duration += min(now - (last ?? now), .seconds(1))
    last = now
    guard let start else {
      start = now
      return false
    }
    if now - start < .milliseconds(1) {
      sched_yield()
      return false
    }
    sleep(microseconds: nextSleep)
    nextSleep = min(longestSleep, nextSleep + max(10, nextSleep / 8))
    return true
  }
}
