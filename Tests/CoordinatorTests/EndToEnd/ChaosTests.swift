import Foundation
import Testing

@testable import Core

/// A sweep that is disturbed at random, again and again, ends with the bytes of one that never was.
///
/// `make test` disturbs it a few times, `make chaos` many. What is done is printed, and is drawn from a seed:
/// MICROFOLD_CHAOS_SEED draws it again, MICROFOLD_CHAOS says how often.
@Suite(.serialized) struct ChaosTests {
  private enum Disturbance: String, CaseIterable {
    case rankKilled = "a rank is killed"
    case rankLost = "a rank is killed and the others go on"
    case stopped = "it is asked to stop"
    case mpirunKilled = "mpirun is killed"
    case checkpointDamaged = "it is asked to stop, and a checkpoint is damaged"
    case cableCut = "a host's cable is cut"
  }

  /// How a sweep is started.
  private struct Start: CustomStringConvertible {
    /// nil is one process without mpirun.
    var ranks: Int?
    var ranksPerFold = 1
    var threads = 1
    var survivesLosses = false

    var description: String {
      guard let ranks else { return "one process, \(threads) threads" }
      return "\(ranks) ranks, \(ranksPerFold) a fold, \(threads) threads\(survivesLosses ? ", --enable-recovery" : "")"
    }
  }

  private let scratch: Scratch
  private let sweep: String

  init() throws {
    scratch = try Scratch()
    sweep = try scratch.file(
      "sweep.json",
      text: """
        {
          "name": "chaos",
          "datasets": [
            {"name": "synth-samm", "synthetic": {"clips": 14, "size": 32}},
            {"name": "synth-casme2", "synthetic": {"clips": 16, "size": 32}}
          ],
          "folds": {"count": 2, "by": "subject"}, "variants": ["full", "dao"],
          "network": {"width": 4, "frames": 3, "motionSize": 32, "identitySize": 16},
          "training": {"batch": 6, "learningRate": 0.001, "identityEpochs": 12, "motionEpochs": 20}
        }
        """)
  }

  @Test func aSweepDisturbedAtRandomEndsWithTheBitsOfAnUndisturbedOne() throws {
    let environment = ProcessInfo.processInfo.environment
    let wanted = environment["MICROFOLD_CHAOS"].flatMap(Int.init) ?? 4
    let seed = environment["MICROFOLD_CHAOS_SEED"].flatMap(UInt64.init) ?? 2022
    var draws = Draws(seed: seed)
    print("chaos: \(wanted) disturbances, seed \(seed)")
    let undisturbed = try finish("undisturbed", Start())

    var (done, round) = (0, 0)
    while done < wanted {
      round += 1
      let output = "round-\(round)"
      var isOver = false
      while !isOver, done < wanted {
        let disturbance = draws.pick(Disturbance.allCases.filter { $0 != .cableCut || HostCluster.problem.isEmpty })
        let start = self.start(for: disturbance, &draws)
        isOver = try !go(output, start, disturbance, &draws)
        if !isOver { done += 1 }
        print("chaos: round \(round), \(start): \(isOver ? "ended by itself" : "\(disturbance.rawValue) (\(done))")")
      }
      let last = self.start(for: .stopped, &draws)
      let files = try finish(output, last)
      #expect(files.keys.sorted() == undisturbed.keys.sorted())
      for (name, bytes) in files where bytes != undisturbed[name] { Issue.record("round \(round): \(name) differs") }
      print("chaos: round \(round), \(last): finished, \(files.count) files compared")
    }
  }

  private func start(for disturbance: Disturbance, _ draws: inout Draws) -> Start {
    var start = Start(ranks: draws.pick([2, 4]), threads: draws.pick([1, 2]))
    switch disturbance {
    case .rankKilled, .mpirunKilled: break
    case .rankLost: (start.ranks, start.survivesLosses) = (4, true)
    case .stopped, .checkpointDamaged: if draws.pick([0, 1, 2]) == 0 { start.ranks = nil }
    case .cableCut: start.ranks = 4
    }
    start.ranksPerFold = draws.pick([1, 2, 4].filter { $0 <= start.ranks ?? 1 })
    return start
  }

