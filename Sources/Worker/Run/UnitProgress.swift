import Core

/// Where a group is in its work unit, for those who watch.
public struct UnitProgress: Codable, Equatable, Sendable {
  public var unit: WorkUnit
  /// Nil for methods that are no variant of the dual-branch network.
  public var stage: Stage?
  /// From 1.
  public var epoch, epochs: Int
  /// Steps done and in all, all stages.
  public var step, steps: Int
  /// Whether the epoch is over and scored; else it is under way.
  public var isEpochEnd: Bool
  /// The total loss, mean over the clips that the epoch has seen; nil where there is none, or it is not finite.
  public var loss: Double?
  /// Clips per second in the steps of the epoch; 0 before the first.
  public var clipsPerSecond: Double
  /// Seconds since the group began with the unit.
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
