import Foundation

/// The communicator of one rank without MPI: the same code as under mpirun, but `MPI_Init` is never called.
public final class LocalCommunicator: Communicator {
  public let rank = 0
  public let size = 1
  private var mailbox: [(tag: Int, message: [UInt8])] = []

  public init() {}

  public func exchange(
    _ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int
  ) { incoming.copyMemory(from: outgoing) }
  public func start(_ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, with peer: Int) -> any Transfer {
    switch arrival {
    case .memory(let bytes): bytes.copyMemory(from: outgoing)
    case .parts(_, let take): take(outgoing, 0)
    }
    return FinishedTransfer()
  }
  public var meanwhile: (() -> Void)?
  public func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) {}
  public func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) {}

  public func send(_ message: [UInt8], to rank: Int, tag: Int) { mailbox.append((tag, message)) }

  public func receive(tag: Int) -> (message: [UInt8], source: Int)? {
    guard let index = mailbox.firstIndex(where: { $0.tag == tag }) else { return nil }
    return (mailbox.remove(at: index).message, 0)
  }

  public func checkPeers(_ peers: [Int], _ wait: inout PollingWait) {}

  public func among(_ ranks: [Int], context: Int) -> any Communicator { LocalCommunicator() }
}

func sleep(microseconds: UInt32) { usleep(microseconds) }
