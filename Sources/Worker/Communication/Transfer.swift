/// Bytes on their way to another rank of a communicator and from it, while this rank may compute.
///
/// A communicator has one transfer at a time.
public protocol Transfer: AnyObject {
  /// Moves what can be moved without waiting. Returns whether all is done.
  func advance() throws -> Bool
  /// Waits until all is done.
  func finish() throws
  /// Gives up what is not done, because ranks were lost.
  func abandon()
}

/// Where a transfer's bytes arrive.
public enum Arrival {
  /// In this memory. If the transfer fails, bytes may still arrive in it; memory above 64 KiB belongs to the workspace,
  /// which is told not to reuse it.
  case memory(UnsafeMutableRawBufferPointer)
  /// So many bytes in parts: `take` is called with each part, in order, and its offset in bytes.
  case parts(count: Int, take: (_ part: UnsafeRawBufferPointer, _ offset: Int) -> Void)

  var count: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .parts(let count, _): count
    }
  }
}

/// A transfer of a communicator that does not compute meanwhile: it was done when it began.
public final class FinishedTransfer: Transfer {
  public init() {}
  public func advance() -> Bool { true }
  public func finish() {}
  public func abandon() {}
}

extension Communicator {
  /// Sends `outgoing` to rank `peer` and receives `count` bytes from it, in parts.
  ///
  /// - Parameter take: called with each part, in order, and its offset in bytes.
  func exchange(
    _ outgoing: UnsafeRawBufferPointer, expecting count: Int, with peer: Int,
    take: (_ part: UnsafeRawBufferPointer, _ offset: Int) -> Void
  ) throws {
    try withoutActuallyEscaping(take) { take in
      try start(outgoing, .parts(count: count, take: take), with: peer).finish()
    }
  }
}
