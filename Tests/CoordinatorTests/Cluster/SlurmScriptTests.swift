import Foundation
import Testing

/// hostfiles/slurm.sbatch, run as a plain script with mpirun and scontrol played by scripts.
@Suite struct SlurmScriptTests {
  private let scratch: Scratch

  /// mpirun writes down its words; on a signal it takes its time, as ranks do that write a checkpoint, and ends with
  /// `ASKED`; left alone it ends with `ALONE` after a while, or waits where that is empty.
  private let mpirun = """
    #!/usr/bin/env bash
    printf '%s\\n' "$@" >words
    trap 'echo USR1 >>signals; sleep 0.3; exit "$ASKED"' USR1
    trap 'echo TERM >>signals; exit 143' TERM
    touch ready
    if [ -n "$ALONE" ]; then exit "$ALONE"; fi
    for _ in {1..600}; do sleep 0.05; done
    exit 99
    """

  init() throws {
    scratch = try Scratch()
    try scratch.file("bin/mpirun", text: mpirun)
    try scratch.file("bin/scontrol", text: "#!/bin/sh\necho \"$@\" >>scontrol\n")
    for name in ["mpirun", "scontrol"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch("bin/\(name)"))
    }
  }

  /// Runs the script; once mpirun runs, sends the signals.
  private func run(
    _ arguments: [String] = [], alone: Int? = nil, asked: Int = 75, signals: [String] = [], restarts: Int = 0
  ) throws -> BuiltProgram.Ending {
    let script = "\(BuiltProgram.package)/hostfiles/slurm.sbatch"
    let send = signals.map { "kill -s \($0) $batch; sleep 0.1; " }.joined()
    return try BuiltProgram.run(
      words: [
        "bash", "-c",
        """
        PATH=$PWD/bin:$PATH; bash "$0" "$@" & batch=$!
        until [ -e ready ]; do sleep 0.01; done
        \(send)
        wait $batch
        """, script,
      ] + arguments,
      variables: [
        "ALONE": alone.map(String.init) ?? "", "ASKED": "\(asked)", "SLURM_JOB_ID": "4711", "SLURM_CPUS_PER_TASK": "8",
        "SLURM_RESTART_COUNT": "\(restarts)",
      ], in: scratch, within: 30)
  }

  private func said(_ name: String) -> String { (try? String(contentsOfFile: scratch(name), encoding: .utf8)) ?? "" }

  @Test func anApproachingEndIsHandedToTheRanksAndTheJobIsQueuedAgain() throws {
    let ending = try run(signals: ["USR1"])
    #expect(said("signals") == "USR1\n")
    #expect(said("scontrol") == "requeue 4711\n")
    #expect(ending.status == 75)
  }

  /// Slurm may repeat itself while the checkpoint is written: each signal ends a wait of the script.
  @Test func severalSignalsStillGetTheRanksStatus() throws {
    let ending = try run(signals: ["USR1", "USR1", "USR1"])
    #expect(said("signals").hasPrefix("USR1\n"))
    #expect(said("scontrol") == "requeue 4711\n")
    #expect(ending.status == 75)
  }

  @Test(arguments: [0, 1, 2, 132]) func everyOtherStatusEndsTheJob(status: Int) throws {
    #expect(try run(alone: status).status == Int32(status))
    #expect(said("scontrol") == "")
  }

  /// The sweep may end by itself just when it is asked to stop.
  @Test func aSweepThatFinishesWhenAskedToStopIsNotQueuedAgain() throws {
    #expect(try run(asked: 0, signals: ["USR1"]).status == 0)
    #expect(said("scontrol") == "")
  }

  @Test func aCancelledJobEndsItsRanksAndIsNotQueuedAgain() throws {
    #expect(try run(signals: ["TERM"]).status == 143)
    #expect(said("signals") == "TERM\n")
    #expect(said("scontrol") == "")
  }

  @Test func mpirunGetsTheBindingAndTheSweepItsOptions() throws {
    _ = try run(["my sweep.json", "--fresh", "--ranks-per-fold", "4"], alone: 0)
    let words = said("words").split(separator: "\n").map(String.init)
    #expect(words.starts(with: ["--map-by", "slot:PE=8", "--bind-to", "core"]))
    #expect(
      Array(words.suffix(7)) == [
        ".build/release/microfold", "sweep", "--config", "my sweep.json", "--fresh", "--ranks-per-fold", "4",
      ])
  }

  /// The second turn must not empty what the first one left.
  @Test func aJobThatWasQueuedAgainDoesNotStartAfresh() throws {
    _ = try run(["my.json", "--fresh", "--threads", "8"], alone: 0, restarts: 1)
    #expect(said("words").split(separator: "\n").suffix(3) == ["my.json", "--threads", "8"])
  }

  @Test func slurmIsAskedForTheSignalAndTheLog() throws {
    let script = try String(contentsOfFile: "\(BuiltProgram.package)/hostfiles/slurm.sbatch", encoding: .utf8)
    for option in ["--signal=B:USR1@180", "--requeue", "--open-mode=append"] {
      #expect(script.split(separator: "\n").contains("#SBATCH \(option)"), "\(option)")
    }
    // Slurm reads its options only before the first command.
    let command = try #require(script.firstRange(of: "\nset -euo pipefail"))
    #expect(!script[command.upperBound...].contains("#SBATCH"))
  }
}
