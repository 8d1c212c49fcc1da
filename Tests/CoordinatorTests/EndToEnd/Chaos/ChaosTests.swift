import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// A sweep that is disturbed at random many times ends with the bytes of an undisturbed one, and `status` is always
/// correct.
///
/// `make test` disturbs it a few times, `make chaos` many times. The disturbances are printed and drawn from a seed:
/// MICROFOLD_CHAOS_SEED repeats them, MICROFOLD_CHAOS sets their number.
@Suite(.serialized) struct ChaosTests {
  private let scratch: Scratch
  private let sweep: String
  /// A store, its content, and another store of the same clips.
  private let store, kept, other: String
  private let datasets = ["synth-samm", "synth-casme2"]

  init() throws {
    scratch = try Scratch()
    for (folder, clips, seed) in [("stores", 16, 1), ("others", 16, 2)] {
      let ending = try BuiltProgram.run(
        ["synth", "--output", scratch(folder), "--clips", "\(clips)", "--size", "32", "--seed", "\(seed)"], in: scratch)
      try #require(ending.status == 0, "\(ending.errors)")
    }
    store = scratch("stores/synth-casme2.safetensors")
    kept = scratch("kept.safetensors")
    other = scratch("others/synth-casme2.safetensors")
    try FileManager.default.copyItem(atPath: store, toPath: kept)
    sweep = try scratch.file(
      "sweep.json",
      text: """
        {
          "name": "chaos",
          "datasets": [
            {"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}},
            {"name": "casme2", "store": "\(scratch("stores/synth-casme2.safetensors"))", "classes": "casme2-5"}
          ],
          "folds": {"count": 2, "by": "subject"}, "variants": ["full", "dao"],
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 0.001, "identityEpochs": 4, "motionEpochs": 6}
        }
        """)
  }

  @Test func aSweepDisturbedAtRandomEndsWithTheBitsOfAnUndisturbedOne() throws {
    let environment = ProcessInfo.processInfo.environment
    let wanted = environment["MICROFOLD_CHAOS"].flatMap(Int.init) ?? 4
    let seed = environment["MICROFOLD_CHAOS_SEED"].flatMap(UInt64.init) ?? 2022
    var draws = Draws(seed: seed)
    let possible = Disturbance.allCases.filter(\.isPossible)
    print("chaos: \(wanted) disturbances of \(possible.count) kinds, seed \(seed)")
    let undisturbed = try finish("undisturbed", ChaosStart())
    var counts: [Disturbance: Int] = [:]

    var (done, round) = (0, 0)
    while done < wanted {
      round += 1
      let output = "round-\(round)"
      var isOver = false
      while !isOver, done < wanted {
        let disturbance = draws.pick(possible)
        let start = ChaosStart(for: disturbance, &draws)
        let begun = ContinuousClock.now
        let isDisturbed: Bool
        do {
          isDisturbed = try go(output, start, disturbance, &draws)
        } catch {
          print("chaos: round \(round), \(start): \(disturbance.rawValue): \(error)")
          throw error
        }
        if isDisturbed {
          done += 1
          counts[disturbance, default: 0] += 1
        }
        isOver = try checkStatus(output, start, disturbance)
        let seconds = (ContinuousClock.now - begun).components.seconds
        let what = isDisturbed ? "\(disturbance.rawValue) (\(done))" : "ended by itself"
        print("chaos: round \(round), \(start): \(what), \(seconds) s")
      }
      let last = ChaosStart(for: .stopped, &draws)
      let files = try finish(output, last)
      #expect(files.keys.sorted() == undisturbed.keys.sorted())
      for (name, bytes) in files where bytes != undisturbed[name] { Issue.record("round \(round): \(name) differs") }
      print("chaos: round \(round), \(last): finished, \(files.count) files compared")
      try? FileManager.default.removeItem(atPath: scratch(output))
    }
    for (disturbance, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("chaos: \(count) times \(disturbance.rawValue)")
    }
  }

  private func words(_ output: String, _ start: ChaosStart) -> [String] {
    [
      "sweep", "--config", sweep, "--output", scratch(output), "--quiet", "--threads", "\(start.threads)",
      "--ranks-per-fold", "\(start.ranksPerFold)", "--dead-after", "4", "--stall-timeout", "30",
    ]
  }

  /// Runs the sweep to its end and returns the files that must be the same.
  private func finish(_ output: String, _ start: ChaosStart) throws -> [String: Data] {
    let ending = try BuiltProgram.run(words(output, start), ranks: start.ranks, in: scratch, within: 300)
    try #require(ending.status == 0, "\(start): \(ending.errors)")
    #expect(try status(output).exitStatus == 0)
    return try TinySweep.science(of: scratch(output)).filter { !$0.key.hasPrefix("stores") }
  }

