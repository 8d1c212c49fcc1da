import Core

/// The plan of a sweep on given machines, which need not exist: the layout of the ranks, what they need, and the
/// schedule.
struct RunPlan {
  let configuration: SweepConfiguration
  /// Units of programs, whose time cannot be calculated beforehand: they are trained last.
  let others: Int
  let datasets: [(name: String, clips: Int, folds: Int, origin: String)]
  /// The units of each arm, and the share of the work that can be calculated; none in a sweep without arms.
  let arms: [(name: String, units: Int, share: Double)]
  /// What is made before the first unit.
  let preparations: [SweepPreparations.Item]
  let layout: RankLayout
  /// Every layout that was compared, with the sweep's seconds; empty where the user gave one.
  let layouts: [(layout: RankLayout, seconds: Double)]
  /// Ranks of the smallest and of the largest group.
  let groups: ClosedRange<Int>
  /// Multiplications and additions per second of one core, in whole steps of a rank.
  let flopsPerCore: Double
  let isSpeedAssumed: Bool
  /// Whether any time depends on this speed; that of some methods was measured in seconds.
  let needsSpeed: Bool
  /// How a step speeds up with cores and ranks.
  let scaling: StepScaling
  let bytesPerRank, bytesSentPerStep: Double
  let schedule: Schedule
  /// Seconds before the first unit starts, in which the clips are made, and after the last has ended.
  let secondsBefore, secondsAfter: Double
  /// Seconds of the whole sweep.
  var seconds: Double { secondsBefore + schedule.seconds + secondsAfter }
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
    let chosen = try RunPlan.layout(options)
    let lanes = configuration.commonLanes
    var fixed: Int?
    if case .fixed(let size) = options.ranksPerFold {
      let ranks = chosen?.ranks ?? options.nodes * options.cores
      guard size <= lanes, size <= ranks else {
        throw Fault(
          at: "--ranks-per-fold",
          "is \(size), but \(size > lanes ? "a batch has \(lanes) lanes" : "there are \(ranks) ranks")")
      }
      fixed = size
    }

    let cost = UnitCost(configuration: configuration)
    let clips = planned.clipCounts
    let everything = configuration.workUnits(planned.folds)
    let all = everything.filter { cost.cost(of: $0).isKnown }
    others = everything.count - all.count
    needsSpeed = all.contains { cost.cost(of: $0).total(clips($0)) > 0 }
    let work = Dictionary(uniqueKeysWithValues: all.map { ($0, cost.total($0, clips($0))) })
    let units = all.longestFirst { work[$0, default: 0] }
    // In the units' order, not a dictionary's: additions of floats depend on it.
    func sum(_ units: [WorkUnit]) -> Double { units.reduce(0) { $0 + work[$1, default: 0] } }
    let whole = sum(all)
    arms = configuration.armNames.compactMap { $0 }.map { arm in
      let own = everything.filter { $0.arm == arm }
      return (arm, own.count, whole > 0 ? sum(own) / whole : 0)
    }
    // A measured step is one of the first arm.
    let motion = all.lazy.compactMap { cost.cost(of: $0).parts.first { $0.network == .menet }?.perClip }.first
    let batch = configuration.resolved(all.first?.arm).training.batch
    let step = Double(batch) * (motion ?? 0)
    switch options.speed {
    case .perCore(let speed): (scaling, isSpeedAssumed) = (StepScaling(flopsPerCore: speed * 1e9), false)
    case .measured(let path):
      let first = configuration.resolved(all.first?.arm)
      (scaling, isSpeedAssumed) = (StepScaling(try StepScaling.Measurement.read(path, for: first)), false)
    case .step(let seconds) where step > 0:
      let cores = Double(chosen?.coresPerRank ?? 1)
      (scaling, isSpeedAssumed) = (StepScaling(flopsPerCore: 2 * step / seconds / cores), false)
    // A sweep without networks has no steps, so their measured time gives no speed.
    case .assumed, .step:
      (scaling, isSpeedAssumed) = (StepScaling(flopsPerCore: PlanOptions.assumedSpeed * 1e9), true)
    }

