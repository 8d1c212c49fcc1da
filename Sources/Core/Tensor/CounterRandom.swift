/// Random numbers as a function of (key, counter): Philox 4×32-10 (Salmon et al. 2011).
///
/// There is no state between draws: any number can be drawn in any order, on any rank, after any interruption.
public struct CounterRandom: Sendable {
  private let key: (UInt32, UInt32)
  private let stream: UInt64

  /// A stream of random numbers named by its coordinates, for instance (seed, purpose, stage, epoch, clip).
  ///
  /// Streams with different coordinates are independent; the coordinates are mixed to 128 bits.
  public init(_ coordinates: UInt64...) {
    var low: UInt64 = 0x9E37_79B9_7F4A_7C15
    var high: UInt64 = 0xD1B5_4A32_D192_ED03
    for coordinate in coordinates {
      low = CounterRandom.mix(low ^ coordinate)
      high = CounterRandom.mix(high &+ low &+ 0x2545_F491_4F6C_DD1D)
    }
    key = (UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32))
    stream = high
  }

  /// A coordinate made from text (FNV-1a), for streams named by a dataset or a clip.
  public static func coordinate(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  /// 64 uniform random bits at `index`.
  public func bits(at index: UInt64) -> UInt64 {
    let block = block(at: index / 2)
    return index % 2 == 0 ? UInt64(block.0) | UInt64(block.1) << 32 : UInt64(block.2) | UInt64(block.3) << 32
  }

  /// A uniform number in [0, 1) at `index`, with 53 random bits.
  public func uniform(at index: UInt64) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

  /// A uniform integer in 0 ..< bound at `index` (multiply-shift; the bias is below bound / 2^64).
  public func integer(below bound: Int, at index: UInt64) -> Int {
    Int(bits(at: index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A standard normal number at `index`, by the inverse of the distribution function.
  public func normal(at index: UInt64) -> Double {
    inverseNormal((Double(bits(at: index) >> 12) + 0.5) * 0x1p-52)
  }

  /// A random order of 0 ..< count (Fisher–Yates).
  public func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1, at: UInt64(last)))
    }
    return order
  }

  /// A random order of 0 ..< count in which no number is at its own index, drawn uniformly by rejection; count ≥ 2.
  public func derangement(_ count: Int) -> [Int] {
    var attempt: UInt64 = 0
    while true {
      var order = Array(0..<count)
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, integer(below: last + 1, at: attempt &* UInt64(count) &+ UInt64(last)))
      }
      if zip(order, 0...).allSatisfy({ $0 != $1 }) { return order }
      attempt += 1
    }
  }

  private func block(at counter: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    var c0 = UInt32(truncatingIfNeeded: counter)
    var c1 = UInt32(truncatingIfNeeded: counter >> 32)
    var c2 = UInt32(truncatingIfNeeded: stream)
    var c3 = UInt32(truncatingIfNeeded: stream >> 32)
    var (k0, k1) = key
    for _ in 0..<10 {
      let a = c0.multipliedFullWidth(by: 0xD251_1F53)
      let b = c2.multipliedFullWidth(by: 0xCD9E_8D57)
      (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }

  /// The finalizer of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
