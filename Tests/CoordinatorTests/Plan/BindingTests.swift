import Testing

@testable import Coordinator

@Suite struct BindingTests {
  typealias Placement = Binding.Placement

  private func placement(
    _ processors: some Sequence<Int>, of available: Int = 64, threads: Int, asked: Bool = false,
    host: String = "node1", launcher: Placement.Launcher = .mpirun, perCore: Int = 1
  ) -> Placement {
    Placement(
      host: host, launcher: launcher, processors: Set(processors), available: available, processorsPerCore: perCore,
      threads: threads, threadsAreAsked: asked)
  }

  @Test func goodBindingsNeedNoAdvice() {
    // Eight ranks with eight cores each; one rank with all cores; two ranks without binding that share all; no mpirun.
    #expect(Binding.advice((0..<8).map { placement($0 * 8..<$0 * 8 + 8, threads: 8) }) == [])
    #expect(Binding.advice([placement(0..<64, threads: 64)]) == [])
    #expect(Binding.advice([placement(0..<64, threads: 32), placement(0..<64, threads: 32)]) == [])
    #expect(Binding.advice([placement(0..<2, of: 2, threads: 2, launcher: .none)]) == [])
  }

  /// The binding of `mpirun -n 2` without options.
  @Test func aRankOnOneCoreOfManyGetsTheOptionsForItsShare() {
    let advice = Binding.advice([placement([0], threads: 1), placement([1], threads: 1)])
    #expect(
      advice == [
        "binding: ranks 0 and 1 on node1 are bound to 2 cores of 64; "
          + "use mpirun --map-by slot:PE=32 --bind-to core (or --bind-to none)"
      ])
  }

  /// Binding to a core of two hardware threads gives two processors; launchers count cores.
  @Test func hardwareThreadsOfOneCoreAreOneCore() {
    let advice = Binding.advice([placement([0, 64], of: 128, threads: 2, perCore: 2)])
    #expect(advice.count == 1)
    #expect(advice[0].contains("rank 0 on node1 is bound to 1 core of 64;") && advice[0].contains("PE=64 "))
    let crowded = Binding.advice([placement([0, 64], of: 128, threads: 8, asked: true, perCore: 2)])
    #expect(crowded.count == 1 && crowded[0].contains("PE=4 "), "eight threads on four cores: \(crowded)")
  }

  @Test func moreThreadsThanProcessorsAreReported() {
    let advice = Binding.advice((0..<4).map { placement([$0], threads: 8, asked: true) })
    #expect(
      advice == [
        "binding: ranks 0 to 3 on node1 each have 8 threads but only 1 processor to run them on; "
          + "use mpirun --map-by slot:PE=8 --bind-to core (or --bind-to none)"
      ])
  }

  @Test func adviceNeverAsksForMoreCoresThanTheHostHas() {
    for cores in 1...9 {
      for ranks in 1...9 {
        for threads in 1...9 {
          let placements = (0..<ranks).map { placement([$0 % cores], of: cores, threads: threads, asked: true) }
          for line in Binding.advice(placements) {
            guard let cut = line.firstRange(of: "slot:PE=") else {
              #expect(ranks > cores && line.contains("; start at most \(cores) rank"), "\(line)")
              continue
            }
            let bound = Int(line[cut.upperBound...].prefix { $0.isNumber })!
            #expect(1 <= bound && bound * ranks <= cores, "\(ranks) ranks, \(cores) cores: \(line)")
            #expect(line.contains("and --threads \(bound)") == (threads > bound), "\(line)")
          }
        }
      }
    }
  }

  /// The ranks of two jobs bound to the same socket, or not bound at all.
  @Test func ranksThatShareTooFewProcessorsAreReported() {
    let socket = (0..<4).map { _ in placement(0..<8, of: 16, threads: 4, asked: true) }
    let advice = Binding.advice(socket)
    #expect(
      advice == [
        "binding: ranks 0 to 3 on node1 share 8 processors for 16 threads; "
          + "use mpirun --map-by slot:PE=4 --bind-to core (or --bind-to none)"
      ])
    // A chain: the first and the last share no processor with each other, but both share some with the second.
    let chain = [0..<4, 2..<6, 4..<8].map { placement($0, of: 8, threads: 4) }
    #expect(Binding.advice(chain).count == 1)
    #expect(Binding.advice(chain)[0].contains("ranks 0 to 2 on node1 share 8 processors for 12 threads"))
  }

  @Test func fewThreadsThatTheUserGaveAreNoProblem() {
    #expect(Binding.advice([placement([0], threads: 1, asked: true), placement([1], threads: 1, asked: true)]) == [])
  }

  @Test func hostsWithTheSameProblemShareALine() {
    let placements = (0..<16).map { placement([$0 % 2], threads: 1, host: "node\($0 / 2 + 1)") }
    let advice = Binding.advice(placements)
    #expect(advice.count == 1 && advice[0].hasPrefix("binding: ranks 0 to 15 on node1 and 7 other hosts are bound"))
    // One host of another kind has its own line; a host without a problem has none.
    let mixed = Binding.advice(
      placements + [
        placement([0], of: 8, threads: 1, host: "small"), placement(0..<8, of: 8, threads: 8, host: "well"),
      ])
    #expect(mixed.count == 2 && mixed[1].contains("rank 16 on small is bound to 1 core of 8"))
  }

  @Test func otherLaunchersGetTheirOwnOptions() {
    let alone = Binding.advice([placement([0, 1], of: 2, threads: 8, asked: true, launcher: .none)])
    #expect(alone.count == 1 && alone[0].hasSuffix("; use --threads 2 or fewer"))
    let slurm = Binding.advice([placement([0], of: 1, threads: 2, asked: true, launcher: .srun)])
    #expect(slurm.count == 1 && slurm[0].contains("srun --cpus-per-task=1 --cpu-bind=cores, and --threads 1"))
  }

  @Test func theKernelsListsAreRead() {
    #expect(Placement.numbers(inList: "0-3,8\n") == [0, 1, 2, 3, 8])
    #expect(Placement.numbers(inList: "\t5") == [5])
    for text in ["", "-", "3-", "-3", "3-1", "1-2-3", "a", "0-99999999999", "0-9999999"] {
      #expect(Placement.numbers(inList: text) == nil, "\(text)")
    }
  }

  @Test func thisProcessFindsItsOwnPlacement() {
    let here = Placement.here([:], threads: 1, isAsked: true)
    #expect(!here.processors.isEmpty && here.available == here.processors.count && here.launcher == .none)
    #expect(Binding.advice([here]) == [])
  }
}
