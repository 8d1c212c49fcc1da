import Core

/// A group of ranks that exchange messages. All calls are made on the main thread.
///
/// A wait for other ranks can be abandoned: when ranks were lost it throws `MembershipChanged`, and the communicator is
/// not used any more.
public protocol Communicator: AnyObject {
  var rank: Int { get }
  var size: Int { get }

  /// Sends `outgoing` to rank `peer` and receives as many bytes as `incoming` has from it, at the same time.
  ///
  /// If this throws, bytes may still arrive in `incoming`. Memory above 64 KiB belongs to the workspace, which is told
  /// not to reuse it.
  func exchange(_ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int) throws
  /// Begins to send `outgoing` to rank `peer` and to receive from it; both ranks begin the same transfers in the same
  /// order.
  func start(_ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, with peer: Int) throws -> any Transfer
  /// Called again and again in waits for exchanges, so that a transfer moves.
  var meanwhile: (() -> Void)? { get set }
  /// Completes `bytes` on every rank: rank r has the bytes of `parts[r]`.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws
  /// Adds floats over all ranks in the fastest order.
  func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws

  /// Sends a message to a rank without waiting until it has arrived.
  func send(_ message: [UInt8], to rank: Int, tag: Int) throws
  /// A message that has arrived with this tag, 1 to 9, and its source; nil where there is none.
  func receive(tag: Int) throws -> (message: [UInt8], source: Int)?

  /// Checks whether the ranks that are waited for are still working.
  ///
  /// - Throws: `MembershipChanged` when they are not, and the others continue without them.
  func checkPeers(_ peers: [Int], _ wait: inout PollingWait) throws

  /// Makes a communicator of some of the ranks, in this order. These ranks call it; nothing is sent.
  ///
  /// - Parameter context: from 1; messages of different contexts are never confused.
  func among(_ ranks: [Int], context: Int) throws -> any Communicator
}

/// Thrown by a wait when ranks were lost: those that are left begin a new session.
public struct MembershipChanged: Error {
  public init() {}
}

extension Communicator {
  /// Waits for a message and sleeps between checks, so that other ranks on the host can work.
  ///
  /// - Parameters:
  ///   - peers: the ranks that are waited for.
  ///   - meanwhile: called at every check.
  public func awaitMessage(
    tag: Int, from peers: [Int], meanwhile: () throws -> Void = {}
  ) throws -> (message: [UInt8], source: Int) {
    var wait = PollingWait(longestSleep: 2000)
    while true {
      if let arrived = try receive(tag: tag) { return arrived }
      try meanwhile()
      if wait.rest() { try checkPeers(peers, &wait) }
    }
  }

}
