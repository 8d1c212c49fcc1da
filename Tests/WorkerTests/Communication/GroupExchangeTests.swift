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
