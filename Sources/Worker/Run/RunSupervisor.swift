import Core

/// Who a unit's run belongs to: while steps are taken, other groups wait to be served, somebody may ask to stop, and
/// people want to know how far it is.
///
/// All of it is called on every rank of the group, on the main thread.
public protocol RunSupervisor: AnyObject {
  /// A step begins.
  ///
  /// - Parameters:
  ///   - stage: of the dual-branch network.
  ///   - steps: of the unit, done before.
  func willStep(_ unit: WorkUnit, stage: Stage?, steps: Int)

  /// Serves other groups; called after every step, and after every batch of an evaluation.
  func serve() throws

  /// How this rank wants the unit to be left, asked after `serve`. The most that one rank of the group wants is done by
  /// all of them.
  func requestedPause() throws -> Pause

  /// Called after every step, and at the end of every epoch.
  func tell(_ progress: UnitProgress) throws

  /// Called on the group's first rank, with a line about something that is out of order but no reason to give up.
  func note(_ line: String)
}
