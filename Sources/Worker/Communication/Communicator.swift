import Core

/// Ranks that talk to each other. All calls are made on the main thread.
///
/// A wait for other ranks can be left: where ranks were lost it throws `MembershipChanged`, and the communicator is
/// not used any more.
public protocol Communicator: AnyObject {
  var rank: Int { get }
  var size: Int { get }

  /// Sends `outgoing` to rank `peer` and receives as many bytes as `incoming` has from it, at the same time.
  ///
  /// Where this throws, bytes may still arrive in `incoming`: memory above 64 KiB is the workspace's, which is told.
  func exchange(_ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int) throws
  /// Sends `outgoing` to rank `peer` and passes on the `count` bytes that come from it, in parts as they arrive.
  ///
  /// - Parameter take: told each part, in order, and how many bytes came before it.
  func exchange(
    _ outgoing: UnsafeRawBufferPointer, expecting count: Int, with peer: Int,
    take: (_ part: UnsafeRawBufferPointer, _ offset: Int) -> Void) throws
  /// Completes `bytes` on every rank, each of which has its part of `parts`.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws
  /// Adds floats over all ranks in whatever order is fastest.
  func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws

  /// Sends a message to a rank, and does not wait until it is there.
  func send(_ message: [UInt8], to rank: Int, tag: Int) throws
  /// A message that has arrived with this tag, 1 to 9, and from whom, or nil.
  func receive(tag: Int) throws -> (message: [UInt8], source: Int)?

  /// Sees whether ranks that keep this one waiting are still at work.
  ///
  /// - Throws: `MembershipChanged` where they are not and others carry on without them.
  func lookAfter(_ peers: [Int], _ patience: inout Patience) throws

  /// Some of the ranks, in this order, as a communicator of their own. Called by these ranks; nothing is sent.
  ///
  /// - Parameter context: from 1; messages of one context never meet those of another.
  func among(_ ranks: [Int], context: Int) throws -> any Communicator
}

/// Thrown out of a wait where ranks were lost: those that are left begin a new session.
public struct MembershipChanged: Error {
  public init() {}
}

extension Communicator {
  /// Waits for a message, asleep between looks so that other ranks on the machine can work.
  ///
  /// - Parameters:
  ///   - peers: the ranks that keep this one waiting, for whoever watches the wait.
  ///   - meanwhile: done at every look.
  public func awaitMessage(
    tag: Int, from peers: [Int], meanwhile: () throws -> Void = {}
  ) throws -> (message: [UInt8], source: Int) {
    var patience = Patience(longestNap: 2000)
    while true {
      if let arrived = try receive(tag: tag) { return arrived }
      try meanwhile()
      if patience.rest() { try lookAfter(peers, &patience) }
    }
  }

}
