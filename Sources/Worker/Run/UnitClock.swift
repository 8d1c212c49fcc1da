import Core

/// The wall-clock time of a unit.
struct UnitClock {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// - Parameter earlier: seconds of earlier runs of the unit.
  init(earlier: Double) { self.earlier = earlier }

  /// Seconds of all runs.
  var seconds: Double { earlier + secondsOfThisRun }

  /// Seconds since this group started the unit.
  var secondsOfThisRun: Double { (ContinuousClock.now - start).inSeconds }
}

/// The speed of the steps of an epoch, without the time between them.
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