  private func words(_ output: String, _ start: Start) -> [String] {
    [
      "sweep", "--config", sweep, "--output", scratch(output), "--quiet", "--threads", "\(start.threads)",
      "--ranks-per-fold", "\(start.ranksPerFold)",
    ]
  }

  /// Runs the sweep to its end and gives what has to be the same.
  private func finish(_ output: String, _ start: Start) throws -> [String: Data] {
    let ending = try BuiltProgram.run(words(output, start), ranks: start.ranks, in: scratch)
    try #require(ending.status == 0, "\(start): \(ending.errors)")
    return try TinySweep.science(of: scratch(output))
  }

  /// Starts the sweep, or lets it go on, and disturbs it.
  ///
  /// - Returns: false when it ended before it was disturbed.
  private func go(_ output: String, _ start: Start, _ disturbance: Disturbance, _ draws: inout Draws) throws -> Bool {
    let delay = UInt32(draws.below(700_000))
    if disturbance == .cableCut { return try cutCable(output, start, &draws) }
    let before = ledgerSize(output)
    let program = try RunningProgram(
      words(output, start), ranks: start.ranks, mpirun: start.survivesLosses ? ["--enable-recovery"] : [], in: scratch)
    // A unit is handed out; then any moment will do.
    guard try program.waits(until: { ledgerSize(output) > before }) else {
      #expect(try program.end() == 0, "\(program.errors)")
      return false
    }
    usleep(delay)
    let ranks = start.ranks == nil ? [program.number] : try program.ranks().sorted()
    guard !ranks.isEmpty else { return try program.end() != 0 }
    switch disturbance {
    case .rankKilled:
      kill(draws.pick(ranks), SIGKILL)
    case .rankLost:
      kill(draws.pick(ranks), SIGKILL)
      usleep(1_500_000)
      kill(program.number, SIGUSR1)
    case .stopped, .checkpointDamaged:
      kill(program.number, SIGUSR1)
    case .mpirunKilled:
      kill(program.number, SIGKILL)
    case .cableCut: break
    }
    let status = try program.end()
    try expectGone(ranks)
    switch disturbance {
    case .stopped, .checkpointDamaged: #expect(status == 75 || status == 0, "\(status): \(program.errors)")
    case .rankKilled, .mpirunKilled: #expect(status != 75, "\(program.errors)")
    case .rankLost, .cableCut: break
    }
    if disturbance == .checkpointDamaged { try damageCheckpoint(output, &draws) }
    return true
  }

  /// Four hosts, and one of them out of reach while the sweep runs.
  private func cutCable(_ output: String, _ start: Start, _ draws: inout Draws) throws -> Bool {
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
      hosts: 4, commands, variables: ["PROGRAM": try BuiltProgram.path()], in: scratch)
    return ending.output.contains { $0.hasPrefix("disturbed: ") && $0 != "disturbed: 0" }
  }

  /// Ranks whose mpirun or whose peer died leave by themselves.
  private func expectGone(_ ranks: [pid_t]) throws {
    let end = Date(timeIntervalSinceNow: 40)
    while ranks.contains(where: { kill($0, 0) == 0 }) {
      try #require(Date() < end, "a rank is still there, 40 s after its job ended")
      usleep(20_000)
    }
  }

  /// Cuts or changes the newest checkpoint of some unit, if there is one.
  private func damageCheckpoint(_ output: String, _ draws: inout Draws) throws {
    let names = FileManager.default.enumerator(atPath: scratch(output))?.compactMap { $0 as? String } ?? []
    guard let newest = names.filter({ $0.contains("/checkpoint/step-") && $0.hasSuffix(".safetensors") }).max() else {
      return
    }
    let path = scratch("\(output)/\(newest)")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = draws.below(bytes.count)
    if draws.pick([true, false]) { bytes = bytes.prefix(place) } else { bytes[place] ^= 0x10 }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  private func ledgerSize(_ output: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: scratch("\(output)/ledger.jsonl"))
    return attributes?[.size] as? Int ?? 0
  }
}

/// Random choices, one after the other.
private struct Draws {
  private let random: CounterRandom
  private var next: UInt64 = 0

  init(seed: UInt64) { random = CounterRandom(seed, CounterRandom.coordinate("chaos")) }

  mutating func below(_ bound: Int) -> Int {
    defer { next += 1 }
    return random.integer(below: bound, at: next)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
