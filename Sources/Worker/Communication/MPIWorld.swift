import Core
import Foundation
import MPIShim

/// What all communicators of this process share: MPI_COMM_WORLD, the memory of messages, and the deadlines of waits.
///
/// MPI_COMM_WORLD is the only MPI communicator. A group is a list of world ranks, and its messages have their own tags,
/// so that making a group needs no answer from ranks that may be dead.
final class MPIWorld {
  let rank, size: Int
  let handle: MPI_Comm
  private let tagLimit: Int
  private(set) var memory = MessageMemory()
  /// Messages that are being sent.
  private var outbox: [(request: MPI_Request?, bytes: UnsafeMutableRawBufferPointer)] = []

  /// Nil until the heartbeat starts.
  var pulse: Pulse?
  /// Seconds after which a wait for other ranks is a stall.
  let stallTimeout: Double
  var isEnded = false

  /// Number of tags in a context: 0 for exchanges, from 1 for messages, the last for transfers.
  static let kinds = 16
  static let transferKind = kinds - 1
  /// Called in waits for exchanges.
  var meanwhile: (() -> Void)?

  /// Starts MPI.
  init(stallTimeout: Double) throws {
    self.stallTimeout = stallTimeout
    var provided: Int32 = 0
    try BlockingCall.within(
      stallTimeout, "MPI_Init", "another rank of the job has not started; check its host, or start the job again"
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
      throw Fault(at: "MPI", "has no tags left after many losses of ranks; rerun the same command to resume")
    }
    return Int32(tag + kind)
  }

  // MARK: Messages

