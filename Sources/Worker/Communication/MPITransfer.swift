import MPIShim

/// A transfer in parts, several of them in flight in each direction.
final class MPITransfer: Transfer {
  private let world: MPIWorld
  private let group: [Int]
  private let peer: Int32
  private let tag: Int32
  private let outgoing: UnsafeRawBufferPointer
  private let arrival: Arrival
  /// Receives are in the first half, sends in the second; part i has index i modulo `most` in its half.
  private var requests = MPIWorld.Requests()
  private let incomingParts, outgoingParts: Int
  private var (awaited, taken, sent, gone) = (0, 0, 0, 0)
  private var isGivenUp = false

  private let (part, most) = (MessageMemory.partBytes, MessageMemory.parts)

  /// - Parameters:
  ///   - group: the world ranks of the communicator.
  ///   - peer: a world rank.
  init(
    _ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, _ world: MPIWorld, group: [Int], peer: Int, tag: Int32
  ) {
    (self.world, self.group, self.peer, self.tag) = (world, group, Int32(peer), tag)
    (self.outgoing, self.arrival) = (outgoing, arrival)
    (incomingParts, outgoingParts) = ((arrival.count + part - 1) / part, (outgoing.count + part - 1) / part)
    requests.handles = [MPI_Request?](repeating: microfold_request_null(), count: 2 * most)
    requests.receiveBuffers = [UnsafeMutableRawBufferPointer?](repeating: nil, count: 2 * most)
  }

  func advance() throws -> Bool {
    while try move() {}
    return taken == incomingParts && gone == outgoingParts
  }

  func finish() throws {
    var wait = PollingWait()
    while taken < incomingParts || gone < outgoingParts {
      if try move() {
        wait = PollingWait()
      } else if wait.rest() {
        do {
          try world.checkGroup(wait, group, "a transfer of \(arrival.count) bytes with rank \(peer)")
        } catch {
          abandon()
          throw error
        }
      }
    }
  }

  func abandon() {
    guard !isGivenUp else { return }
    isGivenUp = true
    world.leave(&requests)
  }

  /// Begins the parts for which there is room, and ends those that have arrived or are sent. Returns whether there was
  /// one.
  private func move() throws -> Bool {
    while awaited < min(incomingParts, taken + most) {
      let buffer = memory(awaited)
      requests.receiveBuffers[awaited % most] = buffer
      try check(
        "MPI_Irecv",
        MPI_Irecv(
          buffer.baseAddress, Int32(buffer.count), microfold_byte(), peer, tag, world.handle,
          &requests.handles[awaited % most]))
      awaited += 1
    }
    while sent < min(outgoingParts, gone + most) {
      let bytes = UnsafeRawBufferPointer(rebasing: outgoing[range(sent, of: outgoing.count)])
      try check(
        "MPI_Isend",
        MPI_Isend(
          bytes.baseAddress, Int32(bytes.count), microfold_byte(), peer, tag, world.handle,
          &requests.handles[most + sent % most]))
      sent += 1
    }
    var hasMoved = false
    if taken < awaited, try isDone(taken % most) {
      deliver(taken)
      taken += 1
      hasMoved = true
    }
    if gone < sent, try isDone(most + gone % most) {
      gone += 1
      hasMoved = true
    }
    return hasMoved
  }

  private func range(_ index: Int, of count: Int) -> Range<Int> { index * part..<min(count, (index + 1) * part) }

  /// Where MPI puts this part. Small memory is the caller's own: MPI must not write to it after a wait was abandoned.
  private func memory(_ index: Int) -> UnsafeMutableRawBufferPointer {
    let range = range(index, of: arrival.count)
    if case .memory(let bytes) = arrival, bytes.count > MessageMemory.smallBytes {
      return UnsafeMutableRawBufferPointer(rebasing: bytes[range])
    }
    return UnsafeMutableRawBufferPointer(rebasing: world.memory.arriving[index % most][..<range.count])
  }

  /// Passes on a part that has arrived.
  private func deliver(_ index: Int) {
    switch arrival {
    case .parts(_, let take): take(UnsafeRawBufferPointer(memory(index)), index * part)
    case .memory(let bytes):
      if bytes.count <= MessageMemory.smallBytes { bytes.copyMemory(from: UnsafeRawBufferPointer(memory(index))) }
    }
  }

  private func isDone(_ index: Int) throws -> Bool {
    var isDone: Int32 = 0
    let code = MPI_Test(&requests.handles[index], &isDone, microfold_status_ignore())
    if code != MPI_SUCCESS {
      abandon()
      try world.fail(MPIError(call: "MPI_Test", code: code), group)
    }
    return isDone != 0
  }
}
