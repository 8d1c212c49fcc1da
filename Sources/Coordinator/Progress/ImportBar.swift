import Core

/// The progress bar of an import: redrawn on a terminal, elsewhere a new line at intervals.
///
/// It only formats: the caller passes the time and prints what it returns.
struct ImportBar {
  let terminal: Terminal
  /// Seconds between two lines where they cannot be redrawn.
  var interval = 15.0
  /// Seconds between two redraws.
  var redrawInterval = 0.1
  private var lastShown: Double?
  private var isDrawn = false

  init(terminal: Terminal) { self.terminal = terminal }

  /// What to print now; nil when it is too early for another line.
  ///
  /// - Parameter seconds: since the import began.
  mutating func update(done: Int, of total: Int, at seconds: Double) -> String? {
    guard terminal.isInteractive else {
      // A short import prints nothing before its report.
      let last = lastShown ?? 0
      guard seconds - last >= interval else { return nil }
      lastShown = seconds
      return ImportBar.text(done, total, seconds) + "\n"
    }
    if let lastShown, seconds - lastShown < redrawInterval, done < total { return nil }
    lastShown = seconds
    isDrawn = true
    let text = ImportBar.text(done, total, seconds)
    let room = min(terminal.width - 1 - text.count - 3, 40)
    guard room >= 5 else { return "\r" + text.prefix(terminal.width - 1) + "\u{1B}[K" }
    let full = total > 0 ? min(room, room * done / total) : room
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: room - full)
    return "\r[\(bar)] \(text)\u{1B}[K"
  }

  /// What to print before any other line, so that it does not run into the bar.
  mutating func clear() -> String {
    defer { isDrawn = false }
    return isDrawn ? "\r\u{1B}[K" : ""
  }

  private static func text(_ done: Int, _ total: Int, _ seconds: Double) -> String {
    var text = "\(done)/\(total) clips  \(ProgressLine.clock(seconds))"
    if done > 0, done < total, seconds >= 1 {
      text += ", about \(ProgressLine.clock(seconds * Double(total - done) / Double(done))) left"
    }
    return text
  }
}

extension ImportBar {
  /// Does work that reads clips and shows its progress; nil where a signal stopped it.
  ///
  /// - Parameters:
  ///   - noun: what is stopped, for people.
  ///   - work: gets what it calls with the clips done and the clips in all, and what says whether to stop.
  static func showing<Result>(
    _ noun: String, _ console: Console, _ work: ((Int, Int) -> Void, () -> Bool) throws -> Result
  ) throws -> Result? {
    var bar = ImportBar(terminal: .standardError())
    let start = ContinuousClock.now
    func show(_ done: Int, _ total: Int) {
      let seconds = (ContinuousClock.now - start).inSeconds
      if let text = bar.update(done: done, of: total, at: seconds) { console.draw(text) }
    }
    do {
      // Before anything else is printed, faults too: it must not run into the bar.
      defer { console.draw(bar.clear()) }
      return try work(show, { StopSignal.isRaised })
    } catch is ImportStopped {
      console.note("\(Program.name): the \(noun) was stopped; nothing was written")
      return nil
    }
  }
}
