/// The XXH64 checksum (Collet), computed piece by piece. It detects damage at the speed of memory, but not forgery.
public struct XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// Four parallel sums, one per word of a stripe of 32 bytes.
  private var sums = SIMD4<UInt64>(prime1 &+ prime2, prime2, 0, 0 &- prime1)
  private var pending: [UInt8] = []
  private var count: UInt64 = 0

  public init() {}

  /// Adds bytes to the checksum.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let missing = rest.prefix(32 - pending.count)
      pending += missing
      rest = rest.dropFirst(missing.count)
      guard pending.count == 32 else { return }
      pending.withUnsafeBytes { takeStripes($0) }
      pending = []
    }
    let whole = rest.prefix(rest.count / 32 * 32)
    takeStripes(UnsafeRawBufferPointer(rebasing: whole))
    pending += rest.dropFirst(whole.count)
  }

  /// The checksum of everything added so far.
  public var value: UInt64 {
    var hash = XXH64.prime5
    if count >= 32 {
      hash = rotate(sums[0], 1) &+ rotate(sums[1], 7) &+ rotate(sums[2], 12) &+ rotate(sums[3], 18)
      for index in 0..<4 { hash = (hash ^ round(0, sums[index])) &* XXH64.prime1 &+ XXH64.prime4 }
    }
    hash = hash &+ count
    return XXH64.mixed(pending.withUnsafeBytes { takeTail($0, hash) })
  }

  private mutating func takeStripes(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = (sums[0], sums[1], sums[2], sums[3])
    for start in stride(from: 0, to: bytes.count, by: 32) {
      a = round(a, word(bytes, start))
      b = round(b, word(bytes, start + 8))
      c = round(c, word(bytes, start + 16))
      d = round(d, word(bytes, start + 24))
    }
    sums = SIMD4(a, b, c, d)
  }

  /// Adds the last bytes, fewer than a stripe: whole words, then half a word, then single bytes.
  private func takeTail(_ bytes: UnsafeRawBufferPointer, _ start: UInt64) -> UInt64 {
    var (hash, offset) = (start, 0)
    while offset + 8 <= bytes.count {
      hash = rotate(hash ^ round(0, word(bytes, offset)), 27) &* XXH64.prime1 &+ XXH64.prime4
      offset += 8
    }
    if offset + 4 <= bytes.count {
      let half = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      hash = rotate(hash ^ (half &* XXH64.prime1), 23) &* XXH64.prime2 &+ XXH64.prime3
      offset += 4
    }
    for byte in bytes[offset...] { hash = rotate(hash ^ (UInt64(byte) &* XXH64.prime5), 11) &* XXH64.prime1 }
    return hash
  }

  private static func mixed(_ hash: UInt64) -> UInt64 {
    let first = (hash ^ (hash >> 33)) &* prime2
    let second = (first ^ (first >> 29)) &* prime3
    return second ^ (second >> 32)
  }

  @inline(__always)
  private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private func round(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    rotate(sum &+ word &* XXH64.prime2, 31) &* XXH64.prime1
  }

  @inline(__always)
  private func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { (x &<< n) | (x &>> (64 &- n)) }
}
