import Foundation

@testable import Worker

/// Ranks that are threads of this process, so that what ranks do together can be tested without MPI.
///
/// A rank that waits longer than a minute throws: a hang is a failed test.
final class ThreadCommunicator: Communicator {
  let rank, size: Int
  private let post: Post
  /// Distinguishes communicators of the same ranks; all ranks make them in the same order.
  private let place: String
  private var children = 0

  private init(rank: Int, size: Int, post: Post, place: String) {
    (self.rank, self.size, self.post, self.place) = (rank, size, post, place)
  }

  /// Runs `body` on as many ranks and gives what each returned, in rank order.
  static func run<Result: Sendable>(
    _ size: Int, _ body: @Sendable @escaping (ThreadCommunicator) throws -> Result
  ) throws -> [Result] {
    let post = Post()
    let ends = Ends<Result>()
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<size {
      let thread = Thread {
        let communicator = ThreadCommunicator(rank: rank, size: size, post: post, place: "world")
        ends.set(rank, Swift.Result { try body(communicator) })
        done.signal()
      }
      thread.stackSize = 1 << 22
      thread.start()
    }
    for _ in 0..<size { done.wait() }
    return try (0..<size).map { try ends.of($0).get() }
  }

  func exchange(_ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int) throws {
    post.put(Array(outgoing), "\(place) exchange \(rank) \(peer)")
    try take("exchange \(peer) \(rank)", into: incoming)
  }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
    let own = Array(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[parts[rank]]))
    for peer in 0..<size where peer != rank { post.put(own, "\(place) gather \(rank) \(peer)") }
    for peer in 0..<size where peer != rank {
      try take("gather \(peer) \(rank)", into: UnsafeMutableRawBufferPointer(rebasing: bytes[parts[peer]]))
    }
  }

  /// In rank order, which is an order too.
  func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws {
    var all = [Float](repeating: 0, count: values.count * size)
    for index in values.indices { all[rank * values.count + index] = values[index] }
    let width = values.count * MemoryLayout<Float>.stride
    try all.withUnsafeMutableBytes { try gather($0, parts: (0..<size).map { $0 * width..<($0 + 1) * width }) }
    for index in values.indices { values[index] = (0..<size).reduce(0) { $0 + all[$1 * values.count + index] } }
  }

  func send(_ message: [UInt8], to rank: Int, tag: Int) {
    post.put([UInt8(self.rank)] + message, "\(place) message \(tag) to \(rank)")
  }

  func receive(tag: Int) -> (message: [UInt8], source: Int)? {
    guard let bytes = post.take("\(place) message \(tag) to \(rank)", within: 0) else { return nil }
    return (Array(bytes.dropFirst()), Int(bytes[0]))
  }

  func split(color: Int, key: Int) throws -> any Communicator {
    var all = [Int](repeating: 0, count: 2 * size)
    (all[2 * rank], all[2 * rank + 1]) = (color, key)
    try all.withUnsafeMutableBytes { try gather($0, parts: (0..<size).map { $0 * 16..<($0 + 1) * 16 }) }
    let members = (0..<size).filter { all[2 * $0] == color }.sorted { (all[2 * $0 + 1], $0) < (all[2 * $1 + 1], $1) }
    children += 1
    return ThreadCommunicator(
      rank: members.firstIndex(of: rank) ?? 0, size: members.count, post: post, place: "\(place)/\(children)-\(color)")
  }

  func duplicate() throws -> any Communicator { try split(color: 0, key: rank) }

  private func take(_ box: String, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard let arrived = post.take("\(place) \(box)", within: 60) else { throw Silence(rank: rank, box: box) }
    guard arrived.count == bytes.count else { throw Silence(rank: rank, box: "\(box): \(arrived.count) bytes") }
    bytes.copyBytes(from: arrived)
  }

  /// Nobody answered, or with something else.
  struct Silence: Error {
    let rank: Int
    let box: String
  }
}

/// Messages on their way, in boxes that are named by sender, receiver and kind; each box keeps the order.
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

/// What each rank's thread ended with.
private final class Ends<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Int: Result<Value, any Error>] = [:]

  func set(_ rank: Int, _ result: Result<Value, any Error>) { lock.withLock { results[rank] = result } }
  func of(_ rank: Int) -> Result<Value, any Error> {
    lock.withLock { results[rank] ?? .failure(ThreadCommunicator.Silence(rank: rank, box: "its thread")) }
  }
}
