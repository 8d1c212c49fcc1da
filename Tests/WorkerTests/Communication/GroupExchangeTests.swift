import Foundation
import Ranks
import Testing

@testable import Core
@testable import Worker

/// Numbers whose sum depends on the order of additions, by many orders of magnitude.
func unevenNumbers(_ count: Int, seed: UInt64) -> [Double] {
  let random = CounterRandom(seed)
  return (0..<count).map { index in
    let scale = Double(sign: .plus, exponent: random.integer(below: 40, at: UInt64(3 * index)) - 20, significand: 1)
    return random.normal(at: UInt64(3 * index + 1)) * scale
  }
}

/// The sum of parts as a binary tree: neighbours, then pairs, then fours.
func treeSum<Number: FloatingPoint>(_ parts: [Number]) -> Number {
  parts.count == 1
    ? parts[0] : treeSum(stride(from: 0, to: parts.count, by: 2).map { parts[$0] + parts[$0 + 1] })
}

/// Sums over ranks have the bits of a binary tree over the ranks, whatever their length.
@Suite struct GroupExchangeTests {
  /// Below and above 16 KiB, where another way of sending begins, with odd counts and fewer numbers than ranks.
  static let counts = [0, 1, 2, 3, 7, 8, 9, 100, 4096, 4097, 5003, 8192, 20_011]

