/// How far a sweep is.
struct SweepProgress: Equatable {
  /// Units that ended, failed ones among them.
  var done: Int
  var failed = 0
  var total: Int
  var running: [RunningUnit] = []

  /// A unit in training.
  struct RunningUnit: Equatable {
    /// As people read it: `casme2 fold 0, full, seed 2022`.
    var name: String
    /// Stage of the four, from 1.
    var stage: Int
    /// Epochs of the stage that are done, and all of them.
    var epoch: Int
    var epochs: Int
    /// Steps of the unit that are done, and all of them.
    var step: Int
    var steps: Int
    /// Part of the whole unit that is done, 0 to 1.
    var share: Double
  }

  /// Part of the sweep that is done, 0 to 1, every unit counted alike.
  var share: Double {
    if total <= 0 { return 1 }
    let shares = running.reduce(Double(done)) { $0 + ($1.share > 0 ? min($1.share, 1) : 0) }
    return min(shares / Double(total), 1)
  }
}

/// The line that shows how far a sweep is: redrawn in its place on a terminal, printed now and then elsewhere.
///
/// It formats only: the caller passes the time and prints what comes back.
struct ProgressLine {
  let terminal: Terminal
  /// Seconds between two lines where they cannot be redrawn.
  var interval = 30.0
  /// Seconds between two redraws.
  var redrawInterval = 0.1
  private var start: (seconds: Double, share: Double)?
  private var lastShown: Double?
  private var isDrawn = false

  init(terminal: Terminal, interval: Double = 30) {
    self.terminal = terminal
    self.interval = interval
  }

  /// What to print now, or nil when it is too early for another line.
  ///
  /// - Parameter seconds: time on any steady clock.
  mutating func update(_ progress: SweepProgress, at seconds: Double) -> String? {
    let start = self.start ?? (seconds, progress.share)
    self.start = start
    let wait = terminal.isInteractive ? redrawInterval : interval
    if let lastShown, seconds - lastShown < wait { return nil }
    lastShown = seconds
    let elapsed = max(seconds - start.seconds, 0)
    if !terminal.isInteractive { return ProgressLine.text(progress, elapsed, start.share, width: nil, terminal) + "\n" }
    isDrawn = true
    return "\r" + ProgressLine.text(progress, elapsed, start.share, width: terminal.width - 1, terminal) + "\u{1B}[K"
  }

  /// What to print before any other line, so that it does not run into a drawn one.
  mutating func clear() -> String {
    defer { isDrawn = false }
    return isDrawn ? "\r\u{1B}[K" : ""
  }

  /// The line itself.
  ///
  /// - Parameters:
  ///   - elapsed: seconds since the first line.
  ///   - startShare: part of the sweep that was done then, by an earlier run.
  ///   - width: columns it may take, or nil for as many as it needs.
  static func text(
    _ progress: SweepProgress, _ elapsed: Double, _ startShare: Double, width: Int?, _ terminal: Terminal
  ) -> String {
    let count = "\(progress.done)/\(progress.total) units"
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    var times = "  " + duration(elapsed)
    if let left = secondsLeft(progress.share, elapsed, startShare) { times += ", about \(duration(left)) left" }
    var middle = running(progress.running)
    if !middle.isEmpty { middle = "  " + middle }
    if let width {
      let room = max(width - count.count - failed.count - times.count, 0)
      if middle.count > room { middle = room > 8 ? middle.prefix(room - 1) + "…" : "" }
      if count.count + failed.count + times.count > width { times = "" }
    }
    return terminal.bold(count) + terminal.red(failed) + middle + times
  }

  /// The units in training: the first two, and how many more.
  private static func running(_ units: [SweepProgress.RunningUnit]) -> String {
    var parts = units.prefix(2).map {
      "\($0.name): stage \($0.stage), epoch \($0.epoch)/\($0.epochs), step \($0.step)/\($0.steps)"
    }
    if units.count > 2 { parts.append("\(units.count - 2) more") }
    return parts.joined(separator: "; ")
  }

  /// Seconds that are left if the rest goes as what was done since the start; nil before anything can be said.
  private static func secondsLeft(_ share: Double, _ elapsed: Double, _ startShare: Double) -> Double? {
    let gained = share - startShare
    guard gained > 0.001, elapsed >= 1, share < 1 else { return nil }
    return min(elapsed * (1 - share) / gained, 1e9)
  }

  /// Seconds as `0:07`, `12:03` or `1:20:00`.
  static func duration(_ seconds: Double) -> String {
    let whole = seconds > 0 ? Int(min(seconds, 1e9).rounded()) : 0
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let hours = whole / 3600, minutes = whole / 60 % 60
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(whole % 60)
  }
}
