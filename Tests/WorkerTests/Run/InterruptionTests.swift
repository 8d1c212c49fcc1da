import Foundation
import Testing

@testable import Core
@testable import Worker

/// A unit can be paused at any step and resumed on any number of ranks: the bits are those of a run without a pause.
@Suite struct InterruptionTests {
  @Test func aPauseAtEveryStepChangesNothing() throws {
    let tiny = try TinyUnit()
    let whole = try tiny.run(in: "whole")
    let science = try tiny.science(of: "whole")
    #expect(science.count == 5 && whole.result?.steps == 12)
    // Steps, and the batches of evaluations.
    #expect(whole.boundaries > 12 + 6)
    let ranks = [1, 2, 4]
    for boundary in 1...whole.boundaries {
      let (first, second) = (ranks[boundary % 3], ranks[(boundary / 3 + 1) % 3])
      let folder = "pause-\(boundary)"
      let left = try tiny.run(in: folder, ranks: first, pauseAt: boundary)
      #expect(left.isPaused && left.result == nil && left.boundaries == boundary, "boundary \(boundary)")
      let end = try tiny.run(in: folder, ranks: second)
      #expect(end.result?.ranks == second && end.notes.isEmpty, "boundary \(boundary): \(end.notes)")
      #expect(try tiny.science(of: folder) == science, "boundary \(boundary), \(first) ranks, then \(second)")
    }
  }

  /// The hardest case: one step at a time, each on another number of ranks than the last.
  @Test func aPauseAfterEverySingleStepChangesNothing() throws {
    let tiny = try TinyUnit { $0.training.selection = .validation }
    _ = try tiny.run(in: "whole", ranks: 2)
    var goes = 0
    while try tiny.run(in: "stepwise", ranks: [1, 2, 4][goes % 3], pauseAt: 1).isPaused, goes < 12 { goes += 1 }
    // An evaluation cannot be resumed in its middle, so from here on there are no pauses.
    while goes < 40, try tiny.run(in: "stepwise", ranks: [4, 1, 2][goes % 3], pauseAt: 1, .atNextEpoch).isPaused {
      goes += 1
    }
    #expect(goes > 2)
    #expect(try tiny.science(of: "stepwise") == tiny.science(of: "whole"))
  }

  @Test func theBytesOfACheckpointDoNotDependOnRanksOrEarlierPauses() throws {
    let tiny = try TinyUnit()
    for ranks in [1, 2, 4] { _ = try tiny.run(in: "ranks-\(ranks)", ranks: ranks, pauseAt: 6) }
    _ = try tiny.run(in: "twice", ranks: 2, pauseAt: 2)
    _ = try tiny.run(in: "twice", pauseAt: 4)
    let steps = try #require(tiny.checkpoints(in: "ranks-1").last)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: tiny.scratch("ranks-1/checkpoint/\(steps)")))
    for folder in ["ranks-2", "ranks-4", "twice"] {
      #expect(tiny.checkpoints(in: folder).last == steps, "\(folder)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: tiny.scratch("\(folder)/checkpoint/\(steps)"))) == bytes)
    }
  }

  @Test func aPauseAtTheEndOfTheEpochWaitsForIt() throws {
    let tiny = try TinyUnit()
    let left = try tiny.run(in: "epoch", ranks: 2, pauseAt: 1, .atNextEpoch)
    #expect(left.isPaused && left.boundaries == 3)
    #expect(tiny.checkpoints(in: "epoch") == ["step-00000003.safetensors"])
    _ = try (tiny.run(in: "epoch"), tiny.run(in: "whole"))
    #expect(try tiny.science(of: "epoch") == tiny.science(of: "whole"))
  }

  /// Epochs of a tiny unit take milliseconds, so only a pause writes one.
  @Test func checkpointsOfShortEpochsAreLeftOut() throws {
    let rare = try TinyUnit { $0.training.checkpointEverySeconds = 3600 }
    _ = try rare.run(in: "unit")
    #expect(rare.checkpoints(in: "unit") == [])
    let left = try rare.run(in: "left", ranks: 2, pauseAt: 1, .atNextEpoch)
    #expect(left.isPaused && rare.checkpoints(in: "left") == ["step-00000003.safetensors"])
    _ = try rare.run(in: "left")
    #expect(try rare.science(of: "left") == rare.science(of: "unit"))
    #expect(rare.configuration.digest == (try TinyUnit()).configuration.digest)
  }

