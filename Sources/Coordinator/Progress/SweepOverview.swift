import Core
import Worker

/// Who is at what in a sweep, as the coordinator heard it.
struct SweepOverview {
  private let name: String
  private let units: [WorkUnit]
  /// Units that this program is to train, in the order in which they are handed out.
  private let planned: [WorkUnit]
  private let ranksPerFold: Int?
  private var timeLeft: TimeLeft
  /// World ranks of each group, by the place of its first; and the hosts of all ranks.
  private var ranks: [Int: [Int]] = [:]
  private var hosts: [String] = []
  /// Units of each group: the one in training, and one ahead.
  private var handed: [Int: [WorkUnit]] = [:]
  private var heard: [WorkUnit: UnitProgress] = [:]
  private let start = ContinuousClock.now
  /// The last estimate of the whole, which is not made anew for every step.
  private var estimate: (seconds: Double?, at: ContinuousClock.Instant)?

  /// Seconds between two estimates: each plays the rest of the sweep.
  private static let estimateInterval = 2.0

  init(_ setup: SweepSetup, _ options: SweepOptions) {
    name = setup.configuration.name
    units = setup.configuration.workUnits(setup.folds)
    planned = setup.pending
    if case .fixed(let ranks) = options.ranksPerFold { ranksPerFold = ranks } else { ranksPerFold = nil }
    timeLeft = TimeLeft(setup.configuration, units: units, clips: setup.folds.trainingClips)
  }

  /// Units of the sweep.
  var total: Int { units.count }

  /// Groups are made, or made anew; none has a unit.
  ///
  /// - Parameters:
  ///   - ranks: world ranks of each group, by the place of its first.
  ///   - hosts: of all ranks that are left.
  mutating func begin(ranks: [Int: [Int]], hosts: [String]) {
    (self.ranks, self.hosts, handed) = (ranks, hosts, [:])
  }

  /// A unit goes to a group, known by the place of its first rank; the group may still be at another.
  mutating func start(_ unit: WorkUnit, leader: Int) {
    handed[leader, default: []].append(unit)
    heard[unit] = nil
    timeLeft.begin(unit)
  }

  /// A unit is over, or put off.
  mutating func end(_ unit: WorkUnit) {
    for leader in handed.keys { handed[leader]?.removeAll { $0 == unit } }
    estimate = nil
  }

  /// What a group says of its unit.
  mutating func take(_ progress: UnitProgress) {
    heard[progress.unit] = progress
    let leader = handed.first { $0.value.contains(progress.unit) }?.key
    timeLeft.see(progress, ranks: leader.flatMap { ranks[$0]?.count } ?? 1)
  }

  /// All of it, to be shown.
  mutating func progress(_ outcomes: [UnitOutcome]) -> SweepProgress {
    let groups = handed.sorted { $0.key < $1.key }.compactMap { leader, units -> SweepProgress.Group? in
      guard let unit = units.first else { return nil }
      let ranks = ranks[leader] ?? []
      return SweepProgress.Group(
        ranks: ranks, unit: unit, progress: heard[unit], left: timeLeft.seconds(unit, ranks: ranks.count))
    }
    let ended = outcomes.map(\.unit)
    return SweepProgress(
      name: name, done: outcomes.count, failed: outcomes.count { if case .failed = $0 { true } else { false } },
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
