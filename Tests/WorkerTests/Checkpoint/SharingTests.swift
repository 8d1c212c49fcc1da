import Ranks
import Testing

@testable import Core
@testable import Worker

/// The data that the ranks of a group send each other when a unit begins.
@Suite struct SharingTests {
  /// Counts the bytes that all ranks have after gathering.
  private final class Counting: Communicator {
    private let ranks: any Communicator
    private(set) var gathered = 0

    init(_ ranks: any Communicator) { self.ranks = ranks }

    var rank: Int { ranks.rank }
    var size: Int { ranks.size }
    func exchange(
      _ outgoing: UnsafeRawBufferPointer, _ incoming: UnsafeMutableRawBufferPointer, with peer: Int
    ) throws { try ranks.exchange(outgoing, incoming, with: peer) }
    func start(_ outgoing: UnsafeRawBufferPointer, _ arrival: Arrival, with peer: Int) throws -> any Transfer {
      try ranks.start(outgoing, arrival, with: peer)
    }
    var meanwhile: (() -> Void)?
    func gather(_ bytes: UnsafeMutableRawBufferPointer, parts: [Range<Int>]) throws {
      gathered += bytes.count
      try ranks.gather(bytes, parts: parts)
    }
    func addInAnyOrder(_ values: UnsafeMutableBufferPointer<Float>) throws { try ranks.addInAnyOrder(values) }
    func send(_ message: [UInt8], to rank: Int, tag: Int) throws { try ranks.send(message, to: rank, tag: tag) }
    func receive(tag: Int) throws -> (message: [UInt8], source: Int)? { try ranks.receive(tag: tag) }
    func checkPeers(_ peers: [Int], _ wait: inout PollingWait) throws { try ranks.checkPeers(peers, &wait) }
    func among(_ members: [Int], context: Int) throws -> any Communicator {
      try ranks.among(members, context: context)
    }
  }

  private struct Outcome: Sendable {
    var gathered: Int
    var weights: [[Float]]
  }

  /// - Parameter differs: whether the second rank's new networks differ.
  private func share(isResumed: Bool, differs: Bool) throws -> [Outcome] {
    let tiny = try TinyUnit()
    return try ThreadCommunicator.run(2) { ranks in
      var fitted = try tiny.fitted(seed: differs ? UInt64(ranks.rank) : 1)
      let group = Counting(ranks)
      var progress = RunProgress()
      try group.share(&progress, &fitted, isResumed: isResumed && ranks.rank == 0)
      return Outcome(gathered: group.gathered, weights: try fitted.state().tensors.map(\.tensor.elements))
    }
  }

  private func bytes(_ outcome: Outcome) -> Int { 4 * outcome.weights.reduce(0) { $0 + $1.count } }

  @Test func freshNetworksAreNotSent() throws {
    let ends = try share(isResumed: false, differs: false)
    #expect(ends[0].gathered < 1000 && ends[1].gathered < 1000 && bytes(ends[0]) > 100_000)
    #expect(ends[0].weights == ends[1].weights)
  }

  @Test func aCheckpointIsSent() throws {
    let ends = try share(isResumed: true, differs: true)
    #expect(ends.allSatisfy { $0.gathered >= bytes($0) })
    #expect(ends[0].weights == ends[1].weights)
  }

  /// Hosts with different mathematics libraries may make different networks from the same seed.
  @Test func freshNetworksThatDifferBecomeThoseOfTheFirstRank() throws {
    let ends = try share(isResumed: false, differs: true)
    #expect(ends[0].weights == ends[1].weights)
  }
}
