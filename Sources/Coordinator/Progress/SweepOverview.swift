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
  /// World ranks of each group, by the position of its first rank among the members; and the hosts of all ranks.
  private var ranks: [Int: [Int]] = [:]
  private var hosts: [String] = []
  /// Units of each group: the one in training, and one ahead.
  private var assigned: [Int: [WorkUnit]] = [:]
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
    timeLeft = TimeLeft(configuration, units: units, clips: setup.splits.trainingClips)
  }

  /// Number of the sweep's units.
  var total: Int { units.count }

  /// How many units of each arm have ended; nil for a sweep without arms.
  func arms(_ outcomes: [UnitOutcome]) -> [RunStatus.Arm]? { RunStatus.arms(of: configuration, units, outcomes) }

  /// Begins a round with these groups; none has a unit.
  ///
  /// - Parameters:
  ///   - ranks: world ranks of each group, by the position of its first rank.
  ///   - hosts: of all ranks that are left.
  mutating func begin(ranks: [Int: [Int]], hosts: [String]) {
    (self.ranks, self.hosts, assigned) = (ranks, hosts, [:])
  }

  /// Records that a unit is assigned to a group, which may still be training another.
  mutating func start(_ unit: WorkUnit, leader: Int) {
    assigned[leader, default: []].append(unit)
    reported[unit] = nil
    timeLeft.begin(unit)
  }

  /// Records that a unit has ended or is paused.
  mutating func end(_ unit: WorkUnit) {
    for leader in assigned.keys { assigned[leader]?.removeAll { $0 == unit } }
    estimate = nil
  }

  /// Takes the progress that a group reports.
  mutating func take(_ progress: UnitProgress) {
    reported[progress.unit] = progress
    let leader = assigned.first { $0.value.contains(progress.unit) }?.key
    timeLeft.add(progress, ranks: leader.flatMap { ranks[$0]?.count } ?? 1)
  }

  /// The progress of the sweep, to be shown.
  mutating func progress(_ outcomes: [UnitOutcome]) -> SweepProgress {
    let groups = assigned.sorted { $0.key < $1.key }.compactMap { leader, units -> SweepProgress.Group? in
      guard let unit = units.first else { return nil }
      let ranks = ranks[leader] ?? []
      return SweepProgress.Group(
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
