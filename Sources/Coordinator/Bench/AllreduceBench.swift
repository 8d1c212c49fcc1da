import Core
import Foundation
import Worker

/// `microfold bench allreduce`, on every rank: exact sums over ranks and MPI_Allreduce, alternating.
struct AllreduceBench {
  let options: AllreduceBenchOptions
  let world: any Communicator
  let console: Console

  /// - Returns: the status that all ranks exit with.
  func run() throws -> ExitStatus {
    guard let ranks = world as? MPICommunicator, ranks.size > 1, ranks.size & (ranks.size - 1) == 0 else {
      console.faults(Fault(at: "mpirun", "started \(world.size) ranks; sums are measured on 2, 4, 8, …"))
      return .usage
    }
    let exchange = GroupExchange(ranks)
    let values = Tensor([options.mebibytes << 18])
    var times = [RoundTimes(), RoundTimes()]
    // One more round than is counted: the first makes connections and touches memory.
    for round in 0...options.rounds {
      for (way, sum) in [exchange.add, ranks.addByMPI].enumerated() {
        for index in 0..<values.count { values.pointer[index] = Float(ranks.rank + index % 1024) }
        _ = try world.gatherTexts("")
        if round > 0 {
          try times[way].measure { try sum(values.buffer) }
        } else {
          try sum(values.buffer)
        }
        try check(values, ranks.size)
      }
    }
    let medians = try times.map { try $0.slowest(of: world).median }
    try say(exact: medians[0], byMPI: medians[1], ranks.size)
    return .success
  }

  /// Small whole numbers: their sums are exact in any order.
  private func check(_ values: Tensor, _ ranks: Int) throws {
    for index in 0..<values.count
    where values.pointer[index] != Float(ranks * (index % 1024) + ranks * (ranks - 1) / 2) {
      throw Fault(at: "bench allreduce", "number \(index) has the sum \(values.pointer[index])")
    }
  }

  /// What `--json` prints.
  private struct Figures: Encodable {
    let mebibytes, ranks, rounds: Int
    let exactSeconds, mpiSeconds, ratio: Double
  }

  private func say(exact: Double, byMPI: Double, _ ranks: Int) throws {
    if options.isJSON {
      return try console.json(
        Figures(
          mebibytes: options.mebibytes, ranks: ranks, rounds: options.rounds, exactSeconds: exact, mpiSeconds: byMPI,
          ratio: exact / byMPI))
    }
    func milliseconds(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1000) }
    console.line("\(options.mebibytes) MiB of floats over \(ranks) ranks, median of \(options.rounds) rounds")
    console.line("exact         \(milliseconds(exact))")
    console.line("MPI_Allreduce \(milliseconds(byMPI))")
    console.line(String(format: "ratio         %.2f", exact / byMPI))
  }
}
