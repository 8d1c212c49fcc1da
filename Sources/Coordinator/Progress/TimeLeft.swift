import Core
import Worker

/// Estimates how long the rest of a sweep takes: the work that the cost model counts, at the measured speed.
///
/// The cost model gives the work of each stage and dataset, and a schedule which group trains which unit. The speed of
/// the machine is measured from the steps of this run, separately for MENet's stages, IDNet's, and the work that the
/// cost model knows in seconds. It is a value without a clock: the reports of the groups contain their own seconds.
struct TimeLeft {
  /// The units that have not ended.
  struct Rest {
    /// Units in training, and the ranks of their groups.
    var running: [(unit: WorkUnit, ranks: Int)]
    /// In the order in which they are assigned.
    var waiting: [WorkUnit]
    /// The host of each rank that is left.
    var hosts: [String]
    /// Nil lets `GroupSizes` decide.
    var ranksPerFold: Int?
  }

  private let courses: [WorkUnit: UnitCourse]
  /// The work of all units.
  private let whole: Double
  private let sizes: GroupSizes
  private var last: [WorkUnit: UnitProgress] = [:]
  /// The speed of each kind of step: of a dataset's units, of an arm's, of a network's, as far as they were seen.
  private var speeds: [Kind: Measured] = [:]
  private var hostSpeeds = HostSpeeds<Kind>()
  /// For programs, whose work cannot be calculated beforehand; each of their units counts as 1.
  private var unknown: [Variant: Measured] = [:]
  /// All that the sweep compares.
  private let compared: [Variant]

  /// Steps of one network that take about as long for the same work: those of one dataset, variant and arm. Nil stands
  /// for any, for units of which nothing nearer was seen yet.
  private struct Kind: Hashable {
    var steps: UnitCourse.Steps
    var arm: String?
    var variant: Variant?
    var dataset: String?

    /// From the nearest kind to any.
    static func all(_ unit: WorkUnit, _ steps: UnitCourse.Steps) -> [Kind] {
      [
        Kind(steps: steps, arm: unit.arm, variant: unit.variant, dataset: unit.dataset),
        Kind(steps: steps, arm: unit.arm, variant: unit.variant),
        Kind(steps: steps, arm: unit.arm),
      ] + (unit.arm == nil ? [] : [Kind(steps: steps)])
    }
  }

  /// Measured work, multiplications with additions, and the rank-seconds that it took.
  struct Measured {
    private(set) var work = 0.0, rankSeconds = 0.0

    mutating func add(_ work: Double, rankSeconds: Double) {
      self.work += work
      self.rankSeconds += rankSeconds
    }

    var rate: Double? { work > 0 && rankSeconds > 0 ? work / rankSeconds : nil }
  }

  /// - Parameters:
  ///   - units: all of the sweep's.
  ///   - order: those that this job trains, in the order in which they begin: the first that needs some features
  ///     computes them.
  ///   - clips: how many clips a unit trains on and tests.
  init(
    _ configuration: SweepConfiguration, units: [WorkUnit], order: [WorkUnit],
    clips: (WorkUnit) -> MethodCost.ClipCounts
  ) {
    let cost = UnitCost(configuration: configuration)
    sizes = GroupSizes(most: configuration.commonLanes)
    compared = configuration.compared
    let withFeatures = cost.unitsWithFeatures(order, groups: 1)
    let all = units.map { unit in
      (unit, UnitCourse(cost.cost(of: unit), clips: clips(unit), hasFeatures: withFeatures.contains(unit)))
    }
    courses = Dictionary(all, uniquingKeysWith: { $1 })
    // In the units' order, not a dictionary's: additions of floats depend on it.
    whole = all.reduce(0) { $0 + $1.1.total }
  }

  /// Records that a group starts or resumes a unit.
  mutating func begin(_ unit: WorkUnit) { last[unit] = nil }

  /// Measures the speed from the report of a group. The first report of a unit of several steps is not used, because
  /// perhaps not all of them were taken by this group.
  ///
  /// - Parameter host: of all ranks of the group; nil where it spans several, or that is not known.
  mutating func add(_ progress: UnitProgress, ranks: Int, host: String? = nil) {
    defer { last[progress.unit] = progress }
    guard let course = courses[progress.unit], course.isKnown else { return addUnknown(progress, ranks: ranks) }
    let before = last[progress.unit]
    guard before != nil || progress.steps == 1, progress.seconds > before?.seconds ?? 0,
      progress.step >= before?.step ?? 0, before.map({ steps(of: $0) == steps(of: progress) }) ?? true
    else { return }
    let work = course.work(until: progress.share) - (before.map { course.work(until: $0.share) } ?? 0)
    let rankSeconds = (progress.seconds - (before?.seconds ?? 0)) * Double(ranks)
    for kind in Kind.all(progress.unit, steps(of: progress)) {
      speeds[kind, default: Measured()].add(work, rankSeconds: rankSeconds)
    }
    if let host, let nearest = Kind.all(progress.unit, steps(of: progress)).first {
      hostSpeeds.add(work, rankSeconds: rankSeconds, nearest, host: host)
    }
  }

  /// The speed of ranks of these hosts as shares of the mean.
  func speeds(of hosts: [String]) -> [Double] { hostSpeeds.relative(hosts) }

  /// The networks of other methods have no stages; those without known seconds are counted like MENet's.
  private func steps(of progress: UnitProgress) -> UnitCourse.Steps {
    if let stage = progress.stage { return stage.trainsMotion ? .motion : .identity }
    return courses[progress.unit]?.isInSeconds == true ? .inSeconds : .motion
  }

