import Core

/// Thrown on all ranks at a boundary, when the group agrees to stop training the unit.
struct Leaving: Error {
  /// Why the unit fails; nil when it is only paused.
  var fault: Fault?
}

/// The boundary between two steps of a unit: messages of other groups are answered, and the ranks of this group agree
/// whether to stop training the unit.
final class GroupBoundary: MethodGroup {
  private let ranks: any Communicator
  var exchange: any LaneExchange { sums }
  private let sums: GroupExchange
  private let supervisor: any RunSupervisor
  /// Only on the group's first rank.
  private let writer: CheckpointWriter?
  /// The pause that the ranks agreed on at the last boundary.
  private(set) var pause = Pause.none

  init(
    _ ranks: any Communicator, reduction: SweepConfiguration.Reduction, writer: CheckpointWriter?,
    supervisor: any RunSupervisor
  ) {
    (self.ranks, self.writer, self.supervisor) = (ranks, writer, supervisor)
    sums = GroupExchange(ranks, reduction: reduction)
  }

  func onEveryRank<Result>(_ body: () throws -> Result) throws -> Result { try ranks.onEveryRank(body) }

  /// - Throws: `Leaving`, and a `Fault` when a checkpoint could not be written.
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
