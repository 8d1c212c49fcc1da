import Foundation
import Testing

/// hostfiles/slurm.sbatch, run as a plain script; small scripts replace mpirun, scontrol and the program.
/// `Tests/Cluster/slurm-tests` runs it on a real Slurm.
@Suite struct SlurmScriptTests {
  private let scratch: Scratch

  /// mpirun records its arguments. After a signal it waits, as ranks do that write a checkpoint, and ends with `ASKED`;
  /// without a signal it ends with `ALONE` after some time, or waits where that is empty.
  private let mpirun = """
    #!/usr/bin/env bash
    printf '%s\\n' "$@" >words
    printf '%s' "${SRUN_CPUS_PER_TASK-}" >agents
    trap 'echo USR1 >>signals; sleep 0.3; exit "$ASKED"' USR1
    trap 'echo TERM >>signals; exit 143' TERM
    touch ready
    if [ -n "$ALONE" ]; then exit "$ALONE"; fi
    for _ in {1..600}; do sleep 0.05; done
    exit 99
    """

  /// `microfold status` gives the state of the run.
  private let microfold = """
    #!/bin/sh
    echo "$@" >>status
    exit "$RUN"
    """

  /// `scontrol show job` prints the state of the job; other commands are recorded.
  private let scontrol = """
    #!/bin/sh
    if [ "$1" = show ]; then [ -n "$JOB" ] && echo "JobId=4711 $JOB Requeue=1"; exit; fi
    echo "$@" >>scontrol
    """

  init() throws {
    scratch = try Scratch()
    for (name, text) in [("mpirun", mpirun), ("microfold", microfold), ("scontrol", scontrol)] {
      try scratch.program("bin/\(name)", text: text + "\n")
    }
  }

  /// Runs the script; once mpirun runs, sends the signals.
  ///
  /// - Parameters:
  ///   - alone: mpirun's status when no signal comes; nil waits for one.
  ///   - asked: mpirun's status after USR1.
  ///   - run: the exit status of `microfold status`.
  ///   - job: the state of the job in Slurm.
  private func run(
    _ arguments: [String] = [], alone: Int? = nil, asked: Int = 75, run: Int = 75,
    job: String = "JobState=RUNNING Reason=None", signals: [String] = [], restarts: Int = 0, most: Int? = nil
  ) throws -> BuiltProgram.Ending {
    let script = "\(BuiltProgram.package)/hostfiles/slurm.sbatch"
    let send = signals.map { "kill -s \($0) $batch; sleep 0.1; " }.joined()
    var variables = [
      "ALONE": alone.map(String.init) ?? "", "ASKED": "\(asked)", "RUN": "\(run)", "JOB": job, "SLURM_JOB_ID": "4711",
      "SLURM_CPUS_PER_TASK": "8", "SRUN_CPUS_PER_TASK": "8", "SLURM_RESTART_COUNT": "\(restarts)",
    ]
    variables["MICROFOLD_MAX_RESTARTS"] = most.map(String.init)
    return try BuiltProgram.run(
      words: [
        "bash", "-c",
        """
        PATH=$PWD/bin:$PATH; export MICROFOLD=$PWD/bin/microfold; bash "$0" "$@" & batch=$!
        until [ -e ready ]; do sleep 0.01; done
        \(send)
        wait $batch
        """, script,
      ] + arguments,
      variables: variables, in: scratch, within: 30)
  }

  private func said(_ name: String) -> String { (try? String(contentsOfFile: scratch(name), encoding: .utf8)) ?? "" }

  @Test func theSignalBeforeTheTimeLimitReachesTheRanksAndTheJobIsQueuedAgain() throws {
    let ending = try run(signals: ["USR1"])
    #expect(said("signals") == "USR1\n")
    #expect(said("scontrol") == "requeue 4711\n")
    #expect(ending.status == 75)
  }

  /// Slurm may send the signal again while the checkpoint is written: each signal ends a wait of the script.
  @Test func severalSignalsStillGetTheRanksStatus() throws {
    let ending = try run(signals: ["USR1", "USR1", "USR1"])
    #expect(said("signals").hasPrefix("USR1\n"))
    #expect(said("scontrol") == "requeue 4711\n")
    #expect(ending.status == 75)
  }

  /// For every status of mpirun: with --enable-recovery it means nothing.
  @Test(arguments: [0, 1], [0, 1, 75, 205]) func aRunThatIsOverEndsTheJob(state: Int, mpirun: Int) throws {
    #expect(try run(alone: mpirun, run: state).status == Int32(state))
    #expect(said("scontrol") == "")
  }

