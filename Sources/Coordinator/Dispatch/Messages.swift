import Core
import Foundation
import Worker

/// What groups say to the coordinator.
enum GroupMessage: Codable {
  /// Asks for a unit; ahead of time while another is still in training.
  case wantsWork(ahead: Bool)
  case progress(UnitProgress)
  case ended(UnitOutcome)
  /// The unit waits at a checkpoint.
  case paused(WorkUnit)
}

/// What the coordinator answers to a request, and a group's first rank tells the others.
enum Assignment: Codable, Equatable {
  case train(WorkUnit)
  /// Nothing ahead of time: ask again when the unit in training has ended.
  case askAgain
  /// There is nothing left to do.
  case done
  /// These groups are dissolved and others are made.
  case regroup
}

/// What the coordinator tells all ranks at the beginning of a round.
struct Arrangement: Codable {
  /// Ranks, as places among the members.
  var groups: [[Int]]
}

/// The kinds of messages, so that one never takes another's place.
enum MessageTag {
  static let toCoordinator = 1
  static let assignment = 2
  static let withinGroup = 3
  static let farewell = 4
  static let arrangement = 5
  /// To a group that is to leave its unit, for all ranks are to be grouped anew.
  static let pause = 6
  /// Without content: to the coordinator from a rank that was asked to stop, and from the coordinator to all.
  static let stop = 7
}

extension Communicator {
  func send(_ value: some Encodable, to rank: Int, tag: Int) throws {
    try send(Array(JSONEncoder().encode(value)), to: rank, tag: tag)
  }

  /// A value that has arrived with this tag, or nil.
  func receive<Value: Decodable>(_ type: Value.Type, tag: Int) throws -> (value: Value, source: Int)? {
    guard let (message, source) = try receive(tag: tag) else { return nil }
    return (try JSONDecoder().decode(Value.self, from: Data(message)), source)
  }

  /// Waits for a value, asleep between looks.
  ///
  /// - Parameter meanwhile: done at every look.
  func wait<Value: Decodable>(
    for type: Value.Type, tag: Int, meanwhile: () throws -> Void = {}
  ) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(waitForMessage(tag: tag, meanwhile: meanwhile).message))
  }
}
