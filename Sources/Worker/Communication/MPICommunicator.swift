import Core
import MPIShim

/// A communicator of ranks under mpirun or srun.
public final class MPICommunicator: Communicator {
  public let rank, size: Int
  private let world: MPIWorld
  /// World ranks, in the order of this communicator's ranks.
  private let members: [Int]
  private let context: Int
  private var exchanges = 0

  /// The most bytes in one call, because counts are C ints.
  private static let mostBytes = 1 << 28

  private init(_ world: MPIWorld, members: [Int], context: Int) {
    (self.world, self.members, self.context) = (world, members, context)
    size = members.count
    rank = members.firstIndex(of: world.rank) ?? 0
  }

  /// Starts MPI and returns the communicator of all ranks of the job. Afterwards MPI's errors become Swift errors.
  ///
  /// - Parameter stallTimeout: seconds that a wait for other ranks may take.
  public static func world(stallTimeout: Double) throws -> MPICommunicator {
    let world = try MPIWorld(stallTimeout: stallTimeout)
    return MPICommunicator(world, members: Array(0..<world.size), context: 0)
  }

  /// Starts the detection of lost ranks: afterwards a wait for a lost rank throws.
  public func watch(_ pulse: Pulse) { world.pulse = pulse }

  /// Ends MPI. Every rank calls it after all of them have done their work; a second call does nothing.
  ///
  /// After a loss of ranks MPI_Finalize would not return: the messages are sent, and the process ends without it.
  public func end() throws {
    guard !world.isEnded else { return }
    world.isEnded = true
    guard let pulse = world.pulse, pulse.session.number > 0 else {
      world.flush(seconds: 10)
      let (limit, pulse) = (min(60, world.stallTimeout), world.pulse)
      return try BlockingCall.within(
        limit, "MPI_Finalize",
        "all ranks had done their work, but these have not ended: "
          + "\(pulse?.unended.map { "rank \($0)" } ?? []), or ranks of other hosts; this rank ends without them"
      ) { try check("MPI_Finalize", MPI_Finalize()) }
    }
    world.flush(seconds: 2)
    pulse.endLostProcesses()
  }

  /// Ends all ranks of the job at once.
  public static func abort(status: Int32) { MPI_Abort(microfold_comm_world(), status) }

  public func among(_ ranks: [Int], context: Int) -> any Communicator {
    let members = ranks.map { self.members[$0] }
    return MPICommunicator(world, members: members, context: context)
  }

