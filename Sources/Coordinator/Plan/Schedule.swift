import Core

/// Simulates a sweep without training: which group trains which unit, and when. Groups are formed, units assigned and
/// idle ranks sent to help by the same code as in a sweep. One difference: in a sweep the help begins at the end of an
/// epoch, here at once.
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
    var lanes: Int
    /// Nil lets `Partition` and the elastic tail decide.
    var ranksPerFold: Int?
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
      let round = Round(
        sweep, waiting, left: left, groups: Schedule.groups(sweep, members, units: waiting.count), from: seconds,
        until: losses.first?.time ?? .infinity)
      slots += round.slots
      seconds = max(seconds, round.end)
      let loss = round.isCut ? losses.popFirst() : nil
      for slot in round.slots {
        var done = (slot.end - slot.start) * sweep.speed * Double(slot.ranks.count)
        if let loss, slot.ranks.contains(where: { sweep.nodes[$0] == loss.node }), round.waiting.contains(slot.unit) {
          let epoch = max(1, sweep.epoch[slot.unit] ?? 1)
          done = (done / epoch).rounded(.down) * epoch
        }
        left[slot.unit, default: 0] -= done
      }
      waiting = round.waiting
      if let loss, lost.insert(loss.node).inserted, !waiting.isEmpty { seconds += sweep.recovery }
    }
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

  private static func groups(_ sweep: Sweep, _ members: [Int], units: Int) -> [[Int]] {
    let size =
      sweep.ranksPerFold
      ?? Partition.automaticRanksPerFold(ranks: members.count, units: units, lanes: sweep.lanes)
    return Partition.groups(hosts: members.map { "node \(sweep.nodes[$0])" }, ranksPerFold: size)
      .map { $0.map { members[$0] } }
  }
}

/// Simulates the time with the same groups.
private struct Round {
  private(set) var slots: [Schedule.Slot] = []
  /// Units that were not finished, running ones first.
  private(set) var waiting: [WorkUnit] = []
  private(set) var end: Double
  /// Whether a loss ended the round; otherwise everything is trained, or idle groups can help.
  private(set) var isCut = false

  /// Assigns units until all are trained, idle ranks can help, or the time is over.
  ///
  /// - Parameter left: the remaining work of each unit.
  init(
    _ sweep: Schedule.Sweep, _ units: [WorkUnit], left: [WorkUnit: Double], groups: [[Int]], from start: Double,
    until limit: Double
  ) {
    var queue = UnitQueue(units, groups: groups.count, prerequisites: sweep.prerequisites)
    var running: [(group: Int, slot: Schedule.Slot)] = []
    let tail =
      sweep.ranksPerFold == nil
      ? ElasticTail(
        ranks: groups.reduce(0) { $0 + $1.count }, lanes: sweep.lanes, ranksPerFold: groups.map(\.count).max() ?? 1)
      : nil
    for group in groups.indices { queue.ask(group) }
    end = start
    while true {
      for (group, assignment) in queue.answers() {
        guard case .train(let unit) = assignment else { continue }
        let seconds = left[unit, default: 0] / (sweep.speed * Double(groups[group].count))
        running.append((group, Schedule.Slot(unit: unit, ranks: groups[group], start: end, end: end + seconds)))
      }
      guard let next = running.indices.min(by: { running[$0].slot.end < running[$1].slot.end }) else { break }
      isCut = running[next].slot.end > limit
      if isCut { end = max(start, limit) }
      let shares = running.map { group, slot in
        (slot.unit, 1 - remaining(slot, sweep.speed) / max(1, sweep.work[slot.unit, default: 1]))
      }
      let helps = tail?.isWorthIt(queue, shares: Dictionary(uniqueKeysWithValues: shares)) ?? false
      if isCut || helps { break }
      let (group, slot) = running.remove(at: next)
      end = slot.end
      slots.append(slot)
      queue.finish(slot.unit)
      queue.ask(group)
    }
    for (_, var slot) in running {
      slot.end = end
      if slot.end > slot.start { slots.append(slot) }
    }
    waiting = running.map(\.slot.unit) + queue.waiting
  }

  /// The remaining work of a running unit now.
  private func remaining(_ slot: Schedule.Slot, _ speed: Double) -> Double {
    (slot.end - end) * speed * Double(slot.ranks.count)
  }
}
