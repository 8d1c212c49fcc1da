import Core
import Foundation
import Worker

/// A message from a group's first rank to the coordinator.
enum GroupMessage: Codable {
  case progress(UnitProgress)
  case ended(UnitOutcome)
  /// The unit waits at a checkpoint.
  case paused(WorkUnit)
}

/// What the coordinator tells a rank that has no unit.
enum Assignment: Codable, Equatable {
  /// Units to train, one after the other, in a group.
  case train([WorkUnit], GroupOrder)
  /// There is nothing left to do.
  case done
}

/// The group that a rank joins.
struct GroupOrder: Codable, Hashable {
  /// As positions among the session's members; the first leads the group.
  var ranks: [Int]
  /// The number of its message context in the session, from 0. The same ranks keep theirs.
  var context: Int
}

/// The tags of messages: a receiver asks for one kind at a time.
enum MessageTag {
  static let toCoordinator = 1
  static let assignment = 2
  /// To the first rank of a group that must leave this unit, because more ranks will train it.
  static let pause = 6
  /// Empty message: from a rank that was asked to stop to the coordinator, and from the coordinator to all ranks.
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

  /// Waits for a value and sleeps between checks.
  ///
  /// - Parameters:
  ///   - peer: the rank that is waited for.
  ///   - meanwhile: called at every check.
  func wait<Value: Decodable>(
    for type: Value.Type, tag: Int, from peer: Int, meanwhile: () throws -> Void = {}
  ) throws -> Value {
    let message = try awaitMessage(tag: tag, from: [peer], meanwhile: meanwhile).message
    return try JSONDecoder().decode(Value.self, from: Data(message))
  }

  /// Broadcasts a value from rank 0 to all ranks.
  ///
  /// - Parameters:
  ///   - value: rank 0's; ignored on the others.
  ///   - meanwhile: called at every check while a rank waits.
  func broadcast<Value: Codable>(_ value: Value?, meanwhile: () throws -> Void = {}) throws -> Value {
    let text = rank == 0 ? String(decoding: try JSONEncoder().encode(value), as: UTF8.self) : ""
    return try JSONDecoder().decode(
      Value.self, from: Data(try broadcastText(text, meanwhile: meanwhile).utf8))
  }
}
