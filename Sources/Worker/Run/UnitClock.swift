import Core

/// Wall-clock seconds that a unit has taken.
struct UnitClock {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// - Parameter earlier: seconds of the runs before this one.
  init(earlier: Double) { self.earlier = earlier }

  /// Over all runs.
  var seconds: Double { earlier + secondsOfThisRun }

  /// Since this group began with the unit.
  var secondsOfThisRun: Double { (ContinuousClock.now - start).inSeconds }
}

/// How fast the steps of an epoch go, without what lies between them.
struct StepPace {
  private var clips = 0
  private var seconds = 0.0

  mutating func add(clips: Int, since start: ContinuousClock.Instant) {
    self.clips += clips
    seconds += (ContinuousClock.now - start).inSeconds
  }

  /// 0 before the first step.
  var clipsPerSecond: Double { seconds > 0 ? Double(clips) / seconds : 0 }
}
