import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold import` as a user runs it.
@Suite(.enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct ImportingTests {
  /// One clip of six frames under many names, and a list of them.
  private func list(_ scratch: Scratch, clips: Int) throws -> [String] {
    let folder = scratch("data/S01/clip0")
    try Directory.make(folder)
    let process = Subprocess(
      program: "ffmpeg",
      arguments: ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "6", "\(folder)/img%d.png"])
    try #require(try process.run { _ in true }?.status == 0)
    for clip in 1..<clips { symlink(folder, scratch("data/S01/clip\(clip)")) }
    let lines = (0..<clips).map { "S01/clip\($0) \($0 % 2 == 0 ? "happiness" : "fear")\n" }.joined()
    try scratch.file("list.txt", text: lines)
    return [
      "import", "list", "--source", "data", "--annotations", "list.txt", "--classes", "sdu-6", "--size", "256",
      "--output", "stores/sdu.safetensors",
    ]
  }

  @Test func theImportedCountsArePrintedBesideThePublishedOnes() throws {
    let scratch = try Scratch()
    let ending = try BuiltProgram.run(try list(scratch, clips: 4), in: scratch)
    #expect(ending.status == 0 && ending.errors.isEmpty)
    #expect(ending.output.first == "4 rows: 4 stored (0 repaired), 0 skipped, 0 lost")
    #expect(ending.output.contains("happiness       2          -"))
    #expect(ending.output.contains("all clips       4        855  differs"))
    #expect(ending.output.last == "store: stores/sdu.safetensors")
    #expect(try ClipStore(opening: scratch("stores/sdu.safetensors")).clips.count == 4)
  }

  @Test func aStoreThatExistsStaysUnlessItIsToBeReplaced() throws {
    let scratch = try Scratch()
    let words = try list(scratch, clips: 2)
    try scratch.file("stores/sdu.safetensors", text: "somebody's work")
    let refused = try BuiltProgram.run(words, in: scratch)
    #expect(refused.status == 2 && refused.output.isEmpty)
    #expect(
      refused.errors == [
        "microfold: stores/sdu.safetensors: exists already; give --force to replace it, or another --output"
      ])
    #expect(try String(contentsOfFile: scratch("stores/sdu.safetensors"), encoding: .utf8) == "somebody's work")
    #expect(try BuiltProgram.run(words + ["--force"], in: scratch).status == 0)
    #expect(try ClipStore(opening: scratch("stores/sdu.safetensors")).clips.count == 2)
  }

  @Test func aCheckWritesAPageAndATableAndNoStore() throws {
    let scratch = try Scratch()
    var words = try list(scratch, clips: 4)
    try scratch.file("list.txt", text: "S01/clip0 happiness\nS01/clip1 fear\nS01/nothing fear\n")
    words.removeLast(2)
    words[0] = "check"
    let ending = try BuiltProgram.run(words + ["--page", "check.html", "--table", "check.csv"], in: scratch)
    #expect(ending.status == 2, "more rows are lost than may be")
    #expect(ending.output.first == "row       would be  clip         because")
    #expect(ending.output.suffix(2) == ["table: check.csv", "page: check.html"])
    #expect(ending.errors.first?.hasSuffix("1 of 3 rows are lost, more than 5.0 % may be; nothing was written") == true)
    let page = try String(contentsOfFile: scratch("check.html"), encoding: .utf8)
    #expect(page.components(separatedBy: "<img ").count == 3)
    #expect(try String(contentsOfFile: scratch("check.csv"), encoding: .utf8).contains("line 3,lost,"))
    #expect(!FileManager.default.fileExists(atPath: scratch("stores")))
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aStoppedImportLeavesNoFileThatLooksComplete(_ signal: Int32) throws {
    let scratch = try Scratch()
    let program = try RunningProgram(try list(scratch, clips: 400), in: scratch)
    func stores() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: scratch("stores"))) ?? [] }
    #expect(try program.waits { !stores().isEmpty }, "it ended before it could be stopped")
    kill(program.number, signal)
    #expect(try program.end() == 130)
    #expect(stores().isEmpty)
    let said = try String(contentsOfFile: scratch("stderr"), encoding: .utf8)
    #expect(said.hasSuffix("microfold: the import was stopped; nothing was written\n"))
  }

  @Test func aKilledImportLeavesNoStoreAndTheNextOneRemovesItsFile() throws {
    let scratch = try Scratch()
    let words = try list(scratch, clips: 400)
    let program = try RunningProgram(words, in: scratch)
    func stores() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: scratch("stores"))) ?? [] }
    #expect(try program.waits { !stores().isEmpty }, "it ended before it could be killed")
    kill(program.number, SIGKILL)
    _ = try program.end()
    let left = stores()
    #expect(left.count == 1 && left[0].hasPrefix(".sdu.safetensors.") && left[0].hasSuffix(".partial"))
    try scratch.file("list.txt", text: "S01/clip0 happiness\n")
    let ending = try BuiltProgram.run(words, in: scratch)
    #expect(ending.status == 0)
    #expect(ending.output.contains("ignored: \(left[0]): left by an import that was killed; removed"))
    #expect(stores() == ["sdu.safetensors"])
  }
}
