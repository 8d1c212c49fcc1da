import Core

/// The progress of a group in its work unit, to be shown.
public struct UnitProgress: Codable, Equatable, Sendable {
  public var unit: WorkUnit
  /// Nil for methods other than the dual-branch network.
  public var stage: Stage?
  /// From 1.
  public var epoch, epochs: Int
  /// Steps done, and all steps, in all stages.
  public var step, steps: Int
  /// Whether the epoch has ended and is scored.
  public var isEpochEnd: Bool
  /// The total loss, mean over the epoch's clips so far; nil if there is none, or it is not finite.
  public var loss: Double?
  /// Clips per second in the steps of the epoch; 0 before the first step.
  public var clipsPerSecond: Double
  /// Seconds since the group started the unit.
  public var seconds: Double

  public init(
    unit: WorkUnit, stage: Stage?, epoch: Int, epochs: Int, step: Int, steps: Int, isEpochEnd: Bool, loss: Double?,
    clipsPerSecond: Double, seconds: Double
  ) {
    (self.unit, self.stage, self.epoch, self.epochs) = (unit, stage, epoch, epochs)
    (self.step, self.steps, self.isEpochEnd) = (step, steps, isEpochEnd)
    (self.loss, self.clipsPerSecond, self.seconds) = (loss, clipsPerSecond, seconds)
  }
}
