import Core

/// A sweep played without training it: who trains what, and when. Groups are made and units handed out by the code that
/// does it in a sweep; the elastic tail, which only shortens it, is left out.
struct Schedule: Equatable {
  /// One unit on one group, or the part of it until ranks were lost.
  struct Slot: Equatable {
    var unit: WorkUnit
    /// World ranks of the group.
    var ranks: [Int]
    /// Seconds from the start.
    var start, end: Double
  }

  /// A node that is lost.
  struct Loss: Equatable {
    /// Seconds from the start.
    var time: Double
    var node: Int
  }

  /// What is trained, on what.
  struct Sweep {
    /// Longest first.
    var units: [WorkUnit]
    /// Multiplications with additions of a unit, and of its longest epoch.
    var work, epoch: [WorkUnit: Double]
    /// The node of each world rank.
    var nodes: [Int]
    /// Multiplications with additions a second of one rank.
    var speed: Double
    var lanes: Int
    /// nil leaves it to `Partition`.
    var ranksPerFold: Int?
    /// Seconds until the others go on without a lost node.
    var recovery = 30.0
  }

  private(set) var slots: [Slot] = []
  /// When the last unit ended, seconds; infinite when all nodes were lost before.
  private(set) var seconds = 0.0

  /// Plays the sweep.
  ///
  /// - Parameter losses: by time. A unit of a group that loses a rank goes back to the end of its last epoch, and all
  ///   groups are made anew of the ranks that are left.
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
      let loss = losses.popFirst()
      let groups = Schedule.groups(sweep, members, units: waiting.count)
      let round = Schedule.play(waiting, left: left, groups, sweep.speed, from: seconds, until: loss?.time ?? .infinity)
      slots += round.slots
      guard let loss, !round.waiting.isEmpty else {
        seconds = max(seconds, round.slots.map(\.end).max() ?? seconds)
        return
      }
      for slot in round.slots {
        var done = (slot.end - slot.start) * sweep.speed * Double(slot.ranks.count)
        if slot.ranks.contains(where: { sweep.nodes[$0] == loss.node }), round.waiting.contains(slot.unit) {
          let epoch = max(1, sweep.epoch[slot.unit] ?? 1)
          done = (done / epoch).rounded(.down) * epoch
        }
        left[slot.unit, default: 0] -= done
      }
      waiting = round.waiting
      lost.insert(loss.node)
      seconds = max(seconds, loss.time) + sweep.recovery
    }
  }

  private static func groups(_ sweep: Sweep, _ members: [Int], units: Int) -> [[Int]] {
    let size = sweep.ranksPerFold
      ?? Partition.automaticRanksPerFold(ranks: members.count, units: units, lanes: sweep.lanes)
    return Partition.groups(hosts: members.map { "node \(sweep.nodes[$0])" }, ranksPerFold: size)
      .map { $0.map { members[$0] } }
  }

  /// Hands out units until all are trained or the time is over; what was not finished comes back, running units first.
  private static func play(
    _ units: [WorkUnit], left: [WorkUnit: Double], _ groups: [[Int]], _ speed: Double, from start: Double,
    until end: Double
  ) -> (slots: [Slot], waiting: [WorkUnit]) {
    var handOut = HandOut(units, groups: groups.count)
    var slots: [Slot] = []
    var running: [(group: Int, slot: Slot)] = []
    for group in groups.indices { handOut.ask(group) }
    var now = start
    while true {
      for (group, assignment) in handOut.answers() {
        guard case .train(let unit) = assignment else { continue }
        let seconds = left[unit, default: 0] / (speed * Double(groups[group].count))
        running.append((group, Slot(unit: unit, ranks: groups[group], start: now, end: now + seconds)))
      }
      guard let next = running.indices.min(by: { running[$0].slot.end < running[$1].slot.end }) else {
        return (slots, handOut.waiting)
      }
      guard running[next].slot.end <= end else { break }
      let (group, slot) = running.remove(at: next)
      now = slot.end
      slots.append(slot)
      handOut.finish(slot.unit)
      handOut.ask(group)
    }
    let cut = max(start, end)
    slots += running.map { Slot(unit: $0.slot.unit, ranks: $0.slot.ranks, start: min($0.slot.start, cut), end: cut) }
    return (slots, running.map(\.slot.unit) + handOut.waiting)
  }
}
