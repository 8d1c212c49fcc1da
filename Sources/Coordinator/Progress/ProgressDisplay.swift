import Core
import Foundation
import Synchronization

/// Shows the progress of a sweep: as a board on a terminal, as plain lines elsewhere and in the log.
final class ProgressDisplay: Sendable {
  /// How progress is shown; `automatic` is a board on a terminal, and lines elsewhere.
  enum Style: String, CaseIterable {
    case automatic = "auto"
    case board, lines, none
  }

  private struct State {
    var progress: SweepProgress?
    var received = ContinuousClock.now
    var drawn: ContinuousClock.Instant?
    var isEnded = false
  }

  private let style: Style
  private let console: Console
  private let screen: Screen
  private let state = Mutex(State())
  private let ending = DispatchSemaphore(value: 0)

  /// The least time between two drawings of the board when progress arrives. Without progress it is drawn every second,
  /// because it shows times.
  private static let shortest = Duration.milliseconds(100)

  init(_ style: Style, _ console: Console, screen: Screen = .standardError) {
    let automatic: Style = Terminal.standardError().isInteractive ? .board : .lines
    self.style = console.isQuiet ? .none : style == .automatic ? automatic : style
    (self.console, self.screen) = (console, screen)
    if self.style == .board, console.speaks { startClock() }
  }

  /// Whether new progress would be drawn now.
  var isDue: Bool {
    guard style == .board else { return false }
    return state.withLock { state in state.drawn.map { .now - $0 >= ProgressDisplay.shortest } ?? true }
  }

  /// Takes new progress of the sweep.
  func show(_ progress: SweepProgress) {
    guard style == .board else { return }
    state.withLock { state in
      (state.progress, state.received) = (progress, .now)
      if let drawn = state.drawn, .now - drawn < ProgressDisplay.shortest { return }
      draw(&state)
    }
  }

  /// Prints the line of an epoch that has ended, where there is no board.
  func note(epoch line: String) {
    if style == .lines { console.note(line) } else { console.keep(line) }
  }

  /// Prints the line of a unit that has ended, above the board where there is one.
  func note(end line: String) {
    switch style {
    case .none: console.keep(line)
    case .board:
      if console.speaks { screen.print(StyledText(line).cut(to: Terminal.standardError().width - 1).plain) }
      console.keep(line)
    default: console.note(line)
    }
  }

  /// Removes the board; nothing is drawn afterwards.
  func end() {
    state.withLock { $0.isEnded = true }
    ending.signal()
    if style == .board { screen.clear() }
  }

  private func startClock() {
    let thread = Thread { [self] in
      while ending.wait(timeout: .now() + 1) == .timedOut {
        state.withLock { draw(&$0) }
      }
    }
    thread.name = "board"
    thread.start()
  }

  private func draw(_ state: inout State) {
    guard !state.isEnded, let progress = state.progress else { return }
    state.drawn = .now
    var terminal = Terminal.standardError()
    // The user asked for a board where no terminal can be detected, for instance under srun.
    if !terminal.isInteractive { terminal = terminal.asInteractive() }
    let now = progress.later(by: (ContinuousClock.now - state.received).inSeconds)
    // The last column and the last row stay empty: some terminals wrap or scroll when they are filled.
    screen.draw(ProgressBoard.lines(now, width: terminal.width - 1, height: terminal.height - 1), on: terminal)
  }
}
