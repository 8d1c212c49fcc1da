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
  /// - Parameters:
  ///   - peer: the rank that keeps this one waiting.
  ///   - meanwhile: done at every look.
  func wait<Value: Decodable>(
    for type: Value.Type, tag: Int, from peer: Int, meanwhile: () throws -> Void = {}
  ) throws -> Value {
    let message = try awaitMessage(tag: tag, from: [peer], meanwhile: meanwhile).message
    return try JSONDecoder().decode(Value.self, from: Data(message))
  }

  /// A value of rank 0, on all ranks.
  ///
  /// - Parameters:
  ///   - value: rank 0's; the others' is not looked at.
  ///   - meanwhile: done at every look of a rank that waits.
  func broadcast<Value: Codable>(_ value: Value?, meanwhile: () throws -> Void = {}) throws -> Value {
    let text = rank == 0 ? String(decoding: try JSONEncoder().encode(value), as: UTF8.self) : ""
    return try JSONDecoder().decode(
      Value.self, from: Data(try broadcastText(text, meanwhile: meanwhile).utf8))
  }
}
