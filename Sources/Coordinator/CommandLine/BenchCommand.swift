import Core

/// What `microfold bench` is to measure.
enum BenchOptions: Equatable {
  case kernels(KernelBenchOptions)
  case step(StepBenchOptions)
  case allreduce(AllreduceBenchOptions)
  case patterns(PatternBenchOptions)
}

/// What `microfold bench kernels` is to do.
struct KernelBenchOptions: Equatable {
  /// The networks' settings.
  enum Shapes: String, CaseIterable, Codable {
    /// The paper's, which are the defaults of a sweep.
    case paper
    /// Those of sweeps/demo.json.
    case demo

    var network: SweepConfiguration.Network {
      var network = SweepConfiguration.Network()
      if self == .demo { (network.width, network.motionSize, network.identitySize) = (8, 32, 32) }
      return network
    }
  }

  var shapes = Shapes.paper
  /// Clips.
  var batch = 8
  /// Times that each pass is measured.
  var rounds = 7
  /// nil for the processors that the process may run on.
  var threads: Int?
  var isJSON = false
}

/// What `microfold bench step` is to do.
struct StepBenchOptions: Equatable {
  var trained = RecognitionNetwork.Branch.menet
  var network = SweepConfiguration.Network()
  /// Clips of the whole batch.
  var batch = SweepConfiguration.Training().batch
  /// Steps that are measured.
  var rounds = 3
  /// nil for the processors that the rank may run on.
  var threads: Int?
  var isJSON = false
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
    examples: ["microfold bench step", "mpirun -n 4 microfold bench allreduce"],
    subcommands: [.benchKernels, .benchStep, .benchAllreduce, .benchPatterns])

  private static let benchKernels = CommandSpecification(
    name: "kernels",
    summary: "Measure every convolution of both networks.",
    explanation: """
      Each distinct shape forward, and the gradients of its input and of its weights, on random numbers; the median \
      round counts. Rates are those of the plain sum: its multiplications and additions over valid frames, however it \
      is computed.
      """,
    options: [
      Option(
        name: "--shapes", value: "paper|demo",
        help: "the networks' settings: the paper's, or those of sweeps/demo.json", standard: "paper"),
      Option(name: "--batch", value: "N", help: "clips", standard: "8"),
      Option(name: "--rounds", value: "N", help: "times that each is measured", standard: "7"),
      Option(name: "--threads", value: "N", help: "threads", standard: "the cores it may run on"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: ["microfold bench kernels --threads 1", "microfold bench kernels --shapes demo --json"],
    read: { arguments throws(Fault) in
      .bench(
        .kernels(
          KernelBenchOptions(
            shapes: try arguments.word("--shapes") ?? .paper,
            batch: try arguments.integer("--batch", 1...256) ?? 8,
            rounds: try arguments.integer("--rounds", 1...1000) ?? 7,
            threads: try arguments.integer("--threads", 1...1024), isJSON: arguments.isOn("--json"))))
    })

  private static let benchStep = CommandSpecification(
    name: "step",
    summary: "Measure a whole training step.",
    explanation: """
      Forward, losses, backward and Adam, by the code that trains folds, on random clips: MENet as in stage 2 of \
      variant dao-div, IDNet as in stage 1. A step to warm up is not counted; the median counts. Under mpirun the ranks \
      share the batch as a group does, and a step lasts as long as its slowest rank. The seconds of MENet's step on one \
      rank, at the sweep's settings, are what `microfold plan --step-seconds` asks for.
      """,
    options: [
      Option(name: "--network", value: "menet|idnet", help: "the network that is trained", standard: "menet"),
      Option(name: "--width", value: "N", help: "channels after the first convolution", standard: "64"),
      Option(name: "--batch", value: "N", help: "clips of the whole batch", standard: "32"),
      Option(name: "--motion-size", value: "N", help: "height and width of MENet's frames", standard: "256"),
      Option(name: "--identity-size", value: "N", help: "height and width of IDNet's frames", standard: "128"),
      Option(name: "--frames", value: "N", help: "frames of a clip", standard: "6"),
      Option(name: "--rounds", value: "N", help: "steps that are measured", standard: "3"),
      Option(name: "--threads", value: "N", help: "threads a rank", standard: "the cores it may run on"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: [
      "microfold bench step --batch 8",
      "mpirun -n 2 microfold bench step --threads 1 --network idnet --json",
    ],
    read: { arguments throws(Fault) in
      var options = StepBenchOptions()
      options.trained = try arguments.word("--network") ?? options.trained
      options.network.width = try arguments.integer("--width", 1...1024) ?? options.network.width
      options.network.frames = try arguments.integer("--frames", 2...256) ?? options.network.frames
      options.network.motionSize = try size("--motion-size", arguments) ?? options.network.motionSize
      options.network.identitySize = try size("--identity-size", arguments) ?? options.network.identitySize
      options.batch = try arguments.integer("--batch", 2...65536) ?? options.batch
      options.rounds = try arguments.integer("--rounds", 1...1000) ?? options.rounds
      options.threads = try arguments.integer("--threads", 1...1024)
      options.isJSON = arguments.isOn("--json")
      return .bench(.step(options))
    })

  /// Height and width of frames, which the networks divide by 16.
  private static func size(_ name: String, _ arguments: Arguments) throws(Fault) -> Int? {
    guard let size: Int = try arguments.integer(name, 16...4096) else { return nil }
    guard size % 16 == 0 else {
      let below = size / 16 * 16
      throw arguments.fault(
        name, "is \(size); the networks divide a picture by 16, so take \(below) or \(below + 16)")
    }
    return size
  }

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
