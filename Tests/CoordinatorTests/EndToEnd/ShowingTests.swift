import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// What a sweep shows while it runs: on a terminal, elsewhere, and in its log.
@Suite struct ShowingTests {
  private let scratch: Scratch
  private let words: [String]

  init() throws {
    scratch = try Scratch()
    words = ["sweep", "--config", try TinySweep.write(in: scratch), "--output", scratch("run"), "--threads", "1"]
  }

  /// Runs the program with standard error on a terminal of so many columns, and gives what it wrote there.
  private func onTerminal(_ arguments: [String], columns: UInt16, ranks: Int? = nil) throws -> String {
    // What posix_openpt, grantpt and unlockpt do on Linux.
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, UInt32) = (0, 0)
    let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    try #require(terminal >= 0 && ioctl(terminal, unlock, &lock) == 0 && ioctl(terminal, getNumber, &number) == 0)
    let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(other >= 0)
    var size = winsize(ws_row: 12, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
    let process = try BuiltProgram.process(arguments, ranks: ranks, in: scratch)
    process.environment?["TERM"] = "xterm"
    process.environment?["NO_COLOR"] = nil
    process.standardError = FileHandle(fileDescriptor: other, closeOnDealloc: false)
    try process.run()
    close(other)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    // A terminal whose other side is closed gives an error, which ends this.
    while case let count = read(terminal, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    process.waitUntilExit()
    close(terminal)
    #expect(process.terminationStatus == 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The lines of the board, without escape sequences.
  private func boardLines(_ text: String) -> [String] {
    text.replacing(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "").split { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }
      .map(String.init)
  }

  @Test func aTerminalHasABoardThatFits() throws {
    let text = try onTerminal(words, columns: 60)
    #expect(text.contains(#/\u{1B}\[[0-9]+A/#), "it is drawn over")
    #expect(text.contains("\u{1B}[J") && !text.contains("?25l"))
    let lines = boardLines(text)
    let sweeps = lines.filter { $0.contains("/\(TinySweep.units) units") }
    #expect(!sweeps.isEmpty)
    for line in lines where line.contains("dataset") || line.hasPrefix("synth-") {
      #expect(line.count <= 59, "\(line)")
    }
    for line in sweeps { #expect(line.count <= 59, "\(line)") }
  }

  @Test func aTerminalBehindMpirunHasABoardToo() throws {
    let text = try onTerminal(words, columns: 70, ranks: 2)
    #expect(text.contains("\u{1B}[J") && boardLines(text).contains { $0.contains("dataset") && $0.contains("epoch") })
  }

  @Test func elsewhereEveryEpochIsALine() throws {
    let ending = try BuiltProgram.run(words + ["--log", scratch("a.log")], in: scratch)
    #expect(ending.status == 0)
    // Two epochs of IDNet and four of MENet a unit.
    let epochs = ending.errors.filter { $0.contains(": stage ") && $0.contains("epoch ") && $0.contains("loss ") }
    #expect(epochs.count == 6 * TinySweep.units)
    #expect(ending.errors.count { $0.contains(": done, accuracy ") } == TinySweep.units)
    #expect(ending.errors.allSatisfy { !$0.contains("\u{1B}") })
    let log = try String(contentsOfFile: scratch("a.log"), encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(log.map { String($0.dropFirst(21)) } == ending.errors + ending.output)
  }

  @Test func quietSaysTheLastLineAlone() throws {
    let ending = try BuiltProgram.run(words + ["--quiet", "--log", scratch("a.log")], in: scratch)
    #expect(ending.status == 0 && ending.output == ["report: \(scratch("run"))/report/index.html"])
    #expect(ending.errors.allSatisfy { $0.hasPrefix("binding:") || $0.contains("fold") && !$0.contains("epoch") })
    let log = try String(contentsOfFile: scratch("a.log"), encoding: .utf8)
    #expect(log.contains("epoch 2/2") && log.contains("report: "))
  }

  @Test func aLogThatCannotBeWrittenEndsItBeforeTraining() throws {
    let ending = try BuiltProgram.run(words + ["--log", scratch("none/a.log")], ranks: 2, in: scratch)
    #expect(ending.faults.count == 1 && ending.faults[0].contains("none/a.log"), "\(ending.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch("run/report")))
  }

  @Test func doctorSaysWhatASweepNeeds() throws {
    let good = try BuiltProgram.run(
      ["doctor", "--config", words[2], "--output", scratch("run")], ranks: 2, in: scratch)
    #expect(good.status == 0, "\(good.output)")
    #expect(good.output.contains { $0.hasPrefix("✓ memory") && $0.contains("2 × ") })
    #expect(good.output.contains { $0.contains("rank 1 on ") })
    #expect(!FileManager.default.fileExists(atPath: scratch("run")), "nothing is made")
    let missing = try scratch.file(
      "missing.json", text: #"{"datasets": [{"name": "a", "store": "none.safetensors", "classes": "samm-5"}]}"#)
    let bad = try BuiltProgram.run(["doctor", "--config", missing, "--json"], in: scratch)
    #expect(bad.status == 1)
    let text = Data(bad.output.joined(separator: "\n").utf8)
    let figures = try JSONSerialization.jsonObject(with: text) as? [String: Any]
    #expect(figures?["well"] as? Bool == false)
  }
}
