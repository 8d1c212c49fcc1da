import Foundation

/// One wait: at first it looks again at once, then it lets other processes of the machine work, then it naps.
public struct Patience {
  private let longestNap: UInt32
  private var looks = 0
  private var start: ContinuousClock.Instant?
  private var last: ContinuousClock.Instant?
  private var nap: UInt32 = 10

  /// How long so far. Time in which this process was stopped does not count.
  public private(set) var duration = Duration.zero
  /// Of the ranks that are waited for: how far they were when last seen, and after how much of this wait that changed.
  var seen: [Int: (ticks: Int, at: Duration)] = [:]
  /// After how much of this wait they are looked after next.
  var nextLook = Duration.zero

  /// - Parameter longestNap: microseconds.
  public init(longestNap: UInt32 = 100) { self.longestNap = longestNap }

  /// Rests as long as fits the wait so far; says whether it is time to see what the others are at.
  public mutating func rest() -> Bool {
    looks += 1
    if looks < 64 { return false }
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
    sleep(microseconds: nap)
    nap = min(longestNap, nap + max(10, nap / 8))
    return true
  }
}
