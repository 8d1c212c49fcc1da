import Foundation
import Testing

@testable import Core

/// Philox 4×32-10 in the plainest words of its paper (Salmon et al. 2011, table 2 and section 3.3).
private func philox(_ counter: [UInt32], key: [UInt32]) -> [UInt32] {
  var (x, k) = (counter, key)
  for _ in 0..<10 {
    let (first, second) = (UInt64(x[0]) * 0xD251_1F53, UInt64(x[2]) * 0xCD9E_8D57)
    x = [
      UInt32(second >> 32) ^ x[1] ^ k[0], UInt32(second & 0xFFFF_FFFF), UInt32(first >> 32) ^ x[3] ^ k[1],
      UInt32(first & 0xFFFF_FFFF),
    ]
    k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
  }
  return x
}

/// SplitMix64's finaliser, as its author publishes it, with the golden ratio added first.
private func splitMix(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
  return z ^ z >> 31
}

/// The key and the upper half of the counter that coordinates are mixed to.
private func mixed(_ coordinates: [UInt64]) -> (key: UInt64, stream: UInt64) {
  coordinates.reduce((0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03)) { state, coordinate in
    let low = splitMix(state.0 ^ coordinate)
    return (low, splitMix(state.1 &+ low &+ 0x2545_F491_4F6C_DD1D))
  }
}

@Suite struct CounterRandomTests {
  /// The vectors of Random123's own tests (`kat_vectors`): counter, key, result.
  @Test func theOracleGivesTheKnownAnswers() {
    #expect(philox([0, 0, 0, 0], key: [0, 0]) == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    #expect(
      philox([UInt32](repeating: .max, count: 4), key: [.max, .max])
        == [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD])
    #expect(
      philox([0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], key: [0xA409_3822, 0x299F_31D0])
        == [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1])
  }

  @Test func bitsAreThoseOfPhilox() {
    for coordinates in [[0, 0, 0], [1, 2, 3], [.max, 0, 1 << 63], [2022, 77, 5]] as [[UInt64]] {
      let random = CounterRandom(coordinates[0], coordinates[1], coordinates[2])
      let (key, stream) = mixed(coordinates)
      for index in Array(0..<40) + [1 << 33, 1 << 34 + 1, 1 << 63, .max] as [UInt64] {
        let words = philox(
          [index / 2, (index / 2) >> 32, stream, stream >> 32].map { UInt32(truncatingIfNeeded: $0) },
          key: [key, key >> 32].map { UInt32(truncatingIfNeeded: $0) }
        ).map(UInt64.init)
        let expected = index % 2 == 0 ? words[0] | words[1] << 32 : words[2] | words[3] << 32
        #expect(random.bits(at: index) == expected, "\(coordinates) at \(index)")
      }
    }
  }

  /// Seeds, folds and epochs are small numbers: neighbours and swapped places must be other streams.
  @Test func streamsOfNeighbouringCoordinatesDiffer() {
    var seen: Set<UInt64> = []
    for a in 0..<12 as Range<UInt64> {
      for b in 0..<12 as Range<UInt64> {
        for c in 0..<12 as Range<UInt64> { seen.insert(CounterRandom(a, b, c).bits(at: 0)) }
      }
    }
    #expect(seen.count == 12 * 12 * 12)
    #expect(CounterRandom(1).bits(at: 0) != CounterRandom(1, 0).bits(at: 0))
  }

  /// FNV-1a's published values of "", "a" and "foobar".
  @Test func textCoordinatesAreFNV1a() {
    #expect(CounterRandom.coordinate("") == 0xCBF2_9CE4_8422_2325)
    #expect(CounterRandom.coordinate("a") == 0xAF63_DC4C_8601_EC8C)
    #expect(CounterRandom.coordinate("foobar") == 0x8594_4171_F739_67E8)
  }

  /// 40,000 draws: mean and variance within five standard errors, each sixteenth of [0, 1) as often as it should.
  @Test func uniformNumbersAreUniform() {
    let random = CounterRandom(7)
    let count = 40_000
    let values = (0..<count).map { random.uniform(at: UInt64($0)) }
    #expect(values.allSatisfy { 0..<1 ~= $0 })
    let mean = values.reduce(0, +) / Double(count)
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / Double(count)).squareRoot())
    var cells = [Int](repeating: 0, count: 16)
    for value in values { cells[Int(value * 16)] += 1 }
    let expected = Double(count) / 16
    // Chi squared with 15 degrees of freedom: mean 15, deviation 5.5.
    #expect(cells.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 15 + 5 * 5.5)
  }

  @Test func normalNumbersHaveTheNormalMoments() {
    let random = CounterRandom(8)
    let count = 40_000.0
    let values = (0..<Int(count)).map { random.normal(at: UInt64($0)) }
    func moment(_ power: Double) -> Double { values.reduce(0) { $0 + pow($1, power) } / count }
    // Standard errors of the first four moments of a standard normal: sqrt of 1, 2, 15 and 96 over n.
    #expect(abs(moment(1)) < 5 / count.squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / count).squareRoot())
    #expect(abs(moment(3)) < 5 * (15 / count).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / count).squareRoot())
  }

  @Test func integersReachEveryValueAndNoOther() {
    let random = CounterRandom(9)
    for bound in [1, 2, 3, 7] {
      #expect(Set((0..<400).map { random.integer(below: bound, at: UInt64($0)) }) == Set(0..<bound))
    }
    #expect(0..<Int.max ~= random.integer(below: .max, at: 0))
  }

  @Test func permutationsHoldEachNumberOnceAndAllOccur() {
    for count in 0...40 { #expect(CounterRandom(1, UInt64(count)).permutation(count).sorted() == Array(0..<count)) }
    // 24 orders of four in 2400 draws: each about 100 times, deviation 10.
    let counts = Dictionary(grouping: (0..<2400).map { CounterRandom(2, $0).permutation(4) }, by: \.self)
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { 50...150 ~= $0.count })
  }

  @Test func derangementsLeaveNothingInPlaceAndAllOccur() {
    for count in 2...40 {
      for draw in 0..<20 as Range<UInt64> {
        let order = CounterRandom(draw).derangement(count)
        #expect(order.sorted() == Array(0..<count))
        #expect(order.enumerated().allSatisfy { $0.offset != $0.element })
      }
    }
    // Four have nine derangements: in 1800 draws each about 200 times, deviation 13.
    let counts = Dictionary(grouping: (0..<1800).map { CounterRandom(3, $0).derangement(4) }, by: \.self)
    #expect(counts.count == 9)
    #expect(counts.values.allSatisfy { 130...270 ~= $0.count })
  }
}
