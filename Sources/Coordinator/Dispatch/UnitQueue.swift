import Core

/// The units that wait, those in training, and the ranks of each: a value, without clocks or messages.
///
/// It serves the sweep, where groups report, and the plan, where time is simulated.
struct UnitQueue {
  private(set) var waiting: [WorkUnit]
  /// The groups at work, by their first rank.
  private(set) var groups: [Int: Group] = [:]
  private(set) var pool: RankPool
  /// Paused units, and the ranks with which they continue.
  private var resuming: [(unit: WorkUnit, ranks: Int)] = []
  private let sizes: any GroupSizing
  /// For each unit that starts only after another has ended, that one.
  private let prerequisites: [WorkUnit: WorkUnit]
  /// How often a unit failed.
  private var failures: [WorkUnit: Int]
  /// Whether no more units are assigned.
  private(set) var isEnding = false

  /// Ranks, and the units that they train, one after the other.
  struct Group: Equatable {
    var ranks: [Int]
    var units: [WorkUnit]
    /// The number of ranks with which its unit is to continue, once it is paused; nil where it stays.
    var next: Int?
  }

  /// What is known about the time of a unit.
  struct Estimate {
    /// What is left, and one epoch, in seconds of one rank.
    var left: Double
    var epoch: Double
    /// Whether it was measured, or calculated in seconds; otherwise only the quotients of different units count.
    var isInSeconds = true
  }

  /// What has to be told to groups.
  struct Orders: Equatable {
    /// Units that begin.
    var starts: [Group] = []
    /// Units that are to be interrupted at the end of an epoch, because more ranks can train them.
    var pauses: [WorkUnit] = []
  }

  /// How often a unit is tried before it counts as failed.
  static let attempts = 2
  /// Seconds that it takes to begin or to resume a unit: no unit is interrupted for less.
  static let beginning = 2.0
  /// Units that are assigned together take at most this many seconds.
  private static let together = 0.5
  private static let mostTogether = 32

  /// - Parameters:
  ///   - units: in the order in which they are assigned.
  ///   - pool: all ranks, idle.
  ///   - failures: how often units failed before.
  ///   - prerequisites: for each unit that starts only after another has ended, that one.
  init(
    _ units: [WorkUnit], _ pool: RankPool, _ sizes: any GroupSizing, failures: [WorkUnit: Int] = [:],
    prerequisites: [WorkUnit: WorkUnit] = [:]
  ) {
    (waiting, self.pool, self.sizes) = (units, pool, sizes)
    (self.failures, self.prerequisites) = (failures, prerequisites)
  }

  /// The group that trains a unit.
  func group(of unit: WorkUnit) -> Group? { groups.values.first { $0.units.contains(unit) } }

  /// Whether nothing is in training and nothing will be.
  var isOver: Bool { groups.isEmpty && resuming.isEmpty && (isEnding || waiting.isEmpty) }

  /// Whether each waiting unit can start now.
  private var isReady: [Bool] {
    guard !prerequisites.isEmpty else { return Array(repeating: true, count: waiting.count) }
    let open = Set(waiting).union(groups.values.flatMap(\.units)).union(resuming.map(\.unit))
    return waiting.map { unit in prerequisites[unit].map { !open.contains($0) } ?? true }
  }

  /// Takes what is known about the speed of each rank, in any measure.
  mutating func know(speeds: [Double]) { pool.speeds = speeds }

  /// Gives the idle ranks work: units that wait begin, or units in training get more ranks.
  ///
  /// - Parameter estimate: of a unit that has not ended.
  mutating func assign(_ estimate: (WorkUnit) -> Estimate) -> Orders {
    var orders = Orders()
    for (unit, size) in resuming { orders.starts.append(start([unit], on: size)) }
    resuming = []
    let atWork = groups.sorted { $0.key < $1.key }.map(\.value)
    // Some idle ranks are kept for units that are being interrupted.
    let kept = atWork.reduce(0) { $0 + ($1.next ?? $1.ranks.count) - $1.ranks.count }
    let free = pool.idle.count - kept
    guard !isEnding, free > 0, !waiting.isEmpty || !groups.isEmpty else { return orders }
    let (estimates, ready) = (waiting.map(estimate), isReady)
    let chosen = sizes.decide(
      atWork.map { size(of: $0, estimate) }
        + zip(estimates, ready).map { GroupSizes.Unit(left: max(0, $0.left), isReady: $1) }, idle: free)

    for (group, size) in zip(atWork, chosen) where size > group.next ?? group.ranks.count {
      groups[group.ranks[0]]?.next = size
      orders.pauses += group.units
    }
    var started: Set<Int> = []
    let new = Array(chosen.dropFirst(atWork.count))
    for (index, size) in new.enumerated() where size > 0 && !started.contains(index) {
      let together = size == 1 ? short(from: index, estimates, ready, sizes: new, without: started) : [index]
      started.formUnion(together)
      orders.starts.append(start(together.map { waiting[$0] }, on: size))
    }
    waiting = waiting.indices.filter { !started.contains($0) }.map { waiting[$0] }
    return orders
  }

