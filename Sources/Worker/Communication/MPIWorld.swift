import Core
import Foundation
import MPIShim

/// What all communicators of this process share: MPI's world, the memory of messages, and what ends a wait.
///
/// There is no MPI communicator but the world's. A group is a list of world ranks, and its messages have tags of their
/// own, so that nothing has to be agreed with ranks that may be dead.
final class MPIWorld {
  let rank, size: Int
  let handle: MPI_Comm
  private let tagLimit: Int
  private(set) var memory = MessageMemory()
  /// Messages that are on their way.
  private var outbox: [(request: MPI_Request?, bytes: UnsafeMutableRawBufferPointer)] = []

  /// Nil until the ranks watch each other.
  var pulse: Pulse?
  /// Seconds after which a wait for the group is a stall; nil before there is work.
  var stallTimeout: Double?

  /// Kinds of messages in a context: 0 for exchanges, 1 to 7 for the tags of messages.
  static let kinds = 8

  /// Starts MPI.
  init() throws {
    var provided: Int32 = 0
    try check("MPI_Init_thread", MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided))
    handle = microfold_comm_world()!
    try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(handle, microfold_errors_return()))
    var (rank, size): (Int32, Int32) = (0, 0)
    try check("MPI_Comm_rank", MPI_Comm_rank(handle, &rank))
    try check("MPI_Comm_size", MPI_Comm_size(handle, &size))
    (self.rank, self.size) = (Int(rank), Int(size))
    tagLimit = Int(microfold_tag_limit(handle))
  }

  func tag(_ kind: Int, _ context: Int) throws -> Int32 {
    let (tag, overflow) = context.multipliedReportingOverflow(by: MPIWorld.kinds)
    guard !overflow, tag + kind <= tagLimit else {
      throw Fault(at: "MPI", "has no tags left after so many losses of ranks; start the sweep again to go on")
    }
    return Int32(tag + kind)
  }

  // MARK: Messages

  func send(_ message: [UInt8], to rank: Int, tag: Int32) throws {
    try sweepOutbox()
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, message.count), alignment: 1)
    bytes.copyBytes(from: message)
    var request: MPI_Request?
    try check(
      "MPI_Isend",
      MPI_Isend(bytes.baseAddress, Int32(message.count), microfold_byte(), Int32(rank), tag, handle, &request))
    outbox.append((request, bytes))
    try sweepOutbox()
  }

  func sweepOutbox() throws {
    for index in outbox.indices.reversed() {
      var isDone: Int32 = 0
      try check("MPI_Test", MPI_Test(&outbox[index].request, &isDone, microfold_status_ignore()))
      if isDone != 0 { outbox.remove(at: index).bytes.deallocate() }
    }
  }

  /// Waits until all messages are on their way, but not for ever: a receiver may be dead.
  func flush(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while !outbox.isEmpty, ContinuousClock.now < end {
      guard (try? sweepOutbox()) != nil else { return }
      sleep(microseconds: 100)
    }
  }

  // MARK: Waits

  /// Messages under way, with where those that come in are put.
  struct Requests {
    var handles: [MPI_Request?] = []
    var landings: [UnsafeMutableRawBufferPointer?] = []
    /// Whether what comes in is a single message, which can be cancelled.
    var canBeCancelled = true
  }

  /// Waits until all requests are done.
  ///
  /// - Parameters:
  ///   - group: the world ranks that take part.
  ///   - what: for a stall, what is waited in.
  func finish(_ requests: inout Requests, _ group: [Int], _ what: @autoclosure () -> String) throws {
    var wait = Wait()
    while true {
      var areDone: Int32 = 0
      let code = MPI_Testall(
        Int32(requests.handles.count), &requests.handles, &areDone, microfold_statuses_ignore())
      if code != MPI_SUCCESS {
        leave(&requests)
        try fail(MPIError(call: "MPI_Testall", code: code), group)
      }
      if areDone != 0 { return }
      if wait.rest() {
        do {
          try lookAround(wait, group, what())
        } catch {
          leave(&requests)
          throw error
        }
      }
    }
  }

  /// Leaves a wait where it is hopeless, and says so where it takes too long.
  func lookAround(_ wait: Wait, _ group: [Int], _ what: @autoclosure () -> String) throws {
    guard let pulse else { return }
    if pulse.isHopeless(group) { throw MembershipChanged() }
    if let stallTimeout, wait.duration > .seconds(stallTimeout) {
      let stall = Stall(pulse, group, waited: stallTimeout, what: what())
      pulse.settings.say(stall.text)
      guard pulse.settings.recovers, !stall.missing.isEmpty else {
        MPI_Abort(handle, 1)
        _exit(1)
      }
      pulse.expel(stall.missing, reason: "the others of its group waited for it in vain")
      if pulse.isHopeless(group) { throw MembershipChanged() }
    }
  }

  /// What MPI says of a peer that is gone comes before the ranks agree that it is: waits for that.
  func fail(_ error: MPIError, _ group: [Int]) throws -> Never {
    if let pulse, pulse.settings.recovers {
      let end = ContinuousClock.now + .seconds(pulse.settings.deadAfter + 5)
      while ContinuousClock.now < end {
        if pulse.isHopeless(group) { throw MembershipChanged() }
        sleep(microseconds: 1000)
      }
    }
    throw error
  }

  /// Takes back what can be taken back. A message that has begun to arrive, from a rank that will never end it, cannot:
  /// its memory is not used again. Nor is that of messages going out: MPI may read it.
  func leave(_ requests: inout Requests) {
    if requests.canBeCancelled {
      for index in requests.handles.indices
      where requests.landings[index] != nil && requests.handles[index] != microfold_request_null() {
        MPI_Cancel(&requests.handles[index])
      }
    }
    let end = ContinuousClock.now + .seconds(0.2)
    var open = requests.handles.indices.filter { requests.landings[$0] != nil }
    while !open.isEmpty, ContinuousClock.now < end {
      open.removeAll { index in
        var isDone: Int32 = 0
        return MPI_Test(&requests.handles[index], &isDone, microfold_status_ignore()) != MPI_SUCCESS || isDone != 0
      }
    }
    for index in open { Workspace.abandon(requests.landings[index]!) }
    memory = MessageMemory()
  }
}

