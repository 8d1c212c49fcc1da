/// Ranks that talk to each other. All calls are made on the main thread.
public protocol Communicator: AnyObject {
  var rank: Int { get }
  var size: Int { get }

  /// Sends `outgoing` to rank `peer` and receives as many bytes as `incoming` has from it, at the same time.
  func exchange(_ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int) throws
  /// Completes `bytes` on every rank, each of which has its part of `parts`.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws
  /// Adds floats over all ranks in whatever order is fastest.
  func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws

  /// Sends a message to a rank.
  func send(_ message: [UInt8], to rank: Int, tag: Int) throws
  /// A message that has arrived with this tag and from whom, or nil.
  func receive(tag: Int) throws -> (message: [UInt8], source: Int)?

  /// The ranks of the same `color`, ordered by `key`, as a communicator of their own. Called by all ranks.
  func split(color: Int, key: Int) throws -> any Communicator
  /// A communicator of the same ranks whose messages never meet this one's. Called by all ranks.
  func duplicate() throws -> any Communicator
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
    var all = [UInt8](repeating: 0, count: ends[size])
    all.replaceSubrange(parts[rank], with: own)
    try all.withUnsafeMutableBytes { try gather($0, parts: parts) }
    return parts.map { String(decoding: all[$0], as: UTF8.self) }
  }

  /// What rank 0 says.
  public func broadcastText(_ text: String) throws -> String { try gatherTexts(rank == 0 ? text : "")[0] }
}