  /// Work per second of one rank in a unit's steps. Where they were not seen yet it is that of the other network's
  /// steps, and nil where nothing was; for work that is known in seconds, that of one core as it is assumed.
  private func rate(_ unit: WorkUnit, _ steps: UnitCourse.Steps) -> Double? {
    if let own = Kind.all(unit, steps).lazy.compactMap({ speeds[$0]?.rate }).first { return own }
    if steps == .inSeconds { return MethodCost.assumedSpeed }
    return Kind.all(unit, steps == .motion ? .identity : .motion).lazy.compactMap { speeds[$0] }
      .first { $0.rankSeconds >= TimeLeft.longEnough }?.rate
  }

  /// Rank-seconds of steps that speak for those of the other network. The first epochs of a small IDNet are spent on
  /// other things than multiplications, and would say ten times too long for MENet.
  private static let longEnough = 30.0

  /// What is left of a unit, in seconds as soon as the speed of its steps is known.
  func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate {
    guard let course = courses[unit] else { return UnitQueue.Estimate(left: 0, epoch: 0, isInSeconds: false) }
    let share = last[unit]?.share ?? 0
    guard course.isKnown else {
      let whole = unknown[unit.variant]?.rate.map { 1 / $0 }
      // Its epochs are not known: it is not interrupted.
      return UnitQueue.Estimate(
        left: (whole ?? 0) * (1 - share), epoch: whole ?? 0, isInSeconds: whole != nil)
    }
    guard let seconds = rankSeconds(unit), let slowest = rate(unit, course.isInSeconds ? .inSeconds : .motion) else {
      return UnitQueue.Estimate(
        left: course.total - course.work(until: share), epoch: course.longestEpoch, isInSeconds: false)
    }
    return UnitQueue.Estimate(left: seconds, epoch: course.longestEpoch / slowest)
  }

  private mutating func addUnknown(_ progress: UnitProgress, ranks: Int) {
    let before = last[progress.unit]
    let work = progress.share - (before?.share ?? 0)
    let seconds = progress.seconds - (before?.seconds ?? 0)
    guard work > 0, seconds > 0 else { return }
    unknown[progress.unit.variant, default: Measured()].add(work, rankSeconds: seconds * Double(ranks))
  }

  /// Seconds that a unit still takes on a number of ranks; nil before anything is measured.
  func seconds(_ unit: WorkUnit, ranks: Int) -> Double? {
    rankSeconds(unit).map { $0 / Double(max(1, ranks)) }
  }

  /// Seconds until the last unit ends, from a simulated schedule of the units that are left.
  func seconds(_ rest: Rest) -> Double? {
    let units = rest.running.map(\.unit) + rest.waiting
    var work: [WorkUnit: Double] = [:]
    for unit in units {
      guard let seconds = rankSeconds(unit) else { return nil }
      work[unit] = seconds
    }
    let nodeOfHost = Dictionary(zip(rest.hosts, rest.hosts.indices), uniquingKeysWith: { first, _ in first })
    let schedule = Schedule(
      Schedule.Sweep(
        units: units, work: work, epoch: [:], nodes: rest.hosts.map { nodeOfHost[$0, default: 0] }, speed: 1,
        shares: speeds(of: rest.hosts),
        sizes: GroupSizes(most: sizes.most, fixed: rest.ranksPerFold)))
    // The sweep takes at least as long as its longest unit takes on its present group.
    let longest = rest.running.compactMap { seconds($0.unit, ranks: $0.ranks) }.max() ?? 0
    return rest.ranksPerFold == nil ? schedule.seconds : max(schedule.seconds, longest)
  }

  /// Share of the work of all units that is done, by units that ended and units in training.
  func share(done: [WorkUnit], running: [WorkUnit]) -> Double {
    guard whole > 0 else { return Double(done.count) / Double(max(1, courses.count)) }
    let finished = done.reduce(0) { $0 + (courses[$1]?.total ?? 0) }
    let part = running.reduce(0) { sum, unit in
      sum + (last[unit].flatMap { courses[unit]?.work(until: $0.share) } ?? 0)
    }
    return min(1, (finished + part) / whole)
  }

  private func rankSeconds(_ unit: WorkUnit) -> Double? {
    guard let course = courses[unit], course.isKnown else {
      // A program that is not measured yet is assumed to take as long as the others, or no time beside the methods.
      let assumed = unknown.isEmpty ? (speeds.isEmpty ? nil : 0) : meanOfUnknown
      return unknown[unit.variant]?.rate.map { (1 - (last[unit]?.share ?? 0)) / $0 } ?? assumed
    }
    let left = course.left(from: last[unit]?.share ?? 0)
    if course.isInSeconds { return rate(unit, .inSeconds).map { left.inSeconds / $0 } }
    guard let motion = rate(unit, .motion) else { return nil }
    guard left.identity > 0 else { return left.motion / motion }
    return rate(unit, .identity).map { left.motion / motion + left.identity / $0 }
  }

  /// Seconds of one rank for a unit of a program: the mean over the measured ones.
  private var meanOfUnknown: Double {
    // In the sweep's order, not a dictionary's: additions of floats depend on it.
    let seconds = compared.compactMap { unknown[$0]?.rate }.map { 1 / $0 }
    return seconds.reduce(0, +) / Double(max(1, seconds.count))
  }
}

extension UnitProgress {
  /// Share of the unit's steps that is done, 0 to 1.
  var share: Double { steps > 0 ? min(1, max(0, Double(step) / Double(steps))) : 0 }
}
