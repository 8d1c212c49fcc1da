import Core

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
  /// How often each pass is measured.
  var rounds = 7
  /// Nil for the processors that the process may run on.
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
  /// Nil for the processors that the rank may run on.
  var threads: Int?
  /// The ranks of a group; all groups work at the same time. `automatic` for one group of all ranks.
  var ranksPerFold = SweepOptions.RanksPerFold.automatic
  /// Whether ranks wait for the sum of each layer's gradients instead of computing meanwhile.
  var waits = false
  var isJSON = false
}

/// What `microfold bench allreduce` is to do.
struct AllreduceBenchOptions: Equatable {
  /// Mebibytes of floats that each rank has.
  var mebibytes = 128
  /// How often each way is measured.
  var rounds = 7
  var isJSON = false
}

/// What `microfold bench lbp-top` is to do.
struct PatternBenchOptions: Equatable {
  var clips = 100
  /// Height and width, pixels.
  var size = 64
  /// How often all clips are measured.
  var rounds = 20
  /// Nil for the processors that the process may run on.
  var threads: Int?
  var isJSON = false
}

extension CommandSpecification {
  static let bench = CommandSpecification(
    name: "bench", summary: "Measure the speed of this machine.",
    examples: ["microfold bench step", "mpirun -n 4 microfold bench allreduce"],
    subcommands: [.benchKernels, .benchStep, .benchThreads, .benchAllreduce, .benchPatterns])

  private static let benchKernels = CommandSpecification(
    name: "kernels",
    summary: "Measure every convolution of both networks.",
    explanation: """
      Each distinct shape forward, and the gradients of its input and of its weights, on random numbers; the median \
      round is reported. However a convolution is computed, its rate counts the multiplications and additions of the \
      direct sum over valid frames.
      """,
    defaults: KernelBenchOptions(),
    options: [
      .value(
        \.shapes, "--shapes", .word, "the networks' settings: the paper's, or those of sweeps/demo.json"),
      .value(\.batch, "--batch", .integer(1...256), "clips"),
      .value(\.rounds, "--rounds", .integer(1...1000), "how often each is measured"),
      .threads(\.threads, "threads"), .json(\.isJSON),
    ],
    examples: ["microfold bench kernels --threads 1", "microfold bench kernels --shapes demo --json"],
    writes: true,
    run: .alone { try KernelBench(options: $0, console: $1).run() })

  private static let benchStep = CommandSpecification(
    name: "step",
    summary: "Measure a whole training step.",
    explanation: """
      Forward, losses, backward and Adam, by the code that trains folds, on random clips: MENet as in stage 2 of \
      variant dao-div, IDNet as in stage 1. The first step is not counted; the median is reported. Under mpirun the \
      ranks share the batch as a group does, and a step takes as long as its slowest rank. With --ranks-per-fold they \
      are several groups, which work at the same time as those of a sweep do and take from each other what they share: \
      cores, caches, memory. What --json prints of both networks at the sweep's settings is what `microfold plan \
      --measured` takes.
      """,
    defaults: StepBenchOptions(),
    options: stepOptions + [
      .threads(\.threads),
      .value(
        \.ranksPerFold, "--ranks-per-fold", .ranksPerFold,
        "ranks that share a batch, a power of two; auto makes one group of all"),
      .flag(
        \.waits, true, "--wait",
        "wait for the sum of each layer's gradients over the ranks instead of computing meanwhile, to compare"),
      .json(\.isJSON),
    ],
    examples: [
      "microfold bench step --batch 8",
      "mpirun -n 2 microfold bench step --threads 1 --network idnet --json",
      "mpirun -n 8 microfold bench step --ranks-per-fold 1 --json",
    ],
    writes: true,
    run: .together { try StepBench(options: $0, world: $1, console: $2).run() })

  private static let stepOptions: [CommandOption<StepBenchOptions>] = [
    .value(\.trained, "--network", .word, "the network that is trained"),
    .value(\.network.width, "--width", .integer(1...1024), "channels after the first convolution"),
    .value(\.batch, "--batch", .integer(2...65536), "clips of the whole batch"),
    .value(\.network.motionSize, "--motion-size", .frameSize, "height and width of MENet's frames"),
    .value(\.network.identitySize, "--identity-size", .frameSize, "height and width of IDNet's frames"),
    .value(\.network.frames, "--frames", .integer(2...256), "frames of a clip"),
    .value(\.rounds, "--rounds", .integer(1...1000), "steps that are measured"),
  ]

  private static let benchThreads = CommandSpecification(
    name: "threads",
    summary: "Estimate how a step speeds up with more threads than this machine has.",
    explanation: """
      Times every piece of a training step's shared work on one thread, and simulates how up to 128 threads would \
      share them: what one thread does alone, what is lost because pieces are few or uneven, and what handing them \
      over costs if a cache line takes 100 ns from core to core. All cores are taken to be as fast as this one. \
      `microfold plan --measured` takes what `--json` prints, where steps cannot be measured on the cluster itself.
      """,
    defaults: StepBenchOptions(),
    options: stepOptions + [.json(\.isJSON)],
    examples: ["microfold bench threads --batch 8"],
    writes: true,
    run: .alone { try ThreadBench(options: $0, console: $1).run() })

  private static let benchAllreduce = CommandSpecification(
    name: "allreduce",
    summary: "Compare exact sums over ranks with MPI_Allreduce.",
    explanation: """
      Run it under mpirun, with 2, 4, 8 … ranks. Both ways alternate in the same run; a round takes as long as its \
      slowest rank, and the median round is reported.
      """,
    defaults: AllreduceBenchOptions(),
    options: [
      .value(\.mebibytes, "--mib", .integer(1...4096), "mebibytes of floats per rank"),
      .value(\.rounds, "--rounds", .integer(1...1000), "how often each way is measured"),
      .json(\.isJSON),
    ],
    examples: ["mpirun -n 4 microfold bench allreduce"],
    writes: true,
    run: .together { try AllreduceBench(options: $0, world: $1, console: $2).run() })

  private static let benchPatterns = CommandSpecification(
    name: "lbp-top",
    summary: "Measure LBP-TOP features of clips.",
    explanation: """
      Histograms of drawn grey clips of ten frames, which are in memory already: nothing is read or interpolated. The \
      median round is reported.
      """,
    defaults: PatternBenchOptions(),
    options: [
      .value(\.clips, "--clips", .integer(1...10000), "clips"),
      .value(\.size, "--size", .integer(8...1024), "height and width of their frames"),
      .value(\.rounds, "--rounds", .integer(1...1000), "how often all are measured"),
      .threads(\.threads, "threads"), .json(\.isJSON),
    ],
    examples: ["microfold bench lbp-top --threads 1"],
    writes: true,
    run: .alone { try PatternBench(options: $0, console: $1).run() })
}

extension OptionKind where Value == Int {
  /// Height and width of frames, which the networks divide by 16.
  fileprivate static var frameSize: OptionKind {
    var kind = OptionKind.integer(16...4096)
    let read = kind.read
    kind.read = { text throws(ValueProblem) in
      let size = try read(text)
      if size % 16 == 0 { return size }
      let below = size / 16 * 16
      throw ValueProblem(
        "is \(size); the networks divide a picture by 16, so take \(below) or \(below + 16)")
    }
    return kind
  }
}
