import Foundation
import Synchronization
import Testing

@testable import Coordinator

func terminal(_ isTerminal: Bool, columns: Int? = 80, _ environment: [String: String] = [:]) -> Terminal {
  Terminal(isTerminal: isTerminal, columns: columns, environment: environment)
}

@Suite struct TerminalTests {
  @Test func colourNeedsATerminalAndNoSettingAgainstIt() {
    #expect(terminal(true).hasColour)
    #expect(!terminal(false).hasColour)
    #expect(!terminal(true, columns: 80, ["NO_COLOR": "1"]).hasColour)
    #expect(terminal(true, columns: 80, ["NO_COLOR": ""]).hasColour)  // as no-color.org defines it
    #expect(!terminal(true, columns: 80, ["TERM": "dumb"]).hasColour)
    #expect(!terminal(false).asInteractive(["NO_COLOR": "1"]).hasColour)
    #expect(terminal(false).asInteractive([:]).hasColour)
  }

  @Test func nothingIsDrawnWhereMpirunAddsPrefixes() {
    #expect(Terminal.addsPrefixes(["OMPI_MCA_orte_tag_output": "1"]))
    #expect(Terminal.addsPrefixes(["OMPI_MCA_orte_timestamp_output": "true"]))
    #expect(!Terminal.addsPrefixes(["OMPI_MCA_orte_tag_output": "0"]))
    #expect(!Terminal.addsPrefixes([:]))
  }

  @Test func theSizeIsKnownOrEightyByTwentyFour() {
    #expect(terminal(true, columns: 132).width == 132)
    #expect(terminal(true, columns: nil, ["COLUMNS": "100"]).width == 100)
    #expect(terminal(true, columns: nil).width == 80)
    #expect(terminal(true, columns: 0).width == 80)
    #expect(Terminal(isTerminal: true, columns: 80, rows: 50, environment: [:]).height == 50)
    #expect(terminal(true, columns: 80, ["LINES": "30"]).height == 30)
    #expect(Terminal(isTerminal: true, columns: 80, rows: 0, environment: [:]).height == 24)
  }
}

/// The text that was written on a test's screen.
private final class Paper: Sendable {
  private let written = Mutex("")
  var text: String { written.withLock { $0 } }
  func write(_ text: String) { written.withLock { $0 += text } }
  func take() -> String {
    written.withLock { text in
      defer { text = "" }
      return text
    }
  }
}

@Suite struct ScreenTests {
  private let paper = Paper()
  private let drawn = terminal(true, columns: 20, ["NO_COLOR": "1"])

  private func screen(width: Int = 20) -> Screen {
    Screen(write: { [paper] in paper.write($0) }, width: { width })
  }

  @Test func aBoardIsRedrawnInPlace() {
    let screen = screen()
    screen.draw([StyledText("one"), StyledText("two")], on: drawn)
    #expect(paper.take() == "\rone\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J")
    screen.draw([StyledText("three")], on: drawn)
    #expect(paper.take() == "\r\u{1B}[2Athree\u{1B}[K\n\u{1B}[J")
    screen.clear()
    #expect(paper.take() == "\r\u{1B}[1A\u{1B}[J")
    screen.clear()
    #expect(paper.take() == "")
  }

  @Test func aLineReplacesTheBoard() {
    let screen = screen()
    screen.print("first")
    #expect(paper.take() == "first\n")
    screen.draw([StyledText("board")], on: drawn)
    _ = paper.take()
    screen.print("a fault")
    #expect(paper.take() == "\r\u{1B}[1A\u{1B}[Ja fault\n")
    screen.print("another")
    #expect(paper.take() == "another\n")
  }

  /// A window that became narrower wraps the lines in it.
  @Test func rowsAreCountedAsTheyWrap() {
    #expect(Screen.rows([], width: 10) == 0)
    #expect(Screen.rows([0, 10], width: 10) == 2)
    #expect(Screen.rows([11, 20, 21], width: 10) == 7)
  }

  @Test func theCursorIsNeverHidden() {
    let screen = screen()
    screen.draw([StyledText("board")], on: drawn)
    screen.print("line")
    screen.clear()
    #expect(!paper.text.contains("?25"))
  }
}

@Suite struct LogFileTests {
  @Test func timesAreInUTC() {
    // date -u -d @1785333787 +%FT%TZ
    #expect(LogFile.stamp(1_785_333_787) == "2026-07-29T14:03:07Z")
    #expect(LogFile.stamp(0) == "1970-01-01T00:00:00Z")
  }

  @Test func linesAreAppendedEachWithItsTime() throws {
    let scratch = try Scratch()
    let log = LogFile(path: try scratch.file("a.log", text: "before\n"))
    try log.check()
    log.append("one\ntwo")
    let lines = try String(contentsOfFile: log.path, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines[0] == "before")
    #expect(lines[1].hasSuffix("Z one") && lines[2].hasSuffix("Z two"))
    #expect(lines[1].count == "2026-07-25T14:03:07Z one".count)
  }

  @Test func aLogThatCannotBeWrittenIsAFault() throws {
    let scratch = try Scratch()
    #expect { try LogFile(path: scratch("none/a.log")).check() } throws: { "\($0)".contains("none/a.log") }
  }
}
