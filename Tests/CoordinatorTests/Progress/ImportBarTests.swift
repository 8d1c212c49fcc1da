import Testing

@testable import Coordinator

private func terminal(_ isTerminal: Bool, _ columns: Int = 60) -> Terminal {
  Terminal(isTerminal: isTerminal, columns: columns, environment: [:])
}

@Suite struct ImportBarTests {
  @Test func aTerminalGetsABarThatIsRedrawn() {
    var bar = ImportBar(terminal: terminal(true))
    #expect(bar.clear() == "")
    #expect(bar.update(done: 0, of: 8, at: 0) == "\r[\(String(repeating: "-", count: 40))] 0/8 clips  0:00\u{1B}[K")
    #expect(bar.update(done: 1, of: 8, at: 0.05) == nil, "too early")
    let half = String(repeating: "#", count: 12) + String(repeating: "-", count: 12)
    #expect(bar.update(done: 4, of: 8, at: 5) == "\r[\(half)] 4/8 clips  0:05, about 0:05 left\u{1B}[K")
    #expect(bar.update(done: 8, of: 8, at: 5.01)?.contains("8/8 clips") == true, "the last is never too early")
    #expect(bar.clear() == "\r\u{1B}[K" && bar.clear() == "")
  }

  @Test func aNarrowTerminalGetsNoMoreThanItHolds() {
    var bar = ImportBar(terminal: terminal(true, 20))
    #expect(bar.update(done: 100, of: 200, at: 50) == "\r100/200 clips  0:50\u{1B}[K")
  }

  @Test func withoutATerminalALineIsPrintedAtIntervals() {
    var bar = ImportBar(terminal: terminal(false))
    #expect(bar.update(done: 1, of: 8, at: 1) == nil)
    #expect(bar.update(done: 4, of: 8, at: 20) == "4/8 clips  0:20, about 0:20 left\n")
    #expect(bar.update(done: 5, of: 8, at: 30) == nil)
    #expect(bar.clear() == "")
  }
}
