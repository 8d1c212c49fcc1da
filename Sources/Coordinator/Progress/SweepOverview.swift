import Core
import Worker

/// Which group trains which unit and how far it is, as the groups reported it to the coordinator.
struct SweepOverview {
  private let configuration: SweepConfiguration
  private let units: [WorkUnit]
  /// Units that this job trains, in the order in which they are assigned.
  private let planned: [WorkUnit]
  private let ranksPerFold: Int?
  private var timeLeft: TimeLeft
  /// The hosts of all ranks that are left, and of each world rank.
  private var hosts: [String] = []
  private var hostOfRank: [Int: String] = [:]
  /// Units in training, and the world ranks of their groups. A group may have several, one after the other.
  private var assigned: [(unit: WorkUnit, ranks: [Int])] = []
  private var reported: [WorkUnit: UnitProgress] = [:]
  private let start = ContinuousClock.now
  /// The last estimate of the time left, which is not repeated for every step.
  private var estimate: (seconds: Double?, at: ContinuousClock.Instant)?

  /// Seconds between two estimates: each simulates the rest of the sweep.
  private static let estimateInterval = 2.0

  init(_ setup: SweepSetup, _ options: SweepOptions) {
    configuration = setup.configuration
    units = configuration.workUnits(setup.folds)
    planned = setup.pending
    if case .fixed(let ranks) = options.ranksPerFold { ranksPerFold = ranks } else { ranksPerFold = nil }
    timeLeft = TimeLeft(configuration, units: units, order: planned, clips: setup.clipCounts)
  }

  /// Number of the sweep's units.
  var total: Int { units.count }

  /// How many units of each arm have ended; nil for a sweep without arms.
  func arms(_ outcomes: [UnitOutcome]) -> [RunStatus.Arm]? { RunStatus.arms(of: configuration, units, outcomes) }

  /// Begins with these world ranks and their hosts; none has a unit.
  mutating func begin(_ ranks: [Int], hosts: [String]) {
    (self.hosts, assigned) = (hosts, [])
    hostOfRank = Dictionary(zip(ranks, hosts), uniquingKeysWith: { first, _ in first })
  }

  /// Records that a unit is assigned to world ranks, which may still be training another.
  mutating func start(_ unit: WorkUnit, ranks: [Int]) {
    assigned.append((unit, ranks))
    reported[unit] = nil
    timeLeft.begin(unit)
  }

  /// Records that a unit has ended or is paused.
  mutating func end(_ unit: WorkUnit) {
    assigned.removeAll { $0.unit == unit }
    estimate = nil
  }

  /// Takes the progress that a group reports.
  mutating func take(_ progress: UnitProgress) {
    reported[progress.unit] = progress
    let ranks = assigned.first { $0.unit == progress.unit }?.ranks ?? []
    let onHosts = Set(ranks.compactMap { hostOfRank[$0] })
    timeLeft.add(progress, ranks: max(1, ranks.count), host: onHosts.count == 1 ? onHosts.first : nil)
  }

  /// The speed of each rank that is left as a share of the mean, as far as steps have shown it.
  var rankSpeeds: [Double] { timeLeft.speeds(of: hosts) }

  /// What is known about the time that a unit still takes.
  func estimate(_ unit: WorkUnit) -> UnitQueue.Estimate { timeLeft.estimate(unit) }

  /// The progress of the sweep, to be shown.
  mutating func progress(_ outcomes: [UnitOutcome]) -> SweepProgress {
    // The first unit of each group.
    var leaders: Set<Int> = []
    let first = assigned.filter { leaders.insert($0.ranks.first ?? 0).inserted }
    let groups = first.sorted { ($0.ranks.first ?? 0) < ($1.ranks.first ?? 0) }.map { unit, ranks in
      SweepProgress.Group(
        ranks: ranks, unit: unit, progress: reported[unit], left: timeLeft.seconds(unit, ranks: ranks.count))
    }
    let ended = outcomes.map(\.unit)
    return SweepProgress(
      name: configuration.name, done: outcomes.count,
      failed: outcomes.count { if case .failed = $0 { true } else { false } },
      total: units.count, groups: groups,
      share: timeLeft.share(done: ended, running: groups.map(\.unit)), elapsed: SweepOverview.seconds(since: start),
      left: secondsLeft(groups, ended: Set(ended)))
  }

  private mutating func secondsLeft(_ groups: [SweepProgress.Group], ended: Set<WorkUnit>) -> Double? {
    if let estimate, let seconds = estimate.seconds {
      let age = SweepOverview.seconds(since: estimate.at)
      if age < SweepOverview.estimateInterval { return max(0, seconds - age) }
    }
    let running = Set(groups.map(\.unit))
    let seconds = timeLeft.seconds(
      TimeLeft.Rest(
        running: groups.map { ($0.unit, $0.ranks.count) },
        waiting: planned.filter { !ended.contains($0) && !running.contains($0) }, hosts: hosts,
        ranksPerFold: ranksPerFold))
    estimate = (seconds, .now)
    return seconds
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start).inSeconds
  }
}