  /// Starts or resumes the sweep, and disturbs it.
  ///
  /// - Returns: false when it ended before it was disturbed.
  private func go(
    _ output: String, _ start: ChaosStart, _ disturbance: Disturbance, _ draws: inout Draws
  ) throws -> Bool {
    let delay = UInt32(draws.below(700_000))
    if disturbance == .cableCut { return try cutCable(output, start, &draws) }
    let before = ledgerSize(output)
    let program = try launch(output, start, disturbance, &draws)
    // Waits until a unit is assigned, then for a random time.
    guard try program.waits(within: 300, until: { ledgerSize(output) > before }) else {
      let status = try program.end(within: 300)
      #expect(status == 0 || disturbance == .diskFull, "\(status): \(program.errors)")
      return disturbance == .diskFull && status != 0
    }
    usleep(delay)
    let ranks = start.ranks == nil ? [program.number] : try program.ranks().sorted()
    guard !ranks.isEmpty || disturbance == .diskFull else { return try program.end(within: 300) != 0 }
    let status = try disturb(program, ranks, output, start, disturbance, &draws)
    try expectGone(ranks, program.errors)
    if [.checkpointDamaged, .ledgerDamaged, .stopped].contains(disturbance) {
      #expect(status == 75 || status == 0, "\(status): \(program.errors)")
    }
    if [.rankKilled, .mpirunKilled, .processKilled].contains(disturbance) {
      #expect(status != 75, "\(program.errors)")
    }
    switch disturbance {
    case .checkpointDamaged: try damageCheckpoint(output, &draws)
    case .ledgerDamaged: try damageLedger(output, &draws)
    default: break
    }
    return true
  }

  private func launch(
    _ output: String, _ start: ChaosStart, _ disturbance: Disturbance, _ draws: inout Draws
  ) throws -> RunningProgram {
    guard disturbance == .diskFull else {
      return try RunningProgram(
        words(output, start), ranks: start.ranks, mpirun: start.survivesLosses ? ["--enable-recovery"] : [], in: scratch
      )
    }
    let command = try BuiltProgram.words(words(output, start), ranks: start.ranks)
    return try RunningProgram(
      words: SmallDisk.words(scratch(output), kibibytes: 4 << draws.below(8), command), in: scratch)
  }

  /// Makes the disturbance, and waits for the end of the program.
  private func disturb(
    _ program: RunningProgram, _ ranks: [pid_t], _ output: String, _ start: ChaosStart, _ disturbance: Disturbance,
    _ draws: inout Draws
  ) throws -> Int32 {
    switch disturbance {
    case .rankKilled:
      kill(draws.pick(ranks), SIGKILL)
    case .rankLost:
      kill(draws.pick(ranks), SIGKILL)
      usleep(1_500_000)
      kill(program.number, SIGUSR1)
    case .stopped, .checkpointDamaged, .ledgerDamaged:
      kill(program.number, SIGUSR1)
    case .mpirunKilled, .processKilled:
      kill(program.number, SIGKILL)
    case .secondStart:
      // In another scratch directory, so that the outputs do not mix.
      let second = try BuiltProgram.run(words(output, start), in: try Scratch())
      let isOver = !program.isRunning
      #expect(isOver || second.status == 2, "a second start beside the first: \(second.errors)")
      kill(program.number, SIGUSR1)
    case .storeReplaced, .storeCut:
      try breakStore(disturbance == .storeCut ? nil : other, &draws)
      defer { try? restoreStore() }
      return try program.end(within: 300)
    case .stoppedAtTheEnd:
      let victim = draws.pick(ranks)
      let hasEnded = try !program.waits(within: 300) { (try? status(output))?.isNearlyDone ?? false }
      if !hasEnded { kill(victim, SIGSTOP) }
      defer { if !hasEnded { kill(victim, SIGCONT) } }
      return try program.end(within: 300)
    case .diskFull, .cableCut: break
    }
    return try program.end(within: 300)
  }

