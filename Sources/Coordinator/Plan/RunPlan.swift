import Core

/// The plan of a sweep on given machines, which need not exist: the layout of the ranks, what they need, and the
/// schedule.
struct RunPlan {
  let configuration: SweepConfiguration
  /// Units of methods whose time cannot be calculated beforehand: they are short and are trained last.
  let others: Int
  let datasets: [(name: String, clips: Int, folds: Int, origin: String)]
  /// The units of each arm, and the share of the work that can be calculated; none in a sweep without arms.
  let arms: [(name: String, units: Int, share: Double)]
  /// What is made before the first unit.
  let preparations: [SweepPreparations.Item]
  let nodes, cores, ranksPerNode, coresPerRank: Int
  /// Ranks of the largest group.
  let ranksPerFold: Int
  let groups: Int
  /// Multiplications and additions per second of one core, in whole steps.
  let flopsPerCore: Double
  let isSpeedAssumed: Bool
  let bytesPerRank, bytesSentPerStep: Double
  let schedule: Schedule
  /// The simulation with nodes lost at random; nil where it was not asked for.
  let simulation: LossSimulation?

  /// - Throws: `Fault` or `Faults` about the user's options or sweep file.
  init(_ options: PlanOptions) throws {
    configuration = try SweepConfiguration.load(options.config)
    let planned = try PlannedFolds(configuration)
    datasets = zip(planned.folds.datasets, planned.origins).map { dataset, origin in
      (dataset.name, dataset.folds.reduce(0) { $0 + $1.count }, dataset.folds.count, origin)
    }
    preparations = try SweepPreparations(configuration).items
    (nodes, cores) = (options.nodes, options.cores)
    ranksPerNode = options.ranksPerNode ?? max(1, options.cores / 8)
    guard ranksPerNode <= cores else {
      throw Fault(at: "--ranks-per-node", "is \(ranksPerNode), more than the \(cores) cores of a node")
    }
    coresPerRank = cores / ranksPerNode
    let ranks = nodes * ranksPerNode
    let lanes = configuration.commonLanes
    var fixed: Int?
    if case .fixed(let size) = options.ranksPerFold {
      guard size <= lanes, size <= ranks else {
        throw Fault(
          at: "--ranks-per-fold",
          "is \(size), but \(size > lanes ? "a batch has \(lanes) lanes" : "there are \(ranks) ranks")")
      }
      fixed = size
    }

    let cost = UnitCost(configuration: configuration)
    let clips = planned.all.trainingClips
    let everything = configuration.workUnits(planned.folds)
    let all = everything.filter { cost.cost(of: $0).isKnown }
    others = everything.count - all.count
    let work = Dictionary(uniqueKeysWithValues: all.map { ($0, cost.total($0, clips: clips($0))) })
    let units = Partition.longestFirst(all) { work[$0, default: 0] }
    // In the units' order, not a dictionary's: additions of floats depend on it.
    func sum(_ units: [WorkUnit]) -> Double { units.reduce(0) { $0 + work[$1, default: 0] } }
    let whole = sum(all)
    arms = configuration.armNames.compactMap { $0 }.map { arm in
      let own = everything.filter { $0.arm == arm }
      return (arm, own.count, whole > 0 ? sum(own) / whole : 0)
    }
    // A measured step is one of the first arm.
    let motion = all.first.flatMap { cost.cost(of: $0).parts.first { $0.network == .menet }?.perClip }
    let batch = configuration.resolved(all.first?.arm).training.batch
    let step = Double(batch) * (motion ?? 0)
    switch options.speed {
    case .assumed: (flopsPerCore, isSpeedAssumed) = (PlanOptions.assumedSpeed * 1e9, true)
    case .perCore(let speed): (flopsPerCore, isSpeedAssumed) = (speed * 1e9, false)
    // A sweep without networks has no steps, so their measured time gives no speed.
    case .step where step == 0: (flopsPerCore, isSpeedAssumed) = (PlanOptions.assumedSpeed * 1e9, true)
    case .step(let seconds): (flopsPerCore, isSpeedAssumed) = (2 * step / seconds / Double(coresPerRank), false)
    }

    let perNode = ranksPerNode
    let sweep = Schedule.Sweep(
      units: units, prerequisites: configuration.prerequisites(units), work: work,
      epoch: Dictionary(uniqueKeysWithValues: all.map { ($0, cost.longestEpoch($0, clips: clips($0))) }),
      nodes: (0..<ranks).map { $0 / perNode }, speed: flopsPerCore / 2 * Double(coresPerRank), lanes: lanes,
      ranksPerFold: fixed)
    schedule = Schedule(sweep)
    let size = fixed ?? Partition.automaticRanksPerFold(ranks: ranks, units: everything.count, lanes: lanes)
    let made = Partition.groups(hosts: sweep.nodes.map { "node \($0)" }, ranksPerFold: size)
    (ranksPerFold, groups) = (made.map(\.count).max() ?? 1, made.count)
    bytesPerRank = cost.bytesPerRank(ranksPerFold: ranksPerFold)
    bytesSentPerStep = cost.bytesSentPerStep(ranksPerFold: ranksPerFold)
    simulation = options.failures.map { LossSimulation(sweep, perNodeDay: $0, seed: options.seed) }
  }

  /// The beginning of the command that runs the sweep.
  var command: String {
    let ranks = nodes * ranksPerNode
    guard ranks > 1 else { return "microfold sweep" }
    return "mpirun -n \(ranks)\(nodes > 1 ? " --hostfile FILE" : "") --map-by slot:PE=\(coresPerRank) --bind-to core "
      + "microfold sweep"
  }
}
