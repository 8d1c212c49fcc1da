import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// Ranks of a sweep under `mpirun --enable-recovery` die or stop; the others finish the sweep, to the same bytes.
@Suite(.serialized) struct LossTests {
  private let scratch: Scratch
  private let sweep, output: String

  init() throws {
    scratch = try Scratch()
    output = scratch("run")
    // Ranks report their step twice per second: a unit takes several times as long, so that a signal arrives during
    // training.
    sweep = try scratch.file(
      "sweep.json",
      text: """
        {
          "name": "losses",
          "datasets": [{"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}}],
          "folds": {"count": 2, "by": "subject"}, "variants": ["full", "dao"],
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 0.001, "identityEpochs": 40, "motionEpochs": 60}
        }
        """)
  }

  /// A signal to a rank that has trained for a while.
  private struct Disturbance {
    var rank: Int
    var signal: Int32
    /// Number of steps of a unit that it has done by then.
    var steps = 10
  }

  /// Seconds; these sweeps take longer than others, so that there is time to disturb them.
  private static let patience = 400

  private func reference() throws -> [String: Data] {
    let arguments = ["sweep", "--config", sweep, "--output", scratch("reference"), "--threads", "1", "--quiet"]
    let ending = try BuiltProgram.run(arguments, in: scratch, within: LossTests.patience)
    try #require(ending.status == 0, "\(ending.errors)")
    return try TinySweep.science(of: scratch("reference"))
  }

  /// Runs the sweep on four ranks and sends signals, each when its rank is training.
  private func run(
    _ more: [String], _ disturbances: [Disturbance], recovery: Bool = true
  ) throws -> BuiltProgram.Ending {
    let arguments = ["sweep", "--config", sweep, "--output", output, "--threads", "1", "--quiet"] + more
    let output = output
    let disturber = Thread {
      let end = Date(timeIntervalSinceNow: 300)
      for disturbance in disturbances {
        while Date() < end, !LossTests.disturb(disturbance, output) { usleep(50_000) }
      }
    }
    disturber.start()
    return try BuiltProgram.run(
      arguments, ranks: 4, mpirun: recovery ? ["--enable-recovery"] : [], in: scratch, within: LossTests.patience)
  }

  /// Sends the signal, if the rank has done enough steps.
  private static func disturb(_ disturbance: Disturbance, _ output: String) -> Bool {
    guard let job = try? FileManager.default.contentsOfDirectory(atPath: output + "/ranks").first,
      let record = HostFiles(directory: "\(output)/ranks/\(job)").all()[disturbance.rank]
    else { return false }
    // A stopped rank does no more steps.
    guard disturbance.signal == SIGCONT || record.activity.unit != nil && record.activity.step >= disturbance.steps
    else { return false }
    if disturbance.signal == SIGCONT { sleep(6) }
    return kill(record.process.number, disturbance.signal) == 0
  }

  @Test func theOthersContinueWhenRanksAreKilled() throws {
    let science = try reference()
    for (ranksPerFold, victims) in [("2", [3]), ("1", [0]), ("4", [0, 2])] {
      try? FileManager.default.removeItem(atPath: output)
      let ending = try run(
        ["--ranks-per-fold", ranksPerFold], victims.map { Disturbance(rank: $0, signal: SIGKILL) })
      for rank in victims {
        let isSaid = ending.faults.contains { $0.contains("rank \(rank) on ") && $0.contains("was lost") }
        #expect(isSaid, "\(ending.errors)")
      }
      #expect(ending.faults.contains { $0.contains("exit status is 0") }, "\(ending.errors)")
      #expect(try TinySweep.science(of: output) == science, "\(ranksPerFold) ranks per fold, without \(victims)")
      #expect(!FileManager.default.fileExists(atPath: output + "/ranks"))
      let lost = try JSONLines.read(LedgerEntry.self, from: output + "/ledger.jsonl").filter { $0.event == .lost }
      #expect(
        lost.contains { $0.reason?.contains("its process is gone") ?? false },
        "the ledger tells of it: \(lost) after \(ending.errors)")
    }
  }

  @Test func aRankThatWasStoppedTooLongEndsWhenItWakesUp() throws {
    let science = try reference()
    let ending = try run(
      ["--ranks-per-fold", "2", "--dead-after", "3"],
      [Disturbance(rank: 2, signal: SIGSTOP), Disturbance(rank: 2, signal: SIGCONT)])
    #expect(ending.faults.contains { $0.contains("rank 2 on ") && $0.contains("no heartbeat") }, "\(ending.errors)")
    #expect(try TinySweep.science(of: output) == science)
  }

  @Test func aStallNamesTheMissingRankAndEndsTheJob() throws {
    let ending = try run(
      ["--ranks-per-fold", "4", "--stall-timeout", "3", "--dead-after", "1000"],
      [Disturbance(rank: 2, signal: SIGSTOP)], recovery: false)
    #expect(ending.status != 0)
    let said = ending.faults.first { $0.contains("has waited") } ?? ""
    #expect(said.contains("synth-samm fold") && said.contains("stage") && said.contains("exchange"), "\(ending.errors)")
    #expect(said.contains("missing: rank 2 on "), "\(ending.errors)")
  }
}
