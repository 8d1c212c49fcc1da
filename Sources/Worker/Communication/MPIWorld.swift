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
  /// Seconds after which a wait for other ranks is a stall.
  let stallTimeout: Double
  var isEnded = false

  /// Kinds of messages in a context: 0 for exchanges, from 1 the tags of messages.
  static let kinds = 16

  /// Starts MPI.
  init(stallTimeout: Double) throws {
    self.stallTimeout = stallTimeout
    var provided: Int32 = 0
    try BlockingCall.within(
      stallTimeout, "MPI_Init", "another rank of the job has not started; look at its host, or start the job again"
    ) { try check("MPI_Init_thread", MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided)) }
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
    let code = MPI_Isend(bytes.baseAddress, Int32(message.count), microfold_byte(), Int32(rank), tag, handle, &request)
    guard code == MPI_SUCCESS else {
      // MPI may still hold on to the bytes: they are not given back.
      return try control(code, "MPI_Isend", with: [rank])
    }
    outbox.append((request, bytes))
    try sweepOutbox()
  }

  func sweepOutbox() throws {
    for index in outbox.indices.reversed() {
      var isDone: Int32 = 0
      let code = MPI_Test(&outbox[index].request, &isDone, microfold_status_ignore())
      if code != MPI_SUCCESS {
        outbox.remove(at: index)
        try control(code, "MPI_Test", with: [])
      } else if isDone != 0 {
        outbox.remove(at: index).bytes.deallocate()
      }
    }
  }

  /// The first message with this tag that has arrived, and from whom.
  func probe(_ tag: Int32) throws -> MPI_Status? {
    var (flag, status): (Int32, MPI_Status) = (0, MPI_Status())
    let code = MPI_Iprobe(Int32(MPI_ANY_SOURCE), tag, handle, &flag, &status)
    if code != MPI_SUCCESS {
      try control(code, "MPI_Iprobe", with: [])
      return nil
    }
    return flag != 0 ? status : nil
  }

  /// Handles what a call for a control message returned.
  ///
  /// Where MPI says that some rank has failed, a message to or from others is not hurt: the ranks agree on who is left,
  /// and the wait goes on meanwhile. Every other error is of the wait.
  ///
  /// - Parameter peers: the ranks that the call was about; none where it was about any.
  private func control(_ code: Int32, _ call: String, with peers: [Int]) throws {
    guard code != MPI_SUCCESS else { return }
    guard microfold_says_failure(code) != 0, let pulse else { try fail(MPIError(call: call, code: code), peers) }
    tellPulse(pulse)
  }

  /// Hands on which ranks MPI knows to have failed.
  private func tellPulse(_ pulse: Pulse) {
    var ranks = [Int32](repeating: 0, count: size)
    let count = Int(microfold_failed_ranks(&ranks, Int32(size)))
    let members = pulse.session.members
    let failed = ranks.prefix(count).map { Int($0) }.filter(members.contains)
    if !failed.isEmpty { pulse.expel(failed, reason: "MPI says that it has failed") }
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
    var wait = Patience()
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
  func lookAround(_ wait: Patience, _ group: [Int], _ what: @autoclosure () -> String) throws {
    guard let pulse else {
      if wait.duration > .seconds(stallTimeout) { endAtStart(group, what()) }
      return
    }
    pulse.tick()
    if pulse.isHopeless(group) { throw MembershipChanged() }
    guard wait.duration > .seconds(stallTimeout) else { return }
    try end(Stall(pulse, group, waited: stallTimeout, what: what()), pulse, group)
  }

  /// Leaves a wait for a message where it is hopeless, or where a rank that it is for has done nothing for too long.
  ///
  /// - Parameters:
  ///   - peers: world ranks that keep this one waiting.
  ///   - group: world ranks without which nothing can come of the wait.
  func lookAfter(_ peers: [Int], of group: [Int], _ wait: inout Patience) throws {
    guard let pulse else {
      if wait.duration > .seconds(stallTimeout) { endAtStart(peers, "a message") }
      return
    }
    if pulse.isHopeless(group) { throw MembershipChanged() }
    guard wait.duration >= wait.nextLook else { return }
    wait.nextLook = wait.duration + .seconds(min(30, max(1, stallTimeout / 4)))
    let records = pulse.records(of: peers.filter { $0 != rank })
    for peer in peers where peer != rank {
      let ticks = records[peer]?.activity.ticks ?? -1
      if wait.seen[peer]?.ticks != ticks { wait.seen[peer] = (ticks, wait.duration) }
    }
    let missing = wait.seen.filter { wait.duration - $1.at > .seconds(stallTimeout) }.keys.sorted()
    guard !missing.isEmpty else { return }
    try end(Stall(pulse, missing: missing, waited: stallTimeout), pulse, group)
  }

  /// Says what is waited for in vain; then goes on without it, or ends the job.
  private func end(_ stall: Stall, _ pulse: Pulse, _ group: [Int]) throws {
    pulse.settings.say(stall.text)
    guard pulse.settings.recovers, !stall.missing.isEmpty else {
      pulse.settings.ends(stall.text)
      MPI_Abort(handle, 1)
      _exit(1)
    }
    pulse.expel(stall.missing, reason: "others waited for it in vain")
    if pulse.isHopeless(group) { throw MembershipChanged() }
  }

  /// Ends a job whose ranks do not watch each other yet.
  private func endAtStart(_ peers: [Int], _ what: String) -> Never {
    let names = peers.filter { $0 != rank }.map { "rank \($0)" }.joined(separator: " or ")
    let line =
      "microfold: rank \(rank) on \(ProcessInfo.processInfo.hostName) has waited \(Int(stallTimeout)) s at the start for "
      + "\(what) from \(names), or from a rank that it waits for; the job ends\n"
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    MPI_Abort(handle, 1)
    _exit(1)
  }

  /// What MPI says of a peer that is gone comes before the ranks agree that it is: waits for that.
  func fail(_ error: MPIError, _ group: [Int]) throws -> Never {
    if let pulse, pulse.settings.recovers {
      if microfold_says_failure(error.code) != 0 { tellPulse(pulse) }
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
