import Core

/// The part of the program that runs a unit. Between steps it answers other groups, checks for requests to stop, and
/// reports the progress.
///
/// All functions are called on every rank of the group, on the main thread, except `note`.
public protocol RunSupervisor: AnyObject {
  /// Called before a step.
  ///
  /// - Parameters:
  ///   - stage: of the dual-branch network; nil for other methods.
  ///   - steps: steps of the unit that are done.
  func willStep(_ unit: WorkUnit, stage: Stage?, steps: Int)

  /// Answers messages of other groups; called after every step, and after every batch of an evaluation.
  func serve() throws

  /// The pause that this rank requests; called after `serve`. All ranks of the group follow the earliest pause that one
  /// of them requests.
  func requestedPause() throws -> Pause

  /// Reports the progress; called after every step and at the end of every epoch.
  func tell(_ progress: UnitProgress) throws

  /// Prints a warning about something that does not end the unit; called on the group's first rank.
  func note(_ line: String)
}