  @Test(arguments: [1, 2, 4, 8]) func sumsOfFloatsAreATree(_ ranks: Int) throws {
    for count in Self.counts {
      let parts = (0..<ranks).map { rank in unevenNumbers(count, seed: UInt64(rank)).map { Float($0) } }
      let sums = try ThreadCommunicator.run(ranks) { communicator in
        var values = parts[communicator.rank]
        let exchange = GroupExchange(communicator)
        try values.withUnsafeMutableBufferPointer { try exchange.add($0) }
        return values
      }
      let expected = (0..<count).map { index in treeSum(parts.map { $0[index] }) }
      for rank in 0..<ranks { #expect(sums[rank] == expected, "\(count) floats on rank \(rank) of \(ranks)") }
    }
  }

  @Test(arguments: [1, 2, 4, 8]) func sumsOfDoublesAreATree(_ ranks: Int) throws {
    for count in Self.counts {
      let parts = (0..<ranks).map { unevenNumbers(count, seed: UInt64($0)) }
      let sums = try ThreadCommunicator.run(ranks) { communicator in
        var values = parts[communicator.rank]
        let exchange = GroupExchange(communicator)
        try values.withUnsafeMutableBufferPointer { try exchange.add($0) }
        return values
      }
      let expected = (0..<count).map { index in treeSum(parts.map { $0[index] }) }
      for rank in 0..<ranks { #expect(sums[rank] == expected, "\(count) doubles on rank \(rank) of \(ranks)") }
    }
  }

  /// The tests above prove something only if the order of additions changes the sum: for these numbers it does.
  @Test func theOrderOfAdditionsShows() {
    let parts = (0..<8).map { unevenNumbers(100, seed: UInt64($0)) }
    let differs = (0..<100).count { index in
      let numbers = parts.map { $0[index] }
      return treeSum(numbers) != numbers.reduce(0, +)
    }
    #expect(differs > 10)
  }

  @Test(arguments: [1, 2, 4, 8]) func gatherCompletesPartsOfAnyLength(_ ranks: Int) throws {
    let lengths = (0..<ranks).map { ($0 * 5 + 3) % 7 }  // one of them 0
    let ends = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    let all = (0..<ends[ranks]).map(Float.init)
    let gathered = try ThreadCommunicator.run(ranks) { communicator in
      let parts = (0..<ranks).map { ends[$0]..<ends[$0 + 1] }
      var values = all.indices.map { parts[communicator.rank].contains($0) ? all[$0] : .nan }
      try values.withUnsafeMutableBufferPointer { try GroupExchange(communicator).gather($0, parts: parts) }
      return values
    }
    #expect(gathered.allSatisfy { $0 == all })
  }

  /// `fast` may add in any order, but adds the same numbers.
  @Test func fastSumsAreSumsToo() throws {
    let sums = try ThreadCommunicator.run(4) { communicator in
      var values = [Float](repeating: Float(communicator.rank + 1), count: 3)
      let exchange = GroupExchange(communicator, reduction: .fast)
      try values.withUnsafeMutableBufferPointer { try exchange.add($0) }
      return values
    }
    #expect(sums.allSatisfy { $0 == [10, 10, 10] })
  }

  /// What happens in one rank while sums are added beside its work.
  private struct Outcome: Sendable {
    var sums: [[Float]]
    var ends: [Int] = []
    var small: [Double] = []
  }

  /// Sums of all lengths, some small, are begun; kernels, small sums and a sum that waits come between.
  @Test(arguments: [2, 4, 8]) func sumsBesideWorkAreTheSameTree(_ ranks: Int) throws {
    let counts = [20_011, 8192, 3, 4097, 100_000, 5003]
    let parts = (0..<ranks).map { rank in
      counts.indices.map { unevenNumbers(counts[$0], seed: UInt64(100 * rank + $0)).map { Float($0) } }
    }
    let outcomes = try ThreadCommunicator.run(ranks) { communicator in
      let exchange = GroupExchange(communicator)
      let tensors = parts[communicator.rank].map { Tensor([$0.count], $0) }
      let pool = ThreadPool(threads: 2)
      defer { pool.close() }
      var outcome = Outcome(sums: [])
      try exchange.whileAdding {
        for (index, tensor) in tensors.enumerated() {
          if index == 4 {
            try exchange.add(tensor.buffer)
          } else {
            try exchange.begin(adding: tensor) { outcome.ends.append(index) }
          }
          pool.forEach(20, interlude: Interlude.ofThisThread) { _ in usleep(50) }
          var sum = [Double(communicator.rank + index)]
          try sum.withUnsafeMutableBufferPointer { try exchange.add($0) }
          outcome.small += sum
        }
      }
      outcome.sums = tensors.map(\.elements)
      return outcome
    }
    for (rank, outcome) in outcomes.enumerated() {
      for index in counts.indices {
        let expected = (0..<counts[index]).map { element in treeSum(parts.map { $0[index][element] }) }
        #expect(outcome.sums[index] == expected, "sum \(index) on rank \(rank) of \(ranks)")
      }
      #expect(outcome.ends.sorted() == [0, 1, 2, 3, 5])
      let sumOfRanks = ranks * (ranks - 1) / 2
      let small = counts.indices.map { index in Double(sumOfRanks + ranks * index) }
      #expect(outcome.small == small)
    }
  }

  /// A sum moves in the interludes of kernels: it is done before anybody waits for it.
  @Test func aSumMovesBetweenPiecesOfWork() throws {
    let done = try ThreadCommunicator.run(2) { communicator in
      let exchange = GroupExchange(communicator)
      let values = Tensor([50_000], filledWith: 1)
      var seen: [Float] = []
      try exchange.whileAdding {
        try exchange.begin(adding: values) {}
        for _ in 0..<10_000 where values[0] != 2 || values[49_999] != 2 {
          Interlude.ofThisThread?(1, 2)
          usleep(1000)
        }
        seen = [values[0], values[49_999]]
      }
      return seen
    }
    #expect(done == [[2, 2], [2, 2]])
  }

  /// Values that wait need memory: a rank that has begun 64 MiB of sums waits for the first of them.
  @Test func tooManySumsAreWaitedFor() throws {
    let ended = try ThreadCommunicator.run(2) { communicator in
      let exchange = GroupExchange(communicator)
      var (ended, before) = (0, 0)
      try exchange.whileAdding {
        for _ in 0..<6 { try exchange.begin(adding: Tensor([4 << 20], filledWith: 1)) { ended += 1 } }
        before = ended
      }
      return [before, ended]
    }
    #expect(ended.allSatisfy { $0[0] >= 2 && $0[1] == 6 })
  }

  @Test func aFailureInTheWorkGivesUpTheSums() throws {
    struct Wrong: Error {}
    let ended = try ThreadCommunicator.run(2) { communicator in
      let exchange = GroupExchange(communicator)
      var ended = 0
      #expect(throws: Wrong.self) {
        try exchange.whileAdding {
          // The other rank never begins the second one.
          for _ in 0...(communicator.rank) { try exchange.begin(adding: Tensor([9000], filledWith: 1)) { ended += 1 } }
          throw Wrong()
        }
      }
      return ended
    }
    #expect(ended.allSatisfy { $0 <= 1 })
  }

  @Test func textsAreGatheredInRankOrder() throws {
    let texts = ["", "one", "zwei ü", ""]
    let said = try ThreadCommunicator.run(4) { communicator in
      (
        try communicator.gatherTexts(texts[communicator.rank]),
        try communicator.broadcastText(texts[communicator.rank] + "!")
      )
    }
    #expect(said.allSatisfy { $0.0 == texts && $0.1 == "!" })
  }
}