/// The memory that small messages and parts of large ones go through. It is never given back: MPI may hold on to it.
struct MessageMemory {
  /// Up to here messages are copied.
  static let smallBytes = 1 << 16
  /// A large message goes in parts of this size, of which some are under way at once.
  static let partBytes = 1 << 18
  static let parts = 4

  let outgoing = MessageMemory.allocate(MessageMemory.smallBytes)
  let incoming = MessageMemory.allocate(MessageMemory.smallBytes)
  let arriving = (0..<MessageMemory.parts).map { _ in MessageMemory.allocate(MessageMemory.partBytes) }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 4096)
  }
}

/// One wait: at first it looks again at once, then it lets others of the machine work, then it naps.
struct Wait {
  private var looks = 0
  private var start: ContinuousClock.Instant?
  private var last: ContinuousClock.Instant?
  private var nap: UInt32 = 10

  /// How long so far. Time in which this process was stopped does not count.
  private(set) var duration = Duration.zero

  /// Rests as long as fits the wait so far; says whether it is time to see what the others are at.
  mutating func rest() -> Bool {
    looks += 1
    if looks < 64 { return false }
    let now = ContinuousClock.now
    duration += min(now - (last ?? now), .seconds(1))
    last = now
    guard let start else {
      start = now
      return false
    }
    if now - start < .milliseconds(1) {
      sched_yield()
      return false
    }
    sleep(microseconds: nap)
    nap = min(100, nap + 10)
    return true
  }
}
