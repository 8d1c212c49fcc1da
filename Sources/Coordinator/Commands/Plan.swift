import Core

/// What `microfold plan` is to plan.
struct PlanOptions: Equatable {
  /// The sweep file.
  var config = ""
  var nodes = 1
  /// Cores of each node.
  var cores = 64
  /// Nil for the number with which the sweep takes the shortest.
  var ranksPerNode: Int?
  var ranksPerFold = SweepOptions.RanksPerFold.automatic
  var speed = Speed.assumed
  /// Failures per node per day, on average; nil simulates none.
  var failures: Double?
  var seed: UInt64 = 2022
  var isJSON = false

  /// How fast training is.
  enum Speed: Equatable {
    /// It was not measured.
    case assumed
    /// GFLOP/s per core in whole training steps.
    case perCore(Double)
    /// Seconds that one rank takes for a step of MENet on the whole batch.
    case step(Double)
    /// A file of measured steps: `microfold bench step --json`.
    case measured(String)
  }

  /// GFLOP/s per core in whole training steps that are assumed: half of what two cores with AVX-512 were measured at.
  static let assumedSpeed = 2e-9 * MethodCost.assumedSpeed
}

extension CommandSpecification {
  static let plan = CommandSpecification(
    name: "plan",
    summary: "Show which ranks would train what, and how long it would take; trains nothing.",
    explanation: """
      Groups of ranks and the order of units come from the same code as in a sweep. It recommends the number of ranks \
      per node that makes the sweep shortest. A store that does not exist yet counts with the clips that its dataset \
      was published with. However a convolution is computed, its speed counts the multiplications and additions of \
      the direct sum.
      """,
    defaults: PlanOptions(),
    options: [
      .required(\.config, "--config", .file, "the sweep file"),
      .value(\.nodes, "--nodes", .integer(1...4096), "number of nodes"),
      .value(\.cores, "--cores", .integer(1...4096), "cores per node"),
      .optional(
        \.ranksPerNode, "--ranks-per-node", .integer(1...4096), "ranks per node",
        standard: "what makes the sweep shortest; with --step-seconds one for every eight cores"),
      .ranksPerFold(\.ranksPerFold),
      .value(
        \.speed, "--speed", OptionKind<Double>.number(0.001...1e6, "GFLOPS").map(PlanOptions.Speed.perCore),
        "GFLOP/s per core in whole training steps", standard: "\(Int(PlanOptions.assumedSpeed)), assumed",
        exclusion: "speed"),
      .value(
        \.speed, "--step-seconds", OptionKind<Double>.number(1e-6...1e6, "S").map(PlanOptions.Speed.step),
        "measured seconds of one rank for one step of MENet", exclusion: "speed"),
      .value(
        \.speed, "--measured", OptionKind<String>.file.map(PlanOptions.Speed.measured),
        "what `bench step --json` printed of one or both networks, with some numbers of threads and of ranks",
        exclusion: "speed"),
      .optional(
        \.failures, "--failures", .number(1e-9...1e4), "simulate failures: so many per node per day, on average"),
      .value(\.seed, "--seed", .integer(0...UInt64.max), "seed of the simulation"),
      .json(\.isJSON),
    ],
    examples: [
      "microfold plan --config sweeps/paper.json --nodes 8 --cores 64",
      "microfold plan --config sweeps/paper.json --nodes 8 --step-seconds 12 --failures 0.1",
      "microfold plan --config sweeps/paper.json --nodes 8 --measured steps.json",
    ],
    run: .alone { options, console in
      let plan = try RunPlan(options)
      if options.isJSON {
        console.line(PlanText.json(plan, options).canonicalText())
      } else {
        for line in PlanText.lines(plan, options) { console.line(line) }
      }
      return .success
    })
}
