import Core

/// Where a group is in its work unit, for those who watch.
public struct UnitProgress: Codable, Equatable, Sendable {
  public var unit: WorkUnit
  public var stage: Stage
  /// From 1.
  public var epoch, epochs: Int
  /// Steps done and in all, all stages.
  public var step, steps: Int
}
