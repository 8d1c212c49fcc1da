import Foundation
import Synchronization

/// Standard error: lines that stay, and below them a board that is redrawn.
///
/// Everything that is printed goes through it, from any thread, so that no line runs into the board. Between two calls
/// the cursor is at the beginning of the line below the board, and it is never hidden: the terminal stays usable
/// whenever the program ends, even when it is killed.
final class Screen: Sendable {
  static let standardError = Screen(
    write: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) },
    width: { Terminal.standardError().width })

  private let write: @Sendable (String) -> Void
  private let width: @Sendable () -> Int
  /// Characters of each line of the board that is on the screen.
  private let drawn = Mutex<[Int]>([])

  /// - Parameters:
  ///   - write: puts text on the screen.
  ///   - width: the screen's columns now.
  init(write: @escaping @Sendable (String) -> Void, width: @escaping @Sendable () -> Int) {
    (self.write, self.width) = (write, width)
  }

  /// Prints a line and erases the board; the next `draw` draws it again below the line.
  func print(_ line: String) {
    drawn.withLock { drawn in
      write(erasing(drawn) + line + "\n")
      drawn = []
    }
  }

  /// Redraws the board, in one write so that it does not flicker.
  func draw(_ lines: [StyledText], on terminal: Terminal) {
    drawn.withLock { drawn in
      let up = Screen.rows(drawn, width: terminal.width)
      let body = lines.map { $0.text(on: terminal) + "\u{1B}[K\n" }.joined()
      write("\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + body + "\u{1B}[J")
      drawn = lines.map(\.plain.count)
    }
  }

  /// Erases the board.
  func clear() {
    drawn.withLock { drawn in
      if !drawn.isEmpty { write(erasing(drawn)) }
      drawn = []
    }
  }

  /// The rows that lines of these lengths take; a line takes several where the window has become narrower.
  static func rows(_ lengths: [Int], width: Int) -> Int {
    lengths.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
  }

  private func erasing(_ drawn: [Int]) -> String {
    drawn.isEmpty ? "" : "\r\u{1B}[\(Screen.rows(drawn, width: width()))A\u{1B}[J"
  }
}
