import Core

/// What `microfold bench` is to measure.
enum BenchOptions: Equatable {
  case allreduce(AllreduceBenchOptions)
}

/// What `microfold bench allreduce` is to do.
struct AllreduceBenchOptions: Equatable {
  /// Mebibytes of floats that each rank has.
  var mebibytes = 128
  /// Times that each way is measured.
  var rounds = 7
  var isJSON = false
}

extension CommandSpecification {
  static let bench = CommandSpecification(
    name: "bench", summary: "Measure what this machine does.",
    examples: ["mpirun -n 4 microfold bench allreduce"], subcommands: [.benchAllreduce])

  private static let benchAllreduce = CommandSpecification(
    name: "allreduce",
    summary: "Compare exact sums over ranks with MPI_Allreduce.",
    explanation: """
      To be run under mpirun, on a power of two of ranks. Both ways take turns in the same run; a round lasts as long \
      as its slowest rank, and the median round counts.
      """,
    options: [
      Option(name: "--mib", value: "N", help: "mebibytes of floats a rank", standard: "128"),
      Option(name: "--rounds", value: "N", help: "times that each way is measured", standard: "7"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: ["mpirun -n 4 microfold bench allreduce"],
    read: { arguments throws(Fault) in
      .bench(
        .allreduce(
          AllreduceBenchOptions(
            mebibytes: try arguments.integer("--mib", 1...4096) ?? 128,
            rounds: try arguments.integer("--rounds", 1...1000) ?? 7, isJSON: arguments.isOn("--json"))))
    })
}
