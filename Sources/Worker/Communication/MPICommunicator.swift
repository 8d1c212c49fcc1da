import Core
import MPIShim

/// Ranks under mpirun or srun.
public final class MPICommunicator: Communicator {
  public let rank, size: Int
  private let world: MPIWorld
  /// World ranks, in the order of this communicator's.
  private let members: [Int]
  private let context: Int
  private var exchanges = 0

  /// Bytes in one call: counts are C ints.
  private static let mostBytes = 1 << 28

  private init(_ world: MPIWorld, members: [Int], context: Int) {
    (self.world, self.members, self.context) = (world, members, context)
    size = members.count
    rank = members.firstIndex(of: world.rank) ?? 0
  }

  /// Starts MPI and gives all ranks of the job. MPI's errors become Swift errors from here on.
  ///
  /// - Parameter stallTimeout: seconds that a wait for other ranks may take.
  public static func world(stallTimeout: Double) throws -> MPICommunicator {
    let world = try MPIWorld(stallTimeout: stallTimeout)
    return MPICommunicator(world, members: Array(0..<world.size), context: 0)
  }

  /// From here on waits for other ranks are left where ranks are lost.
  public func watch(_ pulse: Pulse) { world.pulse = pulse }

  /// Ends MPI; every rank calls it when all of them are ready to. A second call does nothing.
  ///
  /// Where ranks were lost MPI cannot be ended: messages are brought on their way, and the process leaves without.
  public func end() throws {
    guard !world.isEnded else { return }
    world.isEnded = true
    guard let pulse = world.pulse, pulse.session.number > 0 else {
      world.flush(seconds: 10)
      let (patience, pulse) = (min(60, world.stallTimeout), world.pulse)
      return try BlockingCall.within(
        patience, "MPI_Finalize",
        "all had done their work, but these have not ended: \(pulse?.unended.map { "rank \($0)" } ?? []), or ranks of other "
          + "hosts; this one ends without them"
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
    let landing = landing(incoming)
    try receive(landing, from: peer, &requests)
    try send(staged(outgoing), to: peer, &requests)
    try world.finish(&requests, members, "an exchange of \(incoming.count) bytes with rank \(members[peer])")
    if landing.baseAddress != incoming.baseAddress { incoming.copyMemory(from: UnsafeRawBufferPointer(landing)) }
  }

  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, expecting count: Int, with peer: Int,
    take: (_ part: UnsafeRawBufferPointer, _ offset: Int) -> Void
  ) throws {
    try begin()
    let (part, most) = (MessageMemory.partBytes, MessageMemory.parts)
    let (incoming, leaving) = ((count + part - 1) / part, (outgoing.count + part - 1) / part)
    func range(_ index: Int, of count: Int) -> Range<Int> { index * part..<min(count, (index + 1) * part) }
    func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: world.memory.arriving[index % most][..<range(index, of: count).count])
    }
    // Receives in the first half, sends in the second; part i has place i modulo `most` of its half.
    var requests = MPIWorld.Requests()
    requests.handles = [MPI_Request?](repeating: microfold_request_null(), count: 2 * most)
    requests.landings = [UnsafeMutableRawBufferPointer?](repeating: nil, count: 2 * most)
    var (awaited, taken, sent, gone) = (0, 0, 0, 0)
    let tag = try world.tag(0, context)
    var wait = Patience()
    while taken < incoming || gone < leaving {
      while awaited < min(incoming, taken + most) {
        let place = slot(awaited)
        requests.landings[awaited % most] = place
        try check(
          "MPI_Irecv",
          MPI_Irecv(
            place.baseAddress, Int32(place.count), microfold_byte(), Int32(members[peer]), tag, world.handle,
            &requests.handles[awaited % most]))
        awaited += 1
      }
      while sent < min(leaving, gone + most) {
        let bytes = UnsafeRawBufferPointer(rebasing: outgoing[range(sent, of: outgoing.count)])
        try check(
          "MPI_Isend",
          MPI_Isend(
            bytes.baseAddress, Int32(bytes.count), microfold_byte(), Int32(members[peer]), tag, world.handle,
            &requests.handles[most + sent % most]))
        sent += 1
      }
      var hasMoved = false
      if taken < awaited, try isDone(&requests, taken % most) {
        take(UnsafeRawBufferPointer(slot(taken)), taken * part)
        taken += 1
        hasMoved = true
      }
      if gone < sent, try isDone(&requests, most + gone % most) {
        gone += 1
        hasMoved = true
      }
      if hasMoved {
        wait = Patience()
      } else if wait.rest() {
        do {
          try world.lookAround(wait, members, "a sum of \(count) bytes with rank \(members[peer])")
        } catch {
          world.leave(&requests)
          throw error
        }
      }
    }
  }

  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
    guard size > 1 else { return }
    try begin()
    let landing = landing(bytes)
    var requests = MPIWorld.Requests()
    for peer in 0..<size where peer != rank {
      try receive(UnsafeMutableRawBufferPointer(rebasing: landing[parts[peer]]), from: peer, &requests)
    }
    let own = staged(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[parts[rank]]))
    for distance in 1..<size { try send(own, to: (rank + distance) % size, &requests) }
    try world.finish(&requests, members, "a gathering of \(bytes.count) bytes")
    guard landing.baseAddress != bytes.baseAddress else { return }
    for peer in 0..<size where peer != rank {
      UnsafeMutableRawBufferPointer(rebasing: bytes[parts[peer]])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(landing)[parts[peer]]))
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
      var requests = MPIWorld.Requests(handles: [nil], landings: [UnsafeMutableRawBufferPointer(part)])
      requests.canBeCancelled = false
      try check(
        "MPI_Iallreduce",
        MPI_Iallreduce(
          microfold_in_place(), part.baseAddress, Int32(part.count), microfold_float(), microfold_sum(), communicator,
          &requests.handles[0]))
      try world.finish(&requests, members, "MPI_Iallreduce of \(part.count) floats")
    }
  }

  /// The same by one call of MPI that waits: what exact sums are measured against.
  public func addByMPI(_ values: UnsafeMutableBufferPointer<Float>) throws {
    let communicator = try collectiveCommunicator()
    try check(
      "MPI_Allreduce",
      MPI_Allreduce(
        microfold_in_place(), values.baseAddress, Int32(values.count), microfold_float(), microfold_sum(),
        communicator))
  }

  /// The only place that needs a communicator of MPI's: made by these ranks alone, when first asked for.
  private func collectiveCommunicator() throws -> MPI_Comm? {
    if let collective { return collective }
    // MPI's call cannot be left: it is made when all are known to be there.
    _ = try gatherTexts("")
    var (all, part): (MPI_Group?, MPI_Group?) = (nil, nil)
    try check("MPI_Comm_group", MPI_Comm_group(world.handle, &all))
    try check("MPI_Group_incl", MPI_Group_incl(all, Int32(size), members.map(Int32.init), &part))
    var made: MPI_Comm?
    let (tag, members) = (try world.tag(0, context), members)
    try BlockingCall.within(
      world.stallTimeout, "MPI_Comm_create_group", "one of ranks \(members) has not come; the job ends"
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
      // A group that is whole ends what it does together; only waits between groups are left for a new session.
      let isOver = tag >= CollectiveTag.up ? pulse.isHopeless(members) : pulse.hasNewSession
      if isOver { throw MembershipChanged() }
    }
    try world.sweepOutbox()
    let tag = try world.tag(tag, context)
    guard var status = try world.probe(tag), let source = members.firstIndex(of: Int(status.MPI_SOURCE)) else {
      return nil
    }
    var count: Int32 = 0
    try check("MPI_Get_count", MPI_Get_count(&status, microfold_byte(), &count))
    // Left half-way, the memory is not given back: the rest may still arrive.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, Int(count)), alignment: 1)
    var requests = MPIWorld.Requests(handles: [nil], landings: [bytes])
    let code = MPI_Irecv(
      bytes.baseAddress, count, microfold_byte(), status.MPI_SOURCE, tag, world.handle, &requests.handles[0])
    if code != MPI_SUCCESS { try world.fail(MPIError(call: "MPI_Irecv", code: code), [members[source]]) }
    try world.finish(&requests, [members[source]], "a message of \(count) bytes from rank \(members[source])")
    defer { bytes.deallocate() }
    return (Array(bytes.prefix(Int(count))), source)
  }

  public func lookAfter(_ peers: [Int], _ patience: inout Patience) throws {
    try world.lookAfter(peers.map { members[$0] }, of: members, &patience)
  }
}