  func send(_ message: [UInt8], to rank: Int, tag: Int32) throws {
    try freeSentMessages()
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, message.count), alignment: 1)
    bytes.copyBytes(from: message)
    var request: MPI_Request?
    let code = MPI_Isend(bytes.baseAddress, Int32(message.count), microfold_byte(), Int32(rank), tag, handle, &request)
    guard code == MPI_SUCCESS else {
      // MPI may still read the bytes: they are not freed.
      return try control(code, "MPI_Isend", with: [rank])
    }
    outbox.append((request, bytes))
    try freeSentMessages()
  }

  func freeSentMessages() throws {
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

  /// The first message with this tag that has arrived; nil where there is none.
  func probe(_ tag: Int32) throws -> MPI_Status? {
    var (flag, status): (Int32, MPI_Status) = (0, MPI_Status())
    let code = MPI_Iprobe(Int32(MPI_ANY_SOURCE), tag, handle, &flag, &status)
    if code != MPI_SUCCESS {
      try control(code, "MPI_Iprobe", with: [])
      return nil
    }
    return flag != 0 ? status : nil
  }

  /// Handles the error code of a call for a control message.
  ///
  /// When MPI reports that a rank has failed, messages between other ranks are not affected: the wait continues while
  /// the ranks agree on who is left. Every other error ends the wait.
  ///
  /// - Parameter peers: the ranks of the call; empty for a call about any rank.
  private func control(_ code: Int32, _ call: String, with peers: [Int]) throws {
    guard code != MPI_SUCCESS else { return }
    guard microfold_says_failure(code) != 0, let pulse else { try fail(MPIError(call: call, code: code), peers) }
    reportFailures(pulse)
  }

  /// Tells the heartbeat thread which ranks have failed according to MPI.
  private func reportFailures(_ pulse: Pulse) {
    var ranks = [Int32](repeating: 0, count: size)
    let count = Int(microfold_failed_ranks(&ranks, Int32(size)))
    let members = pulse.session.members
    let failed = ranks.prefix(count).map { Int($0) }.filter(members.contains)
    if !failed.isEmpty { pulse.giveUp(failed, reason: "MPI reports that it has failed") }
  }

  /// Waits until all messages are sent, but not longer than this: a receiver may be dead.
  func flush(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while !outbox.isEmpty, ContinuousClock.now < end {
      guard (try? freeSentMessages()) != nil else { return }
      sleep(microseconds: 100)
    }
  }

  // MARK: Waits

  /// Open requests, with the memory of those that receive.
  struct Requests {
    var handles: [MPI_Request?] = []
    var receiveBuffers: [UnsafeMutableRawBufferPointer?] = []
    /// Whether the requests that receive can be cancelled: each is one whole message.
    var canBeCancelled = true
  }

  /// Waits until all requests are done.
  ///
  /// - Parameters:
  ///   - group: the world ranks that take part.
  ///   - what: the name of the wait, for the message of a stall.
  func finish(_ requests: inout Requests, _ group: [Int], _ what: @autoclosure () -> String) throws {
    var wait = PollingWait()
    while true {
      var areDone: Int32 = 0
      let code = MPI_Testall(
        Int32(requests.handles.count), &requests.handles, &areDone, microfold_statuses_ignore())
      if code != MPI_SUCCESS {
        leave(&requests)
        try fail(MPIError(call: "MPI_Testall", code: code), group)
      }
      if areDone != 0 { return }
      meanwhile?()
      if wait.rest() {
        do {
          try checkGroup(wait, group, what())
        } catch {
          leave(&requests)
          throw error
        }
      }
    }
  }

  /// Ends a wait that cannot complete, and reports one that takes too long.
  func checkGroup(_ wait: PollingWait, _ group: [Int], _ what: @autoclosure () -> String) throws {
    guard let pulse else {
      if wait.duration > .seconds(stallTimeout) { endAtStart(group, what()) }
      return
    }
    pulse.tick()
    if pulse.isBroken(group) { throw MembershipChanged() }
    guard wait.duration > .seconds(stallTimeout) else { return }
    try end(Stall(pulse, group, waited: stallTimeout, what: what()), pulse, group)
  }

  /// Ends a wait for a message that cannot arrive, or when a rank that is waited for has done nothing for too long.
  ///
  /// - Parameters:
  ///   - peers: world ranks that are waited for.
  ///   - group: world ranks of the communicator; the wait cannot complete without one of them.
  func checkPeers(_ peers: [Int], of group: [Int], _ wait: inout PollingWait) throws {
    guard let pulse else {
      if wait.duration > .seconds(stallTimeout) { endAtStart(peers, "a message") }
      return
    }
    if pulse.isBroken(group) { throw MembershipChanged() }
    guard wait.duration >= wait.nextCheck else { return }
    wait.nextCheck = wait.duration + .seconds(min(30, max(1, stallTimeout / 4)))
    let records = pulse.records(of: peers.filter { $0 != rank })
    for peer in peers where peer != rank {
      let ticks = records[peer]?.activity.ticks ?? -1
      if wait.seen[peer]?.ticks != ticks { wait.seen[peer] = (ticks, wait.duration) }
    }
    let missing = wait.seen.filter { wait.duration - $1.at > .seconds(stallTimeout) }.keys.sorted()
    guard !missing.isEmpty else { return }
    try end(Stall(pulse, missing: missing, waited: stallTimeout), pulse, group)
  }

  /// Reports a stall; then gives up the missing ranks, or ends the job.
  private func end(_ stall: Stall, _ pulse: Pulse, _ group: [Int]) throws {
    pulse.settings.say(stall.text)
    guard pulse.settings.recovers, !stall.missing.isEmpty else {
      pulse.settings.willEnd(stall.text)
      MPI_Abort(handle, 1)
      _exit(1)
    }
    pulse.giveUp(stall.missing, reason: "it did not answer the other ranks in time")
    if pulse.isBroken(group) { throw MembershipChanged() }
  }

  /// Ends a job that stalls before the heartbeat starts.
  private func endAtStart(_ peers: [Int], _ what: String) -> Never {
    let names = peers.filter { $0 != rank }.map { "rank \($0)" }.joined(separator: " or ")
    let line =
      "microfold: rank \(rank) on \(ProcessInfo.processInfo.hostName) has waited \(Int(stallTimeout)) s at the start "
      + "for \(what) from \(names), or from a rank that it waits for; the job ends\n"
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    MPI_Abort(handle, 1)
    _exit(1)
  }

  /// Throws for an error that MPI returned. MPI reports a failed rank before the ranks agree that it is lost: waits for
  /// that agreement first.
  func fail(_ error: MPIError, _ group: [Int]) throws -> Never {
    if let pulse, pulse.settings.recovers {
      if microfold_says_failure(error.code) != 0 { reportFailures(pulse) }
      let end = ContinuousClock.now + .seconds(pulse.settings.deadAfter + 5)
      while ContinuousClock.now < end {
        if pulse.isBroken(group) { throw MembershipChanged() }
        sleep(microseconds: 1000)
      }
    }
    throw error
  }

  /// Cancels open requests. A message of which only a part has arrived, from a rank that will never send the rest,
  /// cannot be cancelled: its memory is not used again. The same holds for messages being sent, because MPI may still
  /// read them.
  func leave(_ requests: inout Requests) {
    if requests.canBeCancelled {
      for index in requests.handles.indices
      where requests.receiveBuffers[index] != nil && requests.handles[index] != microfold_request_null() {
        MPI_Cancel(&requests.handles[index])
      }
    }
    let end = ContinuousClock.now + .seconds(0.2)
    var open = requests.handles.indices.filter { requests.receiveBuffers[$0] != nil }
    while !open.isEmpty, ContinuousClock.now < end {
      open.removeAll { index in
        var isDone: Int32 = 0
        return MPI_Test(&requests.handles[index], &isDone, microfold_status_ignore()) != MPI_SUCCESS || isDone != 0
      }
    }
    for index in open { Workspace.abandon(requests.receiveBuffers[index]!) }
    memory = MessageMemory()
  }
}

/// The memory for small messages and for parts of large ones. It is never freed, because MPI may still use it.
struct MessageMemory {
  /// Messages of up to this many bytes are copied.
  static let smallBytes = 1 << 16
  /// A large message is sent in parts of this many bytes, several at a time.
  static let partBytes = 1 << 18
  static let parts = 4

  let outgoing = MessageMemory.allocate(MessageMemory.smallBytes)
  let incoming = MessageMemory.allocate(MessageMemory.smallBytes)
  let arriving = (0..<MessageMemory.parts).map { _ in MessageMemory.allocate(MessageMemory.partBytes) }

  private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 4096)
  }
}
