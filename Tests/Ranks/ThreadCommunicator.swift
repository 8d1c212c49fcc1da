import Foundation
import Worker

/// Ranks that are threads of this process, to test without MPI what ranks do together.
///
/// A rank that waits longer than a minute throws: a hang is a failed test.
public final class ThreadCommunicator: Communicator {
  public let rank, size: Int
  private let post: Post
  /// Number of messages sent so far, without exchanges.
  public private(set) var sent = 0
  /// Distinguishes communicators of the same ranks.
  private let group: String

  private init(rank: Int, size: Int, post: Post, group: String) {
    (self.rank, self.size, self.post, self.group) = (rank, size, post, group)
  }

  /// Runs `body` on each rank and returns the results in rank order.
  public static func run<Result: Sendable>(
    _ size: Int, _ body: @Sendable @escaping (ThreadCommunicator) throws -> Result
  ) throws -> [Result] {
    let post = Post()
    let ends = Ends<Result>()
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<size {
      let thread = Thread {
        let communicator = ThreadCommunicator(rank: rank, size: size, post: post, group: "world")
        ends.set(rank, Swift.Result { try body(communicator) })
        done.signal()
      }
      thread.stackSize = 1 << 22
      thread.start()
    }
    for _ in 0..<size { done.wait() }
    return try (0..<size).map { try ends.of($0).get() }
  }

  public func exchange(_ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int)
    throws
  {
    post.put(Array(outgoing), "\(group) exchange \(rank) \(peer)")
    try take("exchange \(peer) \(rank)", into: incoming)
  }

  public func start(_ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, with peer: Int) -> any Transfer {
    post.put(Array(outgoing), "\(group) transfer \(rank) \(peer)")
    return ThreadTransfer(arrival) { [post, group, rank] seconds in
      post.take("\(group) transfer \(peer) \(rank)", within: seconds)
    }
  }

  public var meanwhile: (() -> Void)?

  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
    let own = Array(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[parts[rank]]))
    for peer in 0..<size where peer != rank { post.put(own, "\(group) gather \(rank) \(peer)") }
    for peer in 0..<size where peer != rank {
      try take("gather \(peer) \(rank)", into: UnsafeMutableRawBufferPointer(rebasing: bytes[parts[peer]]))
    }
  }

  /// Adds in rank order, which is one of the allowed orders.
  public func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws {
    var all = [Float](repeating: 0, count: values.count * size)
    for index in values.indices { all[rank * values.count + index] = values[index] }
    let width = values.count * MemoryLayout<Float>.stride
    try all.withUnsafeMutableBytes { try gather($0, parts: (0..<size).map { $0 * width..<($0 + 1) * width }) }
    for index in values.indices { values[index] = (0..<size).reduce(0) { $0 + all[$1 * values.count + index] } }
  }

  public func send(_ message: [UInt8], to rank: Int, tag: Int) {
    sent += 1
    post.put([UInt8(self.rank >> 8), UInt8(self.rank & 255)] + message, "\(group) message \(tag) to \(rank)")
  }

  public func receive(tag: Int) -> (message: [UInt8], source: Int)? {
    guard let bytes = post.take("\(group) message \(tag) to \(rank)", within: 0) else { return nil }
    return (Array(bytes.dropFirst(2)), Int(bytes[0]) << 8 | Int(bytes[1]))
  }

  public func checkPeers(_ peers: [Int], _ wait: inout PollingWait) throws {
    if wait.duration > .seconds(60) { throw Silence(rank: rank, box: "a message from \(peers)") }
  }

  public func among(_ ranks: [Int], context: Int) -> any Communicator {
    ThreadCommunicator(
      rank: ranks.firstIndex(of: rank) ?? 0, size: ranks.count, post: post, group: "\(group)/\(context)-\(ranks)")
  }

  private func take(_ box: String, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard let arrived = post.take("\(group) \(box)", within: 60) else { throw Silence(rank: rank, box: box) }
    guard arrived.count == bytes.count else { throw Silence(rank: rank, box: "\(box): \(arrived.count) bytes") }
    bytes.copyBytes(from: arrived)
  }

  /// No answer, or an unexpected one.
  public struct Silence: Error {
    let rank: Int
    let box: String
  }
}

/// Passes the bytes on in parts of an odd number of KiB, as a communicator may do, when it is asked again after they
/// arrived.
private final class ThreadTransfer: Transfer {
  private let arrival: Arrival
  private let take: (_ seconds: Double) -> [UInt8]?
  private var isDone = false

  init(_ arrival: Arrival, _ take: @escaping (Double) -> [UInt8]?) { (self.arrival, self.take) = (arrival, take) }

  func advance() -> Bool {
    guard !isDone, let bytes = take(0) else { return isDone }
    deliver(bytes)
    return true
  }

  func finish() throws {
    guard !isDone else { return }
    guard let bytes = take(60) else { throw ThreadCommunicator.Silence(rank: 0, box: "a transfer") }
    deliver(bytes)
  }

  func abandon() { isDone = true }

  private func deliver(_ bytes: [UInt8]) {
    isDone = true
    bytes.withUnsafeBytes { bytes in
      switch arrival {
      case .memory(let memory): memory.copyMemory(from: bytes)
      case .parts(let count, let take):
        for start in stride(from: 0, to: count, by: 3072) {
          take(UnsafeRawBufferPointer(rebasing: bytes[start..<min(count, start + 3072)]), start)
        }
      }
    }
  }
}

/// Messages that are being sent, in boxes named by sender, receiver and kind; each box keeps their order.
private final class Post: @unchecked Sendable {
  private let condition = NSCondition()
  private var boxes: [String: [[UInt8]]] = [:]

  func put(_ bytes: [UInt8], _ box: String) {
    condition.withLock {
      boxes[box, default: []].append(bytes)
      condition.broadcast()
    }
  }

  func take(_ box: String, within seconds: Double) -> [UInt8]? {
    let end = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      while boxes[box]?.isEmpty ?? true {
        if !condition.wait(until: end) { return nil }
      }
      return boxes[box]?.removeFirst()
    }
  }
}

/// The result of each rank's thread.
private final class Ends<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Int: Result<Value, any Error>] = [:]

  func set(_ rank: Int, _ result: Result<Value, any Error>) { lock.withLock { results[rank] = result } }
  func of(_ rank: Int) -> Result<Value, any Error> {
    lock.withLock { results[rank] ?? .failure(ThreadCommunicator.Silence(rank: rank, box: "its thread")) }
  }
}
