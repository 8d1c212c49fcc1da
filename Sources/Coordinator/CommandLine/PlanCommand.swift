import Core

/// What `microfold plan` is to plan.
struct PlanOptions: Equatable {
  /// The sweep file.
  var config: String
  var nodes = 1
  /// Cores of a node.
  var cores = 64
  /// nil for one rank every eight cores.
  var ranksPerNode: Int?
  var ranksPerFold = SweepOptions.RanksPerFold.automatic
  var speed = Speed.assumed
  /// Losses of a node a day, in the mean; nil simulates none.
  var failures: Double?
  var seed: UInt64 = 2022
  var isJSON = false

  /// How fast training is.
  enum Speed: Equatable {
    /// Nobody measured it.
    case assumed
    /// Whole steps, GFLOP/s a core.
    case perCore(Double)
    /// Seconds that one rank takes for a step of MENet on the whole batch.
    case step(Double)
  }

  /// GFLOP/s a core in whole training steps that are assumed: half of what two cores with AVX-512 were measured at.
  static let assumedSpeed = 100.0
}

extension CommandSpecification {
  static let plan = CommandSpecification(
    name: "plan",
    summary: "Say who would train what, and how long it would take; runs nothing.",
    explanation: """
      Groups and the order of units come from the code that a sweep runs. A store that does not exist yet counts with the \
      clips that its dataset was published with. The speed is that of plain sums: however a convolution is computed, its \
      direct multiplications and additions are counted.
      """,
    options: [
      Option(name: "--config", value: "FILE", help: "the sweep file", isRequired: true),
      Option(name: "--nodes", value: "N", help: "machines", standard: "1"),
      Option(name: "--cores", value: "N", help: "cores of a machine", standard: "64"),
      Option(name: "--ranks-per-node", value: "N", help: "ranks on a machine", standard: "one every eight cores"),
      Option(
        name: "--ranks-per-fold", value: "N|auto", help: "ranks that train one fold together, a power of two",
        standard: "auto"),
      Option(
        name: "--speed", value: "GFLOPS", help: "GFLOP/s a core in whole training steps",
        standard: "\(Int(PlanOptions.assumedSpeed)), assumed", exclusion: "speed"),
      Option(
        name: "--step-seconds", value: "S", help: "what one rank was measured to take for a step of MENet",
        exclusion: "speed"),
      Option(
        name: "--failures", value: "X", help: "simulate the loss of nodes: so many a node and day, in the mean"),
      Option(name: "--seed", value: "N", help: "seed of the simulation", standard: "2022"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: [
      "microfold plan --config sweeps/paper.json --nodes 8 --cores 64",
      "microfold plan --config sweeps/paper.json --nodes 8 --step-seconds 12 --failures 0.1",
    ],
    read: { arguments throws(Fault) in
      let perCore = try arguments.number("--speed", 0.001...1e6)
      let step = try arguments.number("--step-seconds", 1e-6...1e6)
      return .plan(
        PlanOptions(
          config: try arguments.requiredText("--config"),
          nodes: try arguments.integer("--nodes", 1...4096) ?? 1,
          cores: try arguments.integer("--cores", 1...4096) ?? 64,
          ranksPerNode: try arguments.integer("--ranks-per-node", 1...4096),
          ranksPerFold: try ranksPerFold(arguments),
          speed: perCore.map(PlanOptions.Speed.perCore) ?? step.map(PlanOptions.Speed.step) ?? .assumed,
          failures: try arguments.number("--failures", 1e-9...1e4),
          seed: try arguments.integer("--seed", 0...UInt64.max) ?? 2022,
          isJSON: arguments.isOn("--json")))
    })
}
