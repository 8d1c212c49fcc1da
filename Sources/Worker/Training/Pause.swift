/// Whether training is to be left where it is, to be gone on with later, by these ranks or by others.
public enum Pause: Int, Comparable, Codable, Sendable {
  case none = 0
  /// At the next end of an epoch.
  case atNextEpoch
  /// Now: at the end of the step that is under way.
  case atNextStep

  public static func < (left: Pause, right: Pause) -> Bool { left.rawValue < right.rawValue }
}
