import Testing

@testable import Coordinator

private func terminal(_ isTerminal: Bool, columns: Int? = 80, _ environment: [String: String] = [:]) -> Terminal {
  Terminal(isTerminal: isTerminal, columns: columns, environment: environment)
}

private let plain = terminal(false)
private let drawn = terminal(true, columns: 80, ["NO_COLOR": "1"])

@Suite struct TerminalTests {
  @Test func colourNeedsATerminalAndNoWordAgainstIt() {
    #expect(terminal(true).hasColour)
    #expect(!terminal(false).hasColour)
    #expect(!terminal(true, columns: 80, ["NO_COLOR": "1"]).hasColour)
    #expect(terminal(true, columns: 80, ["NO_COLOR": ""]).hasColour)  // as no-color.org has it
    #expect(!terminal(true, columns: 80, ["TERM": "dumb"]).hasColour)
  }

  @Test func aRankOfALauncherHasNoTerminal() {
    #expect(!terminal(true, columns: 80, ["OMPI_COMM_WORLD_SIZE": "2"]).isInteractive)
  }

  @Test func theWidthIsKnownOrEighty() {
    #expect(terminal(true, columns: 132).width == 132)
    #expect(terminal(true, columns: nil, ["COLUMNS": "100"]).width == 100)
    #expect(terminal(true, columns: nil).width == 80)
    #expect(terminal(true, columns: 0, [:]).width == 80)
  }
}

@Suite struct ProgressLineTests {
  private let running = SweepProgress.RunningUnit(
    name: "casme2 fold 0, full, seed 1", stage: 2, epoch: 3, epochs: 300, step: 4, steps: 7, share: 0.5)

  @Test func theLineTellsUnitsStageTimeAndTimeLeft() {
    // 4.5 of 10 units are done, 2 of them were before: 2.5 took 50 s, so the other 5.5 take 110 s.
    let progress = SweepProgress(done: 4, failed: 1, total: 10, running: [running])
    #expect(
      ProgressLine.text(progress, 50, 0.2, width: nil, plain)
        == "4/10 units, 1 failed  casme2 fold 0, full, seed 1: stage 2, epoch 3/300, step 4/7  "
        + "0:50, about 1:50 left")
  }

  @Test func elsewhereALineIsPrintedNowAndThen() {
    var line = ProgressLine(terminal: plain, interval: 30)
    let progress = SweepProgress(done: 0, total: 4)
    #expect(line.update(progress, at: 1000) == "0/4 units  0:00\n")
    #expect(line.update(progress, at: 1029.9) == nil)
    #expect(line.update(SweepProgress(done: 2, total: 4), at: 1030) == "2/4 units  0:30, about 0:30 left\n")
    #expect(line.clear() == "")
  }

  @Test func onATerminalTheLineIsRedrawnAndCleared() {
    var line = ProgressLine(terminal: drawn)
    #expect(line.update(SweepProgress(done: 0, total: 4), at: 0) == "\r0/4 units  0:00\u{1B}[K")
    #expect(line.update(SweepProgress(done: 0, total: 4), at: 0.05) == nil)
    #expect(line.update(SweepProgress(done: 4, total: 4), at: 2) == "\r4/4 units  0:02\u{1B}[K")
    #expect(line.clear() == "\r\u{1B}[K")
    #expect(line.clear() == "")
  }

  @Test func aLineNeverGoesOverTheWidth() {
    let progress = SweepProgress(done: 123, failed: 45, total: 678, running: [running, running, running])
    for width in 20...200 {
      let text = ProgressLine.text(progress, 4000, 0, width: width, drawn)
      #expect(text.count <= max(width, 24), "\(width)")
      #expect(text.hasPrefix("123/678 units, 45 failed"))
    }
  }

  @Test func colourIsOnlyOnATerminal() {
    let progress = SweepProgress(done: 1, failed: 1, total: 2)
    #expect(ProgressLine.text(progress, 0, 0, width: 79, terminal(true)).contains("\u{1B}[31m"))
    #expect(!ProgressLine.text(progress, 0, 0, width: nil, plain).contains("\u{1B}"))
  }

  @Test(arguments: [(0.0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (723, "12:03"), (4800, "1:20:00"), (-1, "0:00")])
  func durationsReadAsClocks(_ seconds: Double, _ expected: String) {
    #expect(ProgressLine.duration(seconds) == expected)
  }

  @Test func hugeAndOddNumbersDoNotTrap() {
    #expect(!ProgressLine.duration(.infinity).isEmpty)
    #expect(ProgressLine.duration(.nan) == "0:00")
    #expect(SweepProgress(done: 0, total: 0).share == 1)
    #expect(SweepProgress(done: 9, total: 3).share == 1)
  }
}