  @Test func checkpointsComeAsOftenAsAskedAndTwoAreKept() throws {
    let every = try TinyUnit { $0.training.checkpointEverySteps = 2 }
    _ = try every.run(in: "unit", pauseAt: 3)
    #expect(every.checkpoints(in: "unit") == ["step-00000002.safetensors", "step-00000003.safetensors"])
    let end = try every.run(in: "unit", ranks: 2)
    #expect(every.checkpoints(in: "unit") == ["step-00000010.safetensors", "step-00000012.safetensors"])
    let epochs = try TinyUnit()
    _ = try epochs.run(in: "unit")
    #expect(epochs.checkpoints(in: "unit") == ["step-00000009.safetensors", "step-00000012.safetensors"])
    #expect(try epochs.science(of: "unit") == every.science(of: "unit"))
    #expect(end.result != nil)
    // A finished unit that is run again is only scored.
    #expect(try epochs.run(in: "unit").boundaries < 12)
    CheckpointFolder(unit: epochs.scratch("unit")).remove()
    #expect(!FileManager.default.fileExists(atPath: epochs.scratch("unit/checkpoint")))
  }

  /// Metrics that were written after the last checkpoint are replaced, not doubled.
  @Test func aKilledRunsLaterMetricsAreNotDoubled() throws {
    let tiny = try TinyUnit { $0.training.checkpointEverySteps = 5 }
    _ = try tiny.run(in: "unit")
    // The state of a run that was killed at the end: all metrics, and checkpoints of steps 5 and 10.
    _ = try tiny.run(in: "killed", pauseAt: 5)
    try FileManager.default.removeItem(atPath: tiny.scratch("killed/metrics.jsonl"))
    try FileManager.default.copyItem(
      atPath: tiny.scratch("unit/metrics.jsonl"), toPath: tiny.scratch("killed/metrics.jsonl"))
    try tiny.scratch.file("killed/checkpoint/.step-00000010.safetensors.7-0.partial", text: "half")
    try tiny.scratch.file("killed/.menet.safetensors.7-0.partial", text: "half")
    _ = try tiny.run(in: "killed", ranks: 2)
    #expect(try tiny.science(of: "killed") == tiny.science(of: "unit"))
    for folder in ["killed", "killed/checkpoint"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: tiny.scratch(folder))
      #expect(!names.contains { $0.hasSuffix(".partial") })
    }
  }

  @Test func secondsAddUpOverSeveralRuns() throws {
    let tiny = try TinyUnit()
    _ = try tiny.run(in: "unit", pauseAt: 4)
    try tiny.scratch.file("unit/checkpoint/seconds", text: "1000")
    #expect(try tiny.run(in: "unit").result!.seconds > 1000)
    for nonsense in ["-3", "nan", "inf", "much", ""] {
      try tiny.scratch.file("unit/checkpoint/seconds", text: nonsense)
      #expect(try tiny.run(in: "unit").result!.seconds < 1000, "\(nonsense)")
    }
  }

  /// A checkpoint cannot be written: all ranks give up the unit, with the reason.
  @Test(arguments: [1, 2]) func aCheckpointThatCannotBeWrittenFailsTheUnit(_ ranks: Int) throws {
    let tiny = try TinyUnit()
    try tiny.scratch.file("unit/checkpoint/step-00000003.safetensors/in the way", text: "")
    do {
      _ = try tiny.run(in: "unit", ranks: ranks)
      Issue.record("it was written")
    } catch let fault as Fault {
      #expect(fault.description.contains("step-00000003.safetensors: cannot be replaced"), "\(fault)")
    }
    // Checkpoints can be written again, and nothing is lost.
    try FileManager.default.removeItem(atPath: tiny.checkpoint(3, in: "unit"))
    _ = try (tiny.run(in: "unit"), tiny.run(in: "whole"))
    #expect(try tiny.science(of: "unit") == tiny.science(of: "whole"))
  }
}
