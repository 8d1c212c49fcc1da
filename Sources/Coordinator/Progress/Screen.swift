import Foundation
import Synchronization

/// Standard error: lines that stay, and a board below them that is drawn over.
///
/// Whoever prints goes through here, from any thread, so that no line runs into the board. Between two calls the cursor
/// stands at the beginning of the line below the board, and it is never hidden: whenever the program ends, even killed,
/// the terminal is as it should be.
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

  /// Prints a line above the board, which whoever draws it draws again.
  func print(_ line: String) {
    drawn.withLock { drawn in
      write(erasing(drawn) + line + "\n")
      drawn = []
    }
  }

  /// Draws the board anew, in one go so that it does not flicker.
  func draw(_ lines: [StyledText], on terminal: Terminal) {
    drawn.withLock { drawn in
      let up = Screen.rows(drawn, width: terminal.width)
      let body = lines.map { $0.text(on: terminal) + "\u{1B}[K\n" }.joined()
      write("\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + body + "\u{1B}[J")
      drawn = lines.map(\.plain.count)
    }
  }

  /// Takes the board away.
  func clear() {
    drawn.withLock { drawn in
      if !drawn.isEmpty { write(erasing(drawn)) }
      drawn = []
    }
  }

  /// Rows that lines of so many characters take: more than one each where the window has become narrower.
  static func rows(_ lengths: [Int], width: Int) -> Int {
    lengths.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
  }

  private func erasing(_ drawn: [Int]) -> String {
    drawn.isEmpty ? "" : "\r\u{1B}[\(Screen.rows(drawn, width: width()))A\u{1B}[J"
  }
}
