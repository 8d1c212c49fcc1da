import Foundation
import Ranks
import Testing

@testable import Core
@testable import Worker

/// Units of programs: run by the group's first rank, twice on the first fold.
@Suite struct ProgramUnitTests {
  private func method(_ mode: SampleProgram.Mode, _ tiny: TinyUnit) throws -> ProgramMethod {
    try SampleProgram.method("mine", mode, in: tiny.scratch)
  }

  private func text(_ name: String, _ tiny: TinyUnit) throws -> String {
    try String(contentsOfFile: tiny.scratch(name), encoding: .utf8)
  }

  @Test(arguments: [1, 2, 4]) func theNumberOfRanksChangesNothing(_ ranks: Int) throws {
    let tiny = try TinyUnit()
    let result = try #require(try tiny.run(in: "unit", ranks: ranks, method: method(.good, tiny)).result)
    let share = Double(result.confusion[0].reduce(0, +)) / Double(result.predictions.count)
    #expect(result.accuracy == share && result.predictions.allSatisfy { $0.predicted == 0 })
    #expect(result.repeatDifference == 0 && result.steps == 2)
    #expect(try SHA256.hex(ofFile: tiny.scratch("unit/probabilities.safetensors")) == result.weightsDigest)
    #expect(FileManager.default.fileExists(atPath: tiny.scratch("unit/program.log")))
  }

  @Test func theFileHasAllThatAProgramNeedsAndNoLabelsOfTestClips() throws {
    let tiny = try TinyUnit(fold: 1)
    let result = try #require(try tiny.run(in: "unit", method: method(.good, tiny)).result)
    #expect(result.repeatDifference == nil && result.steps == 1, "only the first fold is run twice")
    let request = try JSONDecoder().decode(ProgramRequest.self, from: Data(text("unit/program.json", tiny).utf8))
    #expect(request.store == tiny.store.path && request.classes == result.classes && request.fold == 1)
    #expect(Set(request.test.map(\.clip)) == Set(result.predictions.map(\.clip)))
    #expect(request.training.count + request.test.count == tiny.store.clips.count)
    let emotions = Dictionary(uniqueKeysWithValues: tiny.store.clips.map { ($0.name, $0.emotion) })
    for clip in request.training {
      #expect(request.classes[clip.label].lowercased() == emotions[clip.clip]?.lowercased(), "\(clip)")
    }
    #expect(Set(request.test.map(\.subject)).isDisjoint(with: request.training.map(\.subject)))
    #expect((0..<1 << 31).contains(request.seed) && request.threads == Parallel.threads)
    #expect(
      [request.checkpoints, request.output].allSatisfy { $0.hasPrefix(tiny.scratch("unit/checkpoint/program/")) })
    let json = try JSONNode.parse(Array(text("unit/program.json", tiny).utf8), location: "request")
    #expect(json["test"]?.elements?.allSatisfy { $0["label"] == nil && $0["subject"] != nil } == true)
  }

  @Test func anAnswerThatDiffersIsMeasured() throws {
    let tiny = try TinyUnit()
    let difference = try #require(
      try tiny.run(in: "unit", ranks: 2, method: method(.fickle, tiny)).result?.repeatDifference)
    #expect(difference > 0 && difference < 0.001)
    var unchecked = try method(.fickle, tiny)
    unchecked.checksRepeat = false
    #expect(try tiny.run(in: "unchecked", method: unchecked).result?.repeatDifference == nil)
  }

  @Test(arguments: [
    (SampleProgram.Mode.dies, "ended with status 3; its last lines: nothing kept for"),
    (.dies, "first / out of ?[1mluck; all of it is in"),
    (.killed, "was ended by signal 9 (Killed, perhaps for want of memory)"),
    (.silent, "probabilities.csv: was not written"), (.empty, "probabilities.csv: is empty"),
    (.few, "lacks 1 of "), (.other, "has the clip \"someone\", which is not a test clip of this fold"),
    (.twice, " again"), (.words, "has \"likely\" for "), (.infinite, "which is no finite number"),
    (.negative, "a probability is between 0 and 1"), (.sum, "has probabilities that add up to 0.7, not to 1"),
    (.columns, "has the column \"joy\""), (.hangs, "did not end within 1 s; make it faster, or raise `seconds`"),
  ]) func whatIsWrongFailsTheUnit(_ mode: SampleProgram.Mode, _ expected: String) throws {
    let tiny = try TinyUnit()
    for ranks in [1, 2] {
      do {
        var method = try method(mode, tiny)
        if mode == .hangs { method.seconds = 1 }
        _ = try tiny.run(in: "unit-\(ranks)", ranks: ranks, method: method)
        Issue.record("\(mode) did not fail")
      } catch {
        #expect("\(error)".contains(expected) && "\(error)".contains("nothing kept for"), "\(error)")
      }
    }
  }

  @Test func aMissingProgramFailsTheUnit() throws {
    let tiny = try TinyUnit()
    for ranks in [1, 2] {
      do {
        _ = try tiny.run(in: "unit", ranks: ranks, method: ProgramMethod("mine", command: ["no-such-program"]))
        Issue.record("it did not fail")
      } catch {
        #expect("\(error)".hasPrefix("no-such-program: cannot be started: no folder of PATH has"), "\(error)")
      }
    }
  }

  /// A paused unit ends its program at once; the next attempt finds what the program kept.
  @Test(arguments: [1, 2]) func aPausedUnitStartsAgainWithWhatTheProgramKept(_ ranks: Int) throws {
    let tiny = try TinyUnit()
    let slow = try method(.slow, tiny)
    let begun = ContinuousClock.now
    let left = try tiny.run(in: "unit", ranks: ranks, pauseAt: 60, method: slow)
    #expect(left.isPaused && (ContinuousClock.now - begun).inSeconds < 30)
    #expect(try text("unit/checkpoint/program/checkpoints/kept", tiny) == "kept\n")
    var resumed = slow
    // The second run has nothing that was kept, so it would sleep.
    resumed.checksRepeat = false
    let end = try tiny.run(in: "unit", ranks: ranks, method: resumed)
    #expect(end.result?.predictions.isEmpty == false && end.notes.count <= 1)
    let log = try text("unit/program.log", tiny)
    #expect(log.contains("nothing kept for") && log.contains("\nfound kept for"), "\(log)")
    CheckpointFolder(unit: tiny.scratch("unit")).remove()
    #expect(!FileManager.default.fileExists(atPath: tiny.scratch("unit/checkpoint")))
  }

  /// Between the first run and the second one.
  @Test func theFirstAnswerIsKept() throws {
    let tiny = try TinyUnit()
    let left = try tiny.run(in: "left", pauseAt: 1, .atNextEpoch, method: method(.good, tiny))
    #expect(left.isPaused && tiny.checkpoints(in: "left").contains("step-00000001.safetensors"))
    let before = try text("left/program.log", tiny)
    let end = try tiny.run(in: "left", method: method(.good, tiny))
    #expect(end.result?.repeatDifference == 0)
    #expect(try text("left/program.log", tiny).dropFirst(before.count).split(separator: "\n").count == 2)
  }
}
