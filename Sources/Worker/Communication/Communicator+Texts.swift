import Core
import Foundation

/// Texts that all ranks of a communicator exchange along a binary tree: every rank sends messages to at most three
/// others, whatever their number.
extension Communicator {
  /// Gathers the texts of all ranks, in rank order, on every rank.
  public func gatherTexts(_ text: String) throws -> [String] {
    let all = try collectTexts(text)
    guard size > 1 else { return all }
    let received = try broadcastText(rank == 0 ? TextList(all).text : "")
    return try TextList(parsing: received).texts
  }

  /// Gathers the texts of all ranks, in rank order, on the first rank; the others get an empty list.
  public func collectTexts(_ text: String) throws -> [String] {
    var texts = [rank: text]
    for _ in children {
      let (message, source) = try awaitMessage(tag: CollectiveTag.up, from: children)
      let part = try TextList(parsing: String(decoding: message, as: UTF8.self)).texts
      for (member, text) in zip(subtree(of: source), part) { texts[member] = text }
    }
    let own = subtree(of: rank).map { texts[$0] ?? "" }
    guard rank > 0 else { return (0..<size).map { texts[$0] ?? "" } }
    try send(Array(TextList(own).text.utf8), to: parent, tag: CollectiveTag.up)
    return []
  }

  /// Broadcasts rank 0's text to every rank.
  ///
  /// - Parameter meanwhile: called at every check while a rank waits.
  public func broadcastText(_ text: String, meanwhile: () throws -> Void = {}) throws -> String {
    guard size > 1 else { return text }
    var message = [CollectiveTag.content] + Array(text.utf8)
    if rank > 0 {
      repeat {
        message = try awaitMessage(tag: CollectiveTag.down, from: [parent], meanwhile: meanwhile).message
        // Rank 0 is still working: the wait starts again.
        if message.first != CollectiveTag.content { try pass(message) }
      } while message.first != CollectiveTag.content
    }
    try pass(message)
    return String(decoding: message.dropFirst(), as: UTF8.self)
  }

  /// Tells the other ranks that rank 0, which will broadcast later, is still working, so that they do not count it as
  /// lost.
  public func sayStillAtWork() throws { try pass([CollectiveTag.stillAtWork]) }

  private func pass(_ message: [UInt8]) throws {
    for child in children { try send(message, to: child, tag: CollectiveTag.down) }
  }

  private var parent: Int { (rank - 1) / 2 }
  private var children: [Int] { [2 * rank + 1, 2 * rank + 2].filter { $0 < size } }

  /// A rank and all below it in the tree, in pre-order.
  private func subtree(of rank: Int) -> [Int] {
    rank < size ? [rank] + subtree(of: 2 * rank + 1) + subtree(of: 2 * rank + 2) : []
  }
}

/// The tags of these messages; the coordinator's messages have others.
enum CollectiveTag {
  static let up = 8
  static let down = 9

  /// The first byte of a message from a rank to those below it.
  static let content: UInt8 = 1
  static let stillAtWork: UInt8 = 0
}

/// Several texts as one: for each its length, a colon, the text.
private struct TextList {
  var texts: [String]

  init(_ texts: [String]) { self.texts = texts }

  var text: String { texts.map { "\($0.utf8.count):\($0)" }.joined() }

  init(parsing text: String) throws {
    texts = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
        let length = Int(String(decoding: rest[..<colon], as: UTF8.self)), length >= 0,
        colon + 1 + length <= rest.endIndex
      else { throw Fault(at: "a message between ranks", "is damaged; rerun the same command") }
      texts.append(String(decoding: rest[(colon + 1)..<(colon + 1 + length)], as: UTF8.self))
      rest = rest[(colon + 1 + length)...]
    }
  }
}