  /// Four hosts, one of which becomes unreachable while the sweep runs.
  private func cutCable(_ output: String, _ start: ChaosStart, _ draws: inout Draws) throws -> Bool {
    let host = "node\(2 + draws.below(3))"
    let commands = """
      "$CLUSTER" on node1 mpirun -n 4 --hostfile "$CLUSTER_HOSTS" --bind-to none --mca mpi_yield_when_idle 1 \
        --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0 \
        --mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3 \
        "$PROGRAM" \(words(output, start).map { "'\($0)'" }.joined(separator: " ")) &
      job=$! status=0
      before=$(stat -c %s '\(scratch(output))/ledger.jsonl' 2>/dev/null || echo 0)
      until [ "$(stat -c %s '\(scratch(output))/ledger.jsonl' 2>/dev/null || echo 0)" -gt "$before" ]; do
        kill -0 "$job" || break
        sleep 0.02
      done
      "$CLUSTER" cut \(host)
      wait "$job" || status=$?
      "$CLUSTER" mend \(host)
      echo "disturbed: $status"
      """
    let ending = try HostCluster.run(
      hosts: 4, commands, variables: ["PROGRAM": try BuiltProgram.path()], in: scratch, within: 300)
    return ending.output.contains { $0.hasPrefix("disturbed: ") && $0 != "disturbed: 0" }
  }

  // MARK: What is said of it

  /// What `microfold status` prints.
  private struct Said {
    var state: String
    var units, done, failed: Int
    var exitStatus: Int32
    var isNearlyDone: Bool { units > 0 && done + failed >= units - 1 }
  }

  private func status(_ output: String) throws -> Said {
    let status = try RunStatus.read(of: RunDirectory(path: scratch(output)))
    return Said(
      state: status.state.rawValue, units: status.units, done: status.done, failed: status.failed,
      exitStatus: status.exit.rawValue)
  }

  /// Compares the output of `status`, when no job works on the run any more, with the files in it.
  ///
  /// - Returns: whether all units are done.
  private func checkStatus(_ output: String, _ start: ChaosStart, _ disturbance: Disturbance) throws -> Bool {
    let directory = RunDirectory(path: scratch(output))
    guard FileManager.default.fileExists(atPath: directory.statusFile) else { return false }
    let said = try status(output)
    // A unit whose files were damaged after it finished is trained again.
    if disturbance == .ledgerDamaged { return said.exitStatus == 0 }
    #expect(said.state != "running", "after \(disturbance.rawValue), \(start)")
    let configuration = try directory.identity().configuration
    let results = directory.outcomes(configuration, try directory.entries()).count {
      if case .finished = $0 { true } else { false }
    }
    let isReported = FileManager.default.fileExists(atPath: directory.reportPage)
    if said.exitStatus == 0 {
      #expect(results == 8 && said.done == 8 && isReported, "it says 0 after \(disturbance.rawValue), \(start)")
    }
    #expect(said.done <= results, "it counts \(said.done) of \(results) results, \(disturbance.rawValue), \(start)")
    return said.exitStatus == 0
  }

  /// Ranks whose mpirun or peer died end by themselves.
  private func expectGone(_ ranks: [pid_t], _ errors: [String]) throws {
    let end = Date(timeIntervalSinceNow: 120)
    while ranks.contains(where: { kill($0, 0) == 0 }) {
      try #require(Date() < end, "a rank is still there, 120 s after its job ended: \(errors)")
      usleep(20_000)
    }
  }

  // MARK: What is broken

  /// Overwrites bytes of the store's file, or truncates it.
  private func breakStore(_ other: String?, _ draws: inout Draws) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: other ?? store))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: store))
    if other != nil { try file.write(contentsOf: bytes) }
    try file.truncate(atOffset: UInt64(other == nil ? draws.below(bytes.count) : bytes.count))
    try file.close()
  }

  private func restoreStore() throws {
    try FileManager.default.removeItem(atPath: store)
    try FileManager.default.copyItem(atPath: kept, toPath: store)
  }

  /// Truncates or changes the newest checkpoint of a unit, if there is one.
  private func damageCheckpoint(_ output: String, _ draws: inout Draws) throws {
    let names = FileManager.default.enumerator(atPath: scratch(output))?.compactMap { $0 as? String } ?? []
    guard let newest = names.filter({ $0.contains("/checkpoint/step-") && $0.hasSuffix(".safetensors") }).max() else {
      return
    }
    try damage(scratch("\(output)/\(newest)"), &draws)
  }

  private func damageLedger(_ output: String, _ draws: inout Draws) throws {
    try damage(scratch("\(output)/ledger.jsonl"), &draws)
  }

  private func damage(_ path: String, _ draws: inout Draws) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let position = draws.below(bytes.count)
    if draws.pick([true, false]) { bytes = bytes.prefix(position) } else { bytes[position] ^= 0x10 }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  private func ledgerSize(_ output: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: scratch("\(output)/ledger.jsonl"))
    return attributes?[.size] as? Int ?? 0
  }
}
