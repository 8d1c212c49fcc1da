import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// Sweeps in which programs are methods beside others.
@Suite(.serialized) struct ProgramSweepTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// An element of `methods`.
  private func entry(_ name: String, _ command: [String], _ more: String = "") -> String {
    "{\"name\": \"\(name)\", \"command\": \(command)\(more)}"
  }

  private func sample(_ name: String, _ mode: SampleProgram.Mode, _ more: String = "") throws -> String {
    entry(name, try SampleProgram.command(mode, in: scratch), more)
  }

  /// Writes the sweep file and gives the words that run it.
  private func words(_ methods: [String], output: String = "run", ranksPerFold: Int = 1) throws -> [String] {
    let path = try TinySweep.write(in: scratch)
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "[\"menet\"]", with: "[\(methods.joined(separator: ", "))]")
    try scratch.file("sweep.json", text: text)
    return [
      "sweep", "--config", path, "--output", scratch(output), "--threads", "1", "--progress", "none",
      "--ranks-per-fold", "\(ranksPerFold)",
    ]
  }

  private func run(_ words: [String], ranks: Int? = nil) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(words, ranks: ranks, in: scratch)
  }

  /// The paths of all files of the run, which may still be working.
  private var names: [String] {
    FileManager.default.enumerator(atPath: scratch("run"))?.compactMap { $0 as? String } ?? []
  }

  private func report(_ name: String, _ output: String = "run") throws -> String {
    try String(contentsOfFile: scratch("\(output)/report/\(name)"), encoding: .utf8)
  }

  @Test func aProgramIsScoredAndReportedLikeTheOthers() throws {
    let methods = ["\"majority\"", try sample("mine", .good, ", \"title\": \"My own\"")]
    let end = try run(words(methods, ranksPerFold: 2), ranks: 2)
    try #require(end.status == 0, "\(end.errors)")
    let results = try TinySweep.results(of: scratch("run"))
    #expect(results.count == 8 && results.count { $0.variant.rawValue == "mine" } == 4)
    for result in results where result.variant.rawValue == "mine" {
      #expect((result.repeatDifference == 0) == (result.fold == 0))
    }
    let page = try report("index.html")
    #expect(page.contains("My own") && page.contains("Majority class"))
    #expect(try report("report.md").contains("My own"))
    #expect(try report("results.csv").contains(",mine,"))
    #expect(try report("report.json").contains("\"repeatable\": true"))
    #expect(!page.contains("not repeatable") && !page.contains("Not repeatable"))
    #expect(!names.contains { $0.contains("checkpoint") })
    // On one rank, the same figures; and every command knows the method.
    #expect(try run(words(methods, output: "other")).status == 0)
    #expect(try report("report.json") == report("report.json", "other"))
    let status = try run(["status", scratch("run")])
    #expect(status.status == 0, "\(status.output)")
    let again = try run(["report", scratch("run"), "--reference", "mine"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try report("report.json").contains("\"reference\": \"mine\""))
    let wrong = try run(["report", scratch("run"), "--reference", "mime"])
    #expect(wrong.status == 2 && wrong.errors.contains { $0.contains("did you mean mine?") }, "\(wrong.errors)")
    let plan = try run(["plan", "--config", scratch("sweep.json"), "--nodes", "1", "--cores", "2"])
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains { $0.contains("mine: its time is not known before it has run") }, "\(plan.output)")
  }

  @Test func aProgramWithTwoAnswersIsCalledNotRepeatable() throws {
    let methods = [try sample("mine", .fickle), try sample("unchecked", .good, ", \"checkRepeat\": false")]
    let end = try run(words(methods))
    try #require(end.status == 0, "\(end.errors)")
    let page = try report("index.html")
    #expect(page.contains("Not repeatable: mine."))
    #expect(page.contains("given the same file twice, it gave probabilities that differ by less than 0.001"))
    #expect(page.contains("not known whether it is repeatable: it was never given the same file twice"))
    let json = try report("report.json")
    #expect(json.contains("\"repeatable\": false") && json.contains("\"repeatable\": null"))
  }

  @Test func whatIsWrongFailsItsUnitsAndNoOthers() throws {
    let methods = [
      "\"majority\"", entry("missing", ["no-such-program"]), try sample("dies", .dies), try sample("few", .few),
      try sample("hangs", .hangs, ", \"seconds\": 1"), try sample("mine", .good),
    ]
    let end = try run(words(methods), ranks: 2)
    #expect(end.status == 1, "\(end.errors)")
    let names = try TinySweep.results(of: scratch("run")).map(\.variant.rawValue)
    #expect(names.sorted() == ["majority", "majority", "majority", "majority", "mine", "mine", "mine", "mine"])
    for (method, reason) in [
      ("missing", "no-such-program: cannot be started: no folder of PATH has such a program"),
      ("dies", "ended with status 3; its last lines: "), ("few", "lacks 1 of "), ("hangs", "did not end within 1 s"),
    ] {
      let lines = end.faults.filter { $0.contains(", \(method), seed") && $0.contains(reason) }
      #expect(lines.count == 8, "\(method), four units, each twice: \(end.faults)")
      #expect(try report("results.csv").contains(reason), "\(method)")
    }
  }

  /// SIGKILL leaves this process no time to end its program.
  @Test(arguments: [nil, 2]) func aProgramDiesWithItsRankAndGoesOnWithWhatItKept(_ ranks: Int?) throws {
    let methods = ["\"majority\"", try sample("mine", .slow, ", \"checkRepeat\": false")]
    let words = try words(methods)
    let program = try RunningProgram(words, ranks: ranks, in: scratch)
    func kept() -> [String] { names.filter { $0.hasSuffix("checkpoint/program/checkpoints/kept") } }
    try #require(try program.waits { !kept().isEmpty }, "\(program.errors)")
    let mine = try Self.processes(with: scratch.path).filter { $0.command.contains("awk") }
    #expect(!mine.isEmpty)
    for number in ranks == nil ? [program.number] : try program.ranks() { kill(number, SIGKILL) }
    _ = try program.end()
    let dead = Date(timeIntervalSinceNow: 20)
    func left() throws -> [String] { try Self.processes(with: scratch.path).map(\.command) }
    while try !left().isEmpty, Date() < dead { usleep(20_000) }
    #expect(try left() == [], "it outlived its rank")
    // Each of the other units would sleep for a minute once.
    let text = try String(contentsOfFile: scratch("sample.awk"), encoding: .utf8)
    try scratch.file("sample.awk", text: text.replacingOccurrences(of: "sleep 60", with: "sleep 0.1"))
    let end = try run(words, ranks: ranks)
    #expect(end.status == 0, "\(end.errors)")
    let logs = try TinySweep.files(below: scratch("run")).filter { $0.key.hasSuffix("program.log") }
      .map { String(decoding: $0.value, as: UTF8.self) }
    #expect(logs.count == 4 && logs.contains { $0.contains("\nfound kept for") }, "\(logs)")
    #expect(kept() == [])
  }

  /// Processes that have this text in their command line.
  private static func processes(with text: String) throws -> [(number: pid_t, command: String)] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.compactMap { number in
      let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
      let command = String(decoding: words.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
      return command.contains(text) ? (number, command) : nil
    }
  }

  @Test func anotherCommandIsRefusedAndFreshRemovesWhatWasThere() throws {
    let end = try run(words([try sample("mine", .dies)]))
    #expect(end.status == 1)
    let deep = scratch("run/synth-samm/fold-0/mine/checkpoint/program/a/b/c/d/e")
    try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
    try scratch.file("run/synth-samm/fold-0/mine/checkpoint/program/a/b/c/d/e/weights", text: "x")
    try scratch.file("run/synth-samm/fold-0/notes/result.json", text: "a user's")
    let other = try words([try sample("mine", .good)])
    let refused = try run(other)
    #expect(refused.status == 2 && refused.errors.contains { $0.contains("methods[0].command") }, "\(refused.errors)")
    let fresh = try run(other + ["--fresh"])
    #expect(fresh.status == 0, "\(fresh.errors)")
    #expect(!FileManager.default.fileExists(atPath: deep))
    #expect(FileManager.default.fileExists(atPath: scratch("run/synth-samm/fold-0/notes/result.json")))
  }

  // MARK: - The examples

  private static let sklearn = PythonModules.python("numpy, sklearn")
  private static let torch = PythonModules.python("numpy, torch")

  private func example(_ name: String) -> String { "\(BuiltProgram.package)/examples/\(name)_method.py" }

  @Test(.enabled(if: sklearn != nil, "no Python with numpy and scikit-learn; name one in MICROFOLD_PYTHON"))
  func theScikitLearnExampleRunsBesideOthers() throws {
    let python = try #require(Self.sklearn)
    let methods = ["\"majority\"", entry("logistic", [python, example("sklearn")])]
    try expectSurvivesAKill(methods, "logistic")
  }

  @Test(.enabled(if: torch != nil, "no Python with numpy and torch; name one in MICROFOLD_PYTHON"))
  func theTorchExampleRunsBesideOthers() throws {
    let python = try #require(Self.torch)
    let methods = ["\"majority\"", entry("small", [python, example("torch"), "400"])]
    try expectSurvivesAKill(methods, "small")
    let logs = try TinySweep.files(below: scratch("run")).filter { $0.key.hasSuffix("program.log") }
      .map { String(decoding: $0.value, as: UTF8.self) }
    #expect(logs.contains { !$0.components(separatedBy: "from epoch ").dropFirst().allSatisfy { $0.hasPrefix("0 ") } })
  }

  /// On two ranks, killed while it works and resumed, it ends with the same report as undisturbed.
  private func expectSurvivesAKill(_ methods: [String], _ name: String) throws {
    let undisturbed = try BuiltProgram.run(
      words(methods, output: "reference"), ranks: 2, in: scratch, within: 600)
    try #require(undisturbed.status == 0, "\(undisturbed.errors)")
    let words = try words(methods)
    let program = try RunningProgram(words, ranks: 2, in: scratch)
    let isTorch = name == "small"
    try #require(
      try program.waits(within: 300) {
        names.contains {
          $0.contains("/\(name)/") && $0.hasSuffix(isTorch ? "checkpoint/program/checkpoints/last.pt" : "program.log")
        }
      }, "\(program.errors)")
    for number in try program.ranks() { kill(number, SIGKILL) }
    #expect(try program.end() != 0)
    let end = try BuiltProgram.run(words, ranks: 2, in: scratch, within: 600)
    try #require(end.status == 0, "\(end.errors)")
    let json = try report("report.json")
    #expect(try json == report("report.json", "reference"))
    #expect(json.contains("\"repeatable\": true"))
  }
}
