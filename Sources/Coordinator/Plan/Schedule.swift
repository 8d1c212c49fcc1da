import Core

/// Simulates a sweep without training: which group trains which unit, and when. Groups are formed, units assigned and
/// idle ranks sent to help by the same code as in a sweep, `UnitQueue`. One difference: in a sweep the help begins at
/// the end of an epoch, here at once.
struct Schedule: Equatable {
  /// The time that one group spends on one unit, until the unit ends or ranks are lost.
  struct Slot: Equatable {
    var unit: WorkUnit
    /// World ranks of the group.
    var ranks: [Int]
    /// Seconds from the start.
    var start, end: Double
  }

  /// The loss of a node.
  struct Loss: Equatable {
    /// Seconds from the start.
    var time: Double
    var node: Int
  }

  /// The units and the machines.
  struct Sweep {
    /// Longest first.
    var units: [WorkUnit]
    /// For each unit that starts only after another has ended, that one.
    var prerequisites: [WorkUnit: WorkUnit] = [:]
    /// Multiplications with additions of each unit, and of its longest epoch.
    var work, epoch: [WorkUnit: Double]
    /// The node of each world rank.
    var nodes: [Int]
    /// Multiplications with additions per second of one rank.
    var speed: Double
    /// How much of its ranks' speed a group of so many has.
    var efficiency: @Sendable (Int) -> Double = { _ in 1 }
    /// The speed of each world rank as a share of `speed`; nil where all are alike.
    var shares: [Double]?
    var sizes: GroupSizes
    /// Seconds from the loss of a node until the others continue.
    var recovery = 30.0
  }

  private(set) var slots: [Slot] = []
  /// When the last unit ends, seconds; infinite when all nodes are lost before.
  private(set) var seconds = 0.0

  /// Simulates the sweep.
  ///
  /// - Parameter losses: sorted by time. A unit of a group that loses a rank resumes from the end of its last epoch,
  ///   and new groups are formed from the ranks that are left.
  init(_ sweep: Sweep, losses: [Loss] = []) {
    var left = sweep.work
    var waiting = sweep.units
    var lost: Set<Int> = []
    var losses = losses[...]
    while !waiting.isEmpty {
      let members = sweep.nodes.indices.filter { !lost.contains(sweep.nodes[$0]) }
      guard !members.isEmpty else {
        seconds = .infinity
        return
      }
      let stretch = Stretch(
        sweep, waiting, left: left, members: members, from: seconds, until: losses.first?.time ?? .infinity)
      slots += stretch.slots
      seconds = max(seconds, stretch.end)
      let loss = stretch.isCut ? losses.popFirst() : nil
      left = stretch.left
      for slot in stretch.slots {
        if let loss, slot.ranks.contains(where: { sweep.nodes[$0] == loss.node }), stretch.waiting.contains(slot.unit) {
          let (epoch, all) = (max(1, sweep.epoch[slot.unit] ?? 1), sweep.work[slot.unit, default: 0])
          left[slot.unit] = all - ((all - left[slot.unit, default: 0]) / epoch).rounded(.down) * epoch
        }
      }
      waiting = stretch.waiting
      if let loss, lost.insert(loss.node).inserted, !waiting.isEmpty { seconds += sweep.recovery }
    }
  }

  /// The share of their time that so many ranks spend on units.
  func busyShare(ranks: Int) -> Double {
    let busy = slots.reduce(0) { $0 + ($1.end - $1.start) * Double($1.ranks.count) }
    return busy / max(1e-9, seconds * Double(ranks))
  }

  /// The time of each unit from its first start to its last end, sorted by start.
  var spans: [(unit: WorkUnit, start: Double, end: Double)] {
    var indices: [WorkUnit: Int] = [:]
    var spans: [(unit: WorkUnit, start: Double, end: Double)] = []
    for slot in slots.sorted(by: { ($0.start, $0.ranks[0]) < ($1.start, $1.ranks[0]) }) {
      if let index = indices[slot.unit] {
        spans[index].end = max(spans[index].end, slot.end)
      } else {
        indices[slot.unit] = spans.count
        spans.append((slot.unit, slot.start, slot.end))
      }
    }
    return spans
  }
}

/// Simulates the time with the same ranks.
private struct Stretch {
  private(set) var slots: [Schedule.Slot] = []
  /// Units that were not finished, running ones first.
  private(set) var waiting: [WorkUnit] = []
  /// The work of each unit that is left at the end.
  private(set) var left: [WorkUnit: Double]
  private(set) var end: Double
  /// Whether a loss ended it; otherwise everything is trained.
  private(set) var isCut = false

  /// A group at work on the first of its units.
  private struct Running {
    var group: UnitQueue.Group
    /// When it began its first unit, and work per second.
    var start, speed: Double
    var unit: WorkUnit { group.units[0] }
  }

  /// Assigns units until all are trained, or the time is over.
  ///
  /// - Parameters:
  ///   - left: the remaining work of each unit.
  ///   - members: world ranks.
  init(
    _ sweep: Schedule.Sweep, _ units: [WorkUnit], left: [WorkUnit: Double], members: [Int], from start: Double,
    until limit: Double
  ) {
    let shares = sweep.shares.map { all in members.map { all[$0] } }
    var queue = UnitQueue(
      units, RankPool(hosts: members.map { sweep.nodes[$0] }, speeds: shares), sweep.sizes,
      prerequisites: sweep.prerequisites)
    var running: [Running] = []
    (end, self.left) = (start, left)
    while true {
      let left = self.left
      let orders = queue.assign { unit in
        UnitQueue.Estimate(
          left: left[unit, default: 0] / sweep.speed, epoch: (sweep.epoch[unit] ?? 0) / sweep.speed)
      }
      running += orders.starts.map { group in
        let efficiency = sweep.efficiency(group.ranks.count)
        return Running(
          group: group, start: end, speed: queue.pool.speed(of: group.ranks) * sweep.speed * efficiency)
      }
      for unit in orders.pauses {
        guard let index = running.firstIndex(where: { $0.unit == unit }) else { continue }
        note(running.remove(at: index), members)
        queue.pause(unit)
      }
      if !orders.pauses.isEmpty { continue }
      func time(_ group: Running) -> Double { left[group.unit, default: 0] / group.speed }
      guard let next = running.indices.min(by: { time(running[$0]) < time(running[$1]) }) else { break }
      let step = min(time(running[next]), max(0, limit - end))
      isCut = end + time(running[next]) > limit
      for group in running { self.left[group.unit, default: 0] -= step * group.speed }
      end += step
      if isCut { break }
      let ended = running[next]
      self.left[ended.unit] = 0
      note(ended, members)
      queue.finish(ended.unit)
      running[next].group.units.removeFirst()
      running[next].start = end
      if running[next].group.units.isEmpty { running.remove(at: next) }
    }
    for group in running { note(group, members) }
    waiting = running.flatMap(\.group.units) + queue.waiting
  }

  /// Notes the time that a group spent on its unit.
  private mutating func note(_ group: Running, _ members: [Int]) {
    guard end > group.start else { return }
    slots.append(
      Schedule.Slot(unit: group.unit, ranks: group.group.ranks.map { members[$0] }, start: group.start, end: end))
  }
}
