import Core
import MPIShim

/// An error that Open MPI returned.
public struct MPIError: Error, CustomStringConvertible {
  public let call: String
  public let code: Int32

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING))
    var length: Int32 = 0
    MPI_Error_string(code, &text, &length)
    return "\(call): \(String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))"
  }
}

/// Ranks under mpirun or srun.
public final class MPICommunicator: Communicator {
  public let rank, size: Int
  private let handle: MPI_Comm

  /// Bytes in one call: counts are C ints.
  private static let mostBytes = 1 << 28

  private init(_ handle: MPI_Comm) throws {
    var (rank, size): (Int32, Int32) = (0, 0)
    try check("MPI_Comm_rank", MPI_Comm_rank(handle, &rank))
    try check("MPI_Comm_size", MPI_Comm_size(handle, &size))
    (self.rank, self.size, self.handle) = (Int(rank), Int(size), handle)
  }

  /// Starts MPI and gives all ranks of the job. MPI's errors become Swift errors from here on.
  public static func world() throws -> MPICommunicator {
    var provided: Int32 = 0
    try check("MPI_Init_thread", MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided))
    let world = microfold_comm_world()!
    try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(world, microfold_errors_return()))
    return try MPICommunicator(world)
  }

  /// Ends MPI; every rank calls it.
  public static func finalize() throws { try check("MPI_Finalize", MPI_Finalize()) }

  /// Ends all ranks of the job at once.
  public static func abort(status: Int32) { MPI_Abort(microfold_comm_world(), status) }

  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int
  ) throws {
    let peer = Int32(peer)
    for start in stride(from: 0, to: max(outgoing.count, incoming.count), by: MPICommunicator.mostBytes) {
      let send = slice(start, outgoing.count)
      let receive = slice(start, incoming.count)
      try check(
        "MPI_Sendrecv",
        MPI_Sendrecv(
          outgoing.baseAddress.map { $0 + send.lowerBound }, Int32(send.count), microfold_byte(), peer, 0,
          incoming.baseAddress.map { $0 + receive.lowerBound }, Int32(receive.count), microfold_byte(), peer, 0, handle,
          microfold_status_ignore()))
    }
  }

  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
    guard bytes.count <= Int(Int32.max) else {
      throw Fault(at: "MPI_Allgatherv", "is asked for \(bytes.count) bytes; 2^31 - 1 is the most")
    }
    try check(
      "MPI_Allgatherv",
      MPI_Allgatherv(
        microfold_in_place(), 0, microfold_byte(), bytes.baseAddress, parts.map { Int32($0.count) },
        parts.map { Int32($0.lowerBound) }, microfold_byte(), handle))
  }

  public func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws {
    for start in stride(from: 0, to: values.count, by: MPICommunicator.mostBytes / 4) {
      let count = min(values.count - start, MPICommunicator.mostBytes / 4)
      try check(
        "MPI_Allreduce",
        MPI_Allreduce(
          microfold_in_place(), values.baseAddress! + start, Int32(count), microfold_float(), microfold_sum(), handle))
    }
  }

  public func send(_ message: [UInt8], to rank: Int, tag: Int) throws {
    try check(
      "MPI_Send", MPI_Send(message, Int32(message.count), microfold_byte(), Int32(rank), Int32(tag), handle))
  }

  public func receive(tag: Int) throws -> (message: [UInt8], source: Int)? {
    var (flag, status): (Int32, MPI_Status) = (0, MPI_Status())
    try check("MPI_Iprobe", MPI_Iprobe(Int32(MPI_ANY_SOURCE), Int32(tag), handle, &flag, &status))
    guard flag != 0 else { return nil }
    var count: Int32 = 0
    try check("MPI_Get_count", MPI_Get_count(&status, microfold_byte(), &count))
    var message = [UInt8](repeating: 0, count: Int(count))
    try check(
      "MPI_Recv",
      MPI_Recv(
        &message, count, microfold_byte(), status.MPI_SOURCE, Int32(tag), handle, microfold_status_ignore()))
    return (message, Int(status.MPI_SOURCE))
  }

  public func split(color: Int, key: Int) throws -> any Communicator {
    var part: MPI_Comm?
    try check("MPI_Comm_split", MPI_Comm_split(handle, Int32(color), Int32(key), &part))
    return try MPICommunicator(part!)
  }

  public func duplicate() throws -> any Communicator {
    var copy: MPI_Comm?
    try check("MPI_Comm_dup", MPI_Comm_dup(handle, &copy))
    return try MPICommunicator(copy!)
  }

  private func slice(_ start: Int, _ count: Int) -> Range<Int> {
    min(start, count)..<min(start + MPICommunicator.mostBytes, count)
  }
}

private func check(_ call: String, _ code: Int32) throws {
  if code != MPI_SUCCESS { throw MPIError(call: call, code: code) }
}
