import Core

/// Thrown at a boundary where the group agreed to leave the unit, on all ranks alike.
struct Leaving: Error {
  /// Why the unit fails; nil where it is only paused.
  var fault: Fault?
}

/// What the ranks of a group do between two steps of a unit: others are served, and all agree whether to leave.
final class GroupBoundary: MethodGroup {
  let ranks: any Communicator
  let exchange: any LaneExchange
  private let sums: GroupExchange
  private let supervisor: any RunSupervisor
  /// On the group's first rank.
  private let writer: CheckpointWriter?
  /// What the ranks agreed on at the last boundary.
  private(set) var pause = Pause.none

  init(
    _ ranks: any Communicator, reduction: SweepConfiguration.Reduction, writer: CheckpointWriter?,
    supervisor: any RunSupervisor
  ) {
    (self.ranks, self.writer, self.supervisor) = (ranks, writer, supervisor)
    sums = GroupExchange(ranks, reduction: reduction)
    exchange = sums
  }

  func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result { try ranks.onEveryRank(body) }

  /// - Throws: `Leaving`, and a `Fault` where a checkpoint could not be written.
  func boundary(loading fault: Fault?) throws {
    try supervisor.serve()
    let own = try supervisor.requestedPause()
    let (request, failed) = try sums.agree(on: own, [writer?.hasFailed ?? false, fault != nil])
    if failed[0] { try ranks.onFirstRank { try writer?.finish() } }
    pause = max(pause, request)
    if pause == .atNextStep { throw Leaving() }
    guard failed[1] else { return }
    do {
      try ranks.onEveryRank { if let fault { throw fault } }
    } catch let agreed as Fault {
      throw Leaving(fault: agreed)
    }
  }
}