  // MARK: Exchanges

  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int
  ) throws {
    try begin()
    var requests = MPIWorld.Requests()
    let buffer = receiveBuffer(incoming)
    try receive(buffer, from: peer, &requests)
    try send(staged(outgoing), to: peer, &requests)
    try world.finish(&requests, members, "an exchange of \(incoming.count) bytes with rank \(members[peer])")
    if buffer.baseAddress != incoming.baseAddress { incoming.copyMemory(from: UnsafeRawBufferPointer(buffer)) }
  }

  public func start(_ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, with peer: Int) throws -> any Transfer {
    try begin()
    return MPITransfer(
      outgoing, arrival, world, group: members, peer: members[peer], tag: try world.tag(MPIWorld.transferKind, context))
  }

  public var meanwhile: (() -> Void)? {
    get { world.meanwhile }
    set { world.meanwhile = newValue }
  }

  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
    guard size > 1 else { return }
    try begin()
    let buffer = receiveBuffer(bytes)
    var requests = MPIWorld.Requests()
    for peer in 0..<size where peer != rank {
      try receive(UnsafeMutableRawBufferPointer(rebasing: buffer[parts[peer]]), from: peer, &requests)
    }
    let own = staged(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[parts[rank]]))
    for distance in 1..<size { try send(own, to: (rank + distance) % size, &requests) }
    try world.finish(&requests, members, "a gathering of \(bytes.count) bytes")
    guard buffer.baseAddress != bytes.baseAddress else { return }
    for peer in 0..<size where peer != rank {
      UnsafeMutableRawBufferPointer(rebasing: bytes[parts[peer]])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[parts[peer]]))
    }
  }

  // MARK: Sums in any order

  private var collective: MPI_Comm?

  public func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws {
    guard size > 1 else { return }
    try begin()
    let communicator = try collectiveCommunicator()
    let most = MPICommunicator.mostBytes / MemoryLayout<Float>.stride
    for start in stride(from: 0, to: values.count, by: most) {
      let part = UnsafeMutableBufferPointer(rebasing: values[start..<min(start + most, values.count)])
      var requests = MPIWorld.Requests(handles: [nil], receiveBuffers: [UnsafeMutableRawBufferPointer(part)])
      requests.canBeCancelled = false
      try check(
        "MPI_Iallreduce",
        MPI_Iallreduce(
          microfold_in_place(), part.baseAddress, Int32(part.count), microfold_float(), microfold_sum(), communicator,
          &requests.handles[0]))
      try world.finish(&requests, members, "MPI_Iallreduce of \(part.count) floats")
    }
  }

  /// The same with one blocking MPI call, as a reference in `microfold bench`.
  public func addByMPI(_ values: UnsafeMutableBufferPointer<Float>) throws {
    let communicator = try collectiveCommunicator()
    try check(
      "MPI_Allreduce",
      MPI_Allreduce(
        microfold_in_place(), values.baseAddress, Int32(values.count), microfold_float(), microfold_sum(),
        communicator))
  }

  /// An MPI communicator of these ranks, made on first use; only `addByMPI` and sums in any order need one.
  private func collectiveCommunicator() throws -> MPI_Comm? {
    if let collective { return collective }
    // The MPI call cannot be abandoned: it is made after all ranks have answered.
    _ = try gatherTexts("")
    var (all, part): (MPI_Group?, MPI_Group?) = (nil, nil)
    try check("MPI_Comm_group", MPI_Comm_group(world.handle, &all))
    try check("MPI_Group_incl", MPI_Group_incl(all, Int32(size), members.map(Int32.init), &part))
    var made: MPI_Comm?
    let (tag, members) = (try world.tag(0, context), members)
    try BlockingCall.within(
      world.stallTimeout, "MPI_Comm_create_group", "one of ranks \(members) has not called it; the job ends"
    ) { try check("MPI_Comm_create_group", microfold_create_group(part, tag, "microfold-\(context)", &made)) }
    collective = made
    return made
  }

  // MARK: Messages

  public func send(_ message: [UInt8], to rank: Int, tag: Int) throws {
    try world.send(message, to: members[rank], tag: world.tag(tag, context))
  }

  public func receive(tag: Int) throws -> (message: [UInt8], source: Int)? {
    if let pulse = world.pulse {
      pulse.tick()
      // A complete group first finishes its step together; only waits between groups end at once when a new session
      // begins.
      let isOver = tag >= CollectiveTag.up ? pulse.isBroken(members) : pulse.hasNewSession
      if isOver { throw MembershipChanged() }
    }
    try world.freeSentMessages()
    let tag = try world.tag(tag, context)
    guard var status = try world.probe(tag), let source = members.firstIndex(of: Int(status.MPI_SOURCE)) else {
      return nil
    }
    var count: Int32 = 0
    try check("MPI_Get_count", MPI_Get_count(&status, microfold_byte(), &count))
    // If the wait throws, the memory is not freed: the rest of the message may still arrive.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, Int(count)), alignment: 1)
    var requests = MPIWorld.Requests(handles: [nil], receiveBuffers: [bytes])
    let code = MPI_Irecv(
      bytes.baseAddress, count, microfold_byte(), status.MPI_SOURCE, tag, world.handle, &requests.handles[0])
    if code != MPI_SUCCESS { try world.fail(MPIError(call: "MPI_Irecv", code: code), [members[source]]) }
    try world.finish(&requests, [members[source]], "a message of \(count) bytes from rank \(members[source])")
    defer { bytes.deallocate() }
    return (Array(bytes.prefix(Int(count))), source)
  }

  public func checkPeers(_ peers: [Int], _ wait: inout PollingWait) throws {
    try world.checkPeers(peers.map { members[$0] }, of: members, &wait)
  }
}

// MARK: - Requests

extension MPICommunicator {
  private func begin() throws {
    exchanges += 1
    world.pulse?.count(exchange: exchanges, context: context)
    world.pulse?.tick()
  }

  /// Copies small messages, so that MPI no longer uses the caller's memory after a wait was abandoned.
  private func staged(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard bytes.count <= MessageMemory.smallBytes else { return bytes }
    let copy = UnsafeMutableRawBufferPointer(rebasing: world.memory.outgoing[..<bytes.count])
    copy.copyMemory(from: bytes)
    return UnsafeRawBufferPointer(copy)
  }

  private func receiveBuffer(_ bytes: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
    guard bytes.count <= MessageMemory.smallBytes else { return bytes }
    return UnsafeMutableRawBufferPointer(rebasing: world.memory.incoming[..<bytes.count])
  }

  private func receive(
    _ bytes: UnsafeMutableRawBufferPointer, from peer: Int, _ requests: inout MPIWorld.Requests
  ) throws {
    let tag = try world.tag(0, context)
    for start in stride(from: 0, to: bytes.count, by: MPICommunicator.mostBytes) {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: bytes[start..<min(start + MPICommunicator.mostBytes, bytes.count)])
      requests.handles.append(nil)
      requests.receiveBuffers.append(part)
      try check(
        "MPI_Irecv",
        MPI_Irecv(
          part.baseAddress, Int32(part.count), microfold_byte(), Int32(members[peer]), tag, world.handle,
          &requests.handles[requests.handles.count - 1]))
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, to peer: Int, _ requests: inout MPIWorld.Requests) throws {
    let tag = try world.tag(0, context)
    for start in stride(from: 0, to: bytes.count, by: MPICommunicator.mostBytes) {
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + MPICommunicator.mostBytes, bytes.count)])
      requests.handles.append(nil)
      requests.receiveBuffers.append(nil)
      try check(
        "MPI_Isend",
        MPI_Isend(
          part.baseAddress, Int32(part.count), microfold_byte(), Int32(members[peer]), tag, world.handle,
          &requests.handles[requests.handles.count - 1]))
    }
  }
}
