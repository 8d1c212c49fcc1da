/// Whether and when a unit in training is to make room.
public enum Pause: Int, Comparable, Codable, Sendable {
  case none = 0, atNextEpoch, atNextStep

  public static func < (one: Pause, other: Pause) -> Bool { one.rawValue < other.rawValue }
}
