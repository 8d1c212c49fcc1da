import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold report`, and the command that a report prints.
@Suite struct ReportingTests {
  @Test func aReportOfAnUnfinishedRunNamesWhatIsMissingAndItsCommandWorks() throws {
    let scratch = try Scratch()
    let run = scratch("run")
    let sweep = try TinySweep.write(in: scratch)
    let words = ["--threads", "1", "--quiet"]
    let whole = try BuiltProgram.run(["sweep", "--config", sweep, "--output", run] + words, in: scratch)
    try #require(whole.status == 0, "\(whole.errors)")
    func file(_ name: String) throws -> String { try String(contentsOfFile: "\(run)/report/\(name)", encoding: .utf8) }
    let page = try file("index.html")
    let sections = [
      "overview", "published", "datasets", "errors", "training", "decoupling", "attention", "timing", "paper", "notes",
    ]
    for identifier in sections {
      #expect(page.contains("<section id=\"\(identifier)\""), "\(identifier)")
    }
    #expect(!page.contains("unfinished") && page.contains("the mean of the onset frames"))

    // The command that the page prints, in the directory that the sweep was started in.
    let command = "microfold sweep --config \(run)/report/sweep.json --output \(run)-again"
    #expect(page.contains("<code>\(command)</code>"))
    let again = try BuiltProgram.run(command.split(separator: " ").dropFirst().map(String.init) + words, in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try TinySweep.science(of: "\(run)-again") == TinySweep.science(of: run))

    // What is not compared cannot be the reference.
    let other = try BuiltProgram.run(["report", run, "--reference", "ce"], in: scratch)
    #expect(other.status == ExitStatus.usage.rawValue && "\(other.errors)".contains("it can only be full"))

    // A unit without its result counts as unfinished; its metrics still give its curves.
    try FileManager.default.removeItem(atPath: "\(run)/synth-samm/fold-1/full/result.json")
    let report = try BuiltProgram.run(["report", run], in: scratch)
    #expect(report.status == ExitStatus.failedUnits.rawValue)
    let unfinished = "This run is unfinished: 1 of 4 units has not finished yet."
    #expect(report.output.first == unfinished, "\(report.output)")
    let top = try file("index.html").components(separatedBy: "id=\"overview\"")[0]
    #expect(top.contains(unfinished) && top.contains("synth-samm, full: fold 1"))
    #expect(top.contains("synth-samm fold 1, full, seed 2022</b> is in training: stage 4, epoch 2 done"))
    #expect(try file("report.md").contains("**\(unfinished)**"))

    // No unit has finished and the stores are deleted: there is still a report.
    for name in try TinySweep.files(below: run).keys
    where name.hasSuffix("result.json") || name.hasSuffix("metrics.jsonl") || name.hasSuffix("store.safetensors") {
      try FileManager.default.removeItem(atPath: "\(run)/\(name)")
    }
    #expect(try BuiltProgram.run(["report", run], in: scratch).status == ExitStatus.failedUnits.rawValue)
    #expect(try file("index.html").contains("4 of 4 units have not finished yet"))
  }
}