// MARK: - Requests

extension MPICommunicator {
  private func begin() throws {
    exchanges += 1
    world.pulse?.count(exchange: exchanges, context: context)
    world.pulse?.tick()
  }

  /// Small messages are copied, so that a wait that is left leaves nothing behind in memory that is used again.
  private func staged(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard bytes.count <= MessageMemory.smallBytes else { return bytes }
    let copy = UnsafeMutableRawBufferPointer(rebasing: world.memory.outgoing[..<bytes.count])
    copy.copyMemory(from: bytes)
    return UnsafeRawBufferPointer(copy)
  }

  private func landing(_ bytes: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
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
      requests.landings.append(part)
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
      requests.landings.append(nil)
      try check(
        "MPI_Isend",
        MPI_Isend(
          part.baseAddress, Int32(part.count), microfold_byte(), Int32(members[peer]), tag, world.handle,
          &requests.handles[requests.handles.count - 1]))
    }
  }

  private func isDone(_ requests: inout MPIWorld.Requests, _ index: Int) throws -> Bool {
    var isDone: Int32 = 0
    let code = MPI_Test(&requests.handles[index], &isDone, microfold_status_ignore())
    if code != MPI_SUCCESS {
      world.leave(&requests)
      try world.fail(MPIError(call: "MPI_Test", code: code), members)
    }
    return isDone != 0
  }
}