  private mutating func start(_ units: [WorkUnit], on ranks: Int) -> Group {
    let group = Group(ranks: pool.take(ranks), units: units)
    groups[group.ranks[0]] = group
    return group
  }

  /// A group at work as a unit whose ranks may change.
  private func size(of group: Group, _ estimate: (WorkUnit) -> Estimate) -> GroupSizes.Unit {
    let all = group.units.map(estimate)
    // On slow ranks as much as more work.
    let slowness = pool.meanSpeed * Double(group.ranks.count) / pool.speed(of: group.ranks)
    var unit = GroupSizes.Unit(
      left: max(0, all.reduce(0) { $0 + $1.left }) * slowness, ranks: group.next ?? group.ranks.count)
    if group.next == nil, all.count == 1, all[0].isInSeconds {
      unit.growsAbove = slowness * all[0].epoch / Double(group.ranks.count) + UnitQueue.beginning
    }
    return unit
  }

  /// A waiting unit and, where all of them are short and many wait, those behind it, so that a rank does not ask for
  /// each of them.
  ///
  /// - Parameters:
  ///   - sizes: of the waiting units; those of 0 do not begin otherwise.
  ///   - started: that begin already.
  private func short(
    from first: Int, _ estimates: [Estimate], _ ready: [Bool], sizes: [Int], without started: Set<Int>
  ) -> [Int] {
    var (all, seconds) = ([first], estimates[first].left)
    let share = waiting.count / (4 * max(1, pool.speeds.count))
    for next in waiting.indices.dropFirst(first + 1)
    where sizes[next] == 0 && ready[next] && !started.contains(next) {
      seconds += estimates[next].left
      guard estimates[first].isInSeconds, estimates[next].isInSeconds, seconds <= UnitQueue.together,
        all.count < min(share, UnitQueue.mostTogether)
      else { break }
      all.append(next)
    }
    return all
  }

  // MARK: - What groups report

  mutating func finish(_ unit: WorkUnit) { release(unit) }

  /// Takes back a paused unit: it continues with the ranks that were kept for it, or before the others that wait.
  mutating func pause(_ unit: WorkUnit) {
    let next = group(of: unit)?.next
    guard release(unit) else { return }
    if let next, !isEnding { resuming.append((unit, next)) } else { waiting.insert(unit, at: 0) }
  }

  /// Records that a unit failed; it is tried again after all others, unless it has failed before.
  ///
  /// - Returns: how often it has failed, and whether it is tried again.
  mutating func fail(_ unit: WorkUnit) -> (attempt: Int, isRetried: Bool) {
    let attempt = failures[unit, default: 0] + 1
    failures[unit] = attempt
    let isRetried = release(unit) && attempt < UnitQueue.attempts
    if isRetried { waiting.append(unit) }
    return (attempt, isRetried)
  }

  /// Takes an ended unit from its group, whose ranks are idle after its last.
  ///
  /// - Returns: whether it was in training.
  @discardableResult private mutating func release(_ unit: WorkUnit) -> Bool {
    guard var group = group(of: unit) else { return false }
    group.units.removeAll { $0 == unit }
    groups[group.ranks[0]] = group.units.isEmpty ? nil : group
    if group.units.isEmpty { pool.giveBack(group.ranks) }
    return true
  }

  /// Gives up the waiting units that need a unit which has failed for good.
  mutating func giveUp(after unit: WorkUnit) { waiting = waiting.filter { prerequisites[$0] != unit } }

  /// Assigns no more units.
  mutating func end() {
    isEnding = true
    waiting = resuming.map(\.unit) + waiting
    resuming = []
  }
}
