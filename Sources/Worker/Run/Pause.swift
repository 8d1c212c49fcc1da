/// Whether training is to be left where it is, to be resumed later, by these ranks or by others.
public enum Pause: Int, Comparable, Codable, Sendable {
  case none = 0
  /// At the next end of an epoch.
  case atNextEpoch
  /// Now: at the end of the step that is under way.
  case atNextStep

  public static func < (left: Pause, right: Pause) -> Bool { left.rawValue < right.rawValue }
}

extension GroupExchange {
  /// The most that one of the ranks wants, and for each question whether one of them answers yes.
  func agree(on own: Pause, _ answers: [Bool]) throws -> (pause: Pause, one: [Bool]) {
    // The sum of 0 and 1 over the ranks is above 0 where one of them votes so.
    var votes: [Double] = ([own >= .atNextEpoch, own == .atNextStep] + answers).map { $0 ? 1 : 0 }
    try votes.withUnsafeMutableBufferPointer { try add($0) }
    return (votes[1] > 0 ? .atNextStep : votes[0] > 0 ? .atNextEpoch : .none, votes.dropFirst(2).map { $0 > 0 })
  }
}
