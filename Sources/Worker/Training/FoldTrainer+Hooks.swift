import Core
import Foundation

extension FoldTrainer {
  /// What happens around the steps; the coordinator serves other groups here.
  public struct Hooks {
    /// After every step, and every batch of an evaluation.
    public var afterStep: () throws -> Void
    /// After every epoch.
    public var afterEpoch: (UnitProgress) throws -> Void
    /// After every step of training, on every rank.
    public var progressed: (UnitProgress) throws -> Void
    /// Asked on every rank after `afterStep`; the most that one of the group's ranks wants is done by all of them.
    public var pause: () throws -> Pause
    /// Told before every step, on every rank: the stage, where there is one, and how many steps of the unit are done.
    public var beforeStep: (Stage?, Int) -> Void
    /// Told on the group's first rank, in a line, what is out of order but no reason to give the unit up.
    public var note: (String) -> Void

    public init(
      afterStep: @escaping () throws -> Void, afterEpoch: @escaping (UnitProgress) throws -> Void,
      pause: @escaping () throws -> Pause = { .none }, beforeStep: @escaping (Stage?, Int) -> Void = { _, _ in },
      progressed: @escaping (UnitProgress) throws -> Void = { _ in },
      note: @escaping (String) -> Void = Hooks.toStandardError
    ) {
      (self.beforeStep, self.progressed) = (beforeStep, progressed)
      (self.afterStep, self.afterEpoch, self.pause, self.note) = (afterStep, afterEpoch, pause, note)
    }

    /// Prints a line behind the program's name.
    public static func toStandardError(_ line: String) {
      try? FileHandle.standardError.write(contentsOf: Data("microfold: \(line)\n".utf8))
    }
  }
}
