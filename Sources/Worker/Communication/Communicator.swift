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
  /// A message that has arrived with this tag, 1 to 7, and from whom, or nil.
  func receive(tag: Int) throws -> (message: [UInt8], source: Int)?

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
  /// - Parameter meanwhile: done at every look.
  public func waitForMessage(
    tag: Int, meanwhile: () throws -> Void = {}
  ) throws -> (message: [UInt8], source: Int) {
    var nap: UInt32 = 20
    while true {
      if let arrived = try receive(tag: tag) { return arrived }
      try meanwhile()
      sleep(microseconds: nap)
      nap = min(2000, nap * 2)
    }
  }

  /// Sleeps for as long as a message may well wait, a fraction of a millisecond.
  public func nap() { sleep(microseconds: 200) }

  /// What every rank says, in rank order.
  public func gatherTexts(_ text: String) throws -> [String] {
    let own = Array(text.utf8)
    var lengths = [Int](repeating: 0, count: size)
    lengths[rank] = own.count
    let width = MemoryLayout<Int>.stride
    try lengths.withUnsafeMutableBytes { bytes in
      try gather(bytes, parts: (0..<size).map { $0 * width..<($0 + 1) * width })
    }
    let ends = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    let parts = (0..<size).map { ends[$0]..<ends[$0 + 1] }
    let all = UnsafeMutableRawBufferPointer.allocate(byteCount: ends[size], alignment: 1)
    UnsafeMutableRawBufferPointer(rebasing: all[parts[rank]]).copyBytes(from: own)
    // Where this is left, bytes may still arrive: the memory is not given back.
    try gather(all, parts: parts)
    defer { all.deallocate() }
    return parts.map { String(decoding: all[$0], as: UTF8.self) }
  }

  /// What rank 0 says.
  public func broadcastText(_ text: String) throws -> String { try gatherTexts(rank == 0 ? text : "")[0] }
}
