/// Whether, and when, training of a unit stops, to be resumed later by these ranks or by others.
public enum Pause: Int, Comparable, Codable, Sendable {
  case none = 0
  /// At the end of the current epoch.
  case atNextEpoch
  /// At the end of the current step.
  case atNextStep

  public static func < (left: Pause, right: Pause) -> Bool { left.rawValue < right.rawValue }
}

extension GroupExchange {
  /// The earliest pause that one of the ranks requests, and for each answer whether it is true on at least one rank.
  func agree(on own: Pause, _ answers: [Bool]) throws -> (pause: Pause, one: [Bool]) {
    // The sum of 0 and 1 over the ranks is above 0 when one of them votes yes.
    var votes: [Double] = ([own >= .atNextEpoch, own == .atNextStep] + answers).map { $0 ? 1 : 0 }
    try votes.withUnsafeMutableBufferPointer { try add($0) }
    return (votes[1] > 0 ? .atNextStep : votes[0] > 0 ? .atNextEpoch : .none, votes.dropFirst(2).map { $0 > 0 })
  }
}