  /// A lost node is 205, or 137; the survivors of a lost rank may end with 0 without a report. `microfold status` may
  /// be killed before it has read the run.
  @Test(arguments: [75, 3, 143], [0, 1, 137, 205])
  func aRunThatWasInterruptedIsQueuedAgain(state: Int, mpirun: Int) throws {
    #expect(try run(alone: mpirun, run: state).status == 75)
    #expect(said("scontrol") == "requeue 4711\n")
  }

  @Test func wrongOptionsEndTheJobAlthoughAnEarlierRunIsThere() throws {
    #expect(try run(alone: 2).status == 2)
    #expect(said("scontrol") == "")
  }

  @Test func withoutARunTheJobEndsWithMpirunsStatusUnlessANodeWasLost() throws {
    #expect(try run(alone: 132, run: 2).status == 132)
    #expect(try run(alone: 0, run: 2).status == 1)
    #expect(said("scontrol") == "")
    #expect(try run(alone: 205, run: 2).status == 75)
    #expect(said("scontrol") == "requeue 4711\n")
  }

  @Test func restartsAreBounded() throws {
    let ending = try run(alone: 205, restarts: 3, most: 3)
    #expect(ending.status == 75)
    let isSaid = ending.errors.contains { $0.contains("not queued again after 3 restarts (MICROFOLD_MAX_RESTARTS)") }
    #expect(isSaid)
    #expect(said("scontrol") == "")
    #expect(try run(alone: 205, restarts: 2, most: 3).status == 75)
    #expect(said("scontrol") == "requeue 4711\n")
  }

  /// The sweep may end just when it is asked to stop.
  @Test func aSweepThatFinishesWhenAskedToStopIsNotQueuedAgain() throws {
    #expect(try run(asked: 0, run: 0, signals: ["USR1"]).status == 0)
    #expect(said("scontrol") == "")
  }

  /// COMPLETING does not show whether the job was cancelled, preempted or queued again.
  @Test(arguments: ["COMPLETING", "CANCELLED", "PENDING"])
  func aJobThatIsEndedFromOutsideIsLeftToSlurm(state: String) throws {
    #expect(try run(job: "JobState=\(state) Reason=None", signals: ["TERM"]).status == 75)
    #expect(said("signals") == "TERM\n")
    #expect(said("scontrol") == "")
  }

  @Test func aJobThatRanIntoItsTimeLimitIsQueuedAgain() throws {
    _ = try run(job: "JobState=COMPLETING Reason=TimeLimit", signals: ["TERM"])
    #expect(said("scontrol") == "requeue 4711\n")
  }

  @Test func whenSlurmDoesNotAnswerATermEndsTheJob() throws {
    #expect(try run(job: "", signals: ["TERM"]).status == 75)
    #expect(said("scontrol") == "")
  }

  @Test func theRunThatIsAskedForIsThatOfTheSweep() throws {
    _ = try run(["my sweep.json", "--output", "runs/mine", "--threads", "8"], alone: 0, run: 0)
    #expect(said("status") == "status --config my sweep.json --output runs/mine\n")
    _ = try run(["my.json", "--output=runs/mine"], alone: 0, run: 0)
    #expect(said("status").hasSuffix("status --config my.json --output=runs/mine\n"))
  }

  @Test func mpirunGetsTheBindingAndTheSweepItsOptions() throws {
    _ = try run(["my sweep.json", "--fresh", "--ranks-per-fold", "4"], alone: 0, run: 0)
    let words = said("words").split(separator: "\n").map(String.init)
    #expect(words.starts(with: ["--map-by", "slot:PE=8", "--bind-to", "core"]))
    #expect(Array(words.suffix(6)) == ["sweep", "--config", "my sweep.json", "--fresh", "--ranks-per-fold", "4"])
    #expect(words.dropLast(6).last?.hasSuffix("/bin/microfold") == true)
  }

  /// srun would apply it to mpirun's agents.
  @Test func theCoresOfATaskAreNotThoseOfAnAgent() throws {
    _ = try run(alone: 0, run: 0)
    #expect(said("agents") == "")
  }

  /// The second start must not delete the files of the first.
  @Test func aJobThatWasQueuedAgainResumes() throws {
    _ = try run(["my.json", "--fresh", "--threads", "8"], alone: 0, run: 0, restarts: 1)
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