    let prerequisites = configuration.prerequisites(units)
    let scaling = scaling
    let beside = BesideSteps(configuration, preparations, scaling)
    let storedClips = datasets.reduce(0) { $0 + $1.clips }
    let sweep = { (layout: RankLayout) in
      let cores = layout.coresPerRank
      let speed = scaling.speed(cores: cores)
      // As many groups as ranks may begin at once.
      let withFeatures = cost.unitsWithFeatures(units, groups: layout.ranks)
      let whole = Dictionary(
        uniqueKeysWithValues: units.map { unit in
          let (own, clips) = (cost.cost(of: unit), clips(unit))
          let counted = own.total(clips, identitySpeed: scaling.identitySpeed ?? 1)
          let slowness = scaling.slownessOfMethods
          let measured = slowness * own.seconds(clips, cores: cores)
          let features = withFeatures.contains(unit) ? slowness * own.featureSeconds(clips) / Double(cores) : 0
          let beside = beside.seconds(of: unit, own, clips, cores: cores, stepSeconds: counted / speed + measured)
          return (unit, counted + own.ending(clips) + (beside + measured + features) * speed)
        })
      let epochs = Dictionary(
        uniqueKeysWithValues: all.map { ($0, cost.longestEpoch($0, clips($0), speed: speed / Double(cores))) })
      return Schedule.Sweep(
        units: units, prerequisites: prerequisites, work: whole, epoch: epochs,
        nodes: (0..<layout.ranks).map { $0 / layout.ranksPerNode }, speed: speed,
        efficiency: { scaling.efficiency(ranks: $0, cores: layout.coresPerRank) },
        sizes: GroupSizes(most: lanes, fixed: fixed))
    }
    let candidates = chosen.map { [$0] } ?? RankLayout.all(nodes: options.nodes, cores: options.cores)
    let compared = candidates.filter { $0.ranks >= fixed ?? 1 }.map { layout in
      (layout: layout, plan: (layout: layout, schedule: Schedule(sweep(layout))))
    }
    func seconds(_ layout: RankLayout, _ schedule: Schedule) -> Double {
      beside.secondsBefore(layout) + schedule.seconds + beside.secondsAfter(units: everything.count, clips: storedClips)
    }
    guard let best = RankLayout.best(compared, seconds: { seconds($0.layout, $0.schedule) }) else {
      throw Fault(at: "--ranks-per-fold", "needs more ranks than there are cores")
    }
    let lossy = sweep(best.layout)
    (layout, schedule) = best
    flopsPerCore = 2 * scaling.speed(cores: layout.coresPerRank) / Double(layout.coresPerRank)
    layouts = chosen == nil ? compared.map { ($0.layout, seconds($0.layout, $0.plan.schedule)) } : []
    secondsBefore = beside.secondsBefore(layout)
    secondsAfter = beside.secondsAfter(units: everything.count, clips: storedClips)
    let sizes = schedule.slots.map(\.ranks.count)
    groups = (sizes.min() ?? 1)...(sizes.max() ?? 1)
    let most = all.map(clips).max { $0.training + $0.test < $1.training + $1.test }
    bytesPerRank = cost.bytesPerRank(
      ranksPerFold: groups.lowerBound, clips: most, threads: layout.coresPerRank)
    bytesSentPerStep = cost.bytesSentPerStep(ranksPerFold: groups.upperBound)
    simulation = options.failures.map { LossSimulation(lossy, perNodeDay: $0, seed: options.seed) }
  }

  /// The layout that the user gave, or that a measured step belongs to; nil where the best one is to be found.
  private static func layout(_ options: PlanOptions) throws -> RankLayout? {
    var usual: Int?
    // The step was measured on one rank, which has the usual cores where nothing else is said.
    if case .step = options.speed { usual = max(1, options.cores / RankLayout.usualCores) }
    guard let ranks = options.ranksPerNode ?? usual else { return nil }
    guard ranks <= options.cores else {
      throw Fault(at: "--ranks-per-node", "is \(ranks), more than the \(options.cores) cores of a node")
    }
    return RankLayout(nodes: options.nodes, ranksPerNode: ranks, coresPerRank: options.cores / ranks)
  }
}
