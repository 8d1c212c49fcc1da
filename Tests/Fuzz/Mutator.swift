import Core

/// Inputs that are nearly right: good ones, changed here and there. The same index gives the same input.
public struct Mutator: Sendable {
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]
  private let stream: UInt64

  /// No input is larger, bytes, unless a good one is.
  public static let largest = 1 << 16

  /// - Parameters:
  ///   - name: of the stream of random numbers.
  ///   - seeds: good inputs; at least one.
  ///   - words: byte strings with a meaning in the format; they are inserted at any offset.
  public init(_ name: String, seeds: [[UInt8]], words: [String]) {
    stream = CounterRandom.coordinate(name)
    self.seeds = seeds
    let numbers = [
      "0", "-1", "1e999", "-0.0", "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
      "99999999999999999999999", "nan", "1.5",
    ]
    let scalars = ["\u{0}", "\u{FEFF}", "\u{202E}", "é", "\u{10FFFF}", "\u{7F}"]
    self.words =
      (words + numbers + scalars).map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF8, 0x88], [0x80]]
  }

  /// The input of an index: a seed with one to eight changes, half of them with one.
  public func input(_ index: Int) -> [UInt8] {
    var draw = Draw(random: CounterRandom(stream, UInt64(index)))
    var bytes = seeds[draw.below(seeds.count)]
    for _ in 0..<(draw.below(2) == 0 ? 1 : 1 + draw.below(8)) { change(&bytes, &draw) }
    return Array(bytes.prefix(max(Mutator.largest, seeds.map(\.count).max() ?? 0)))
  }

  private func change(_ bytes: inout [UInt8], _ draw: inout Draw) {
    guard !bytes.isEmpty else {
      bytes = words[draw.below(words.count)]
      return
    }
    let offset = draw.below(bytes.count)
    let end = min(bytes.count, offset + 1 + draw.below(draw.below(2) == 0 ? 8 : 200))
    switch draw.below(10) {
    case 0: bytes[offset] ^= 1 << UInt8(draw.below(8))
    case 1: bytes[offset] = UInt8(draw.below(256))
    case 2: bytes.removeSubrange(offset..<end)
    case 3: bytes.insert(contentsOf: bytes[offset..<end], at: offset)
    case 4: bytes.insert(contentsOf: words[draw.below(words.count)], at: offset)
    case 5: bytes.replaceSubrange(offset..<end, with: words[draw.below(words.count)])
    case 6: bytes.removeSubrange(offset...)
    case 7:
      let part = bytes[offset..<end]
      let times = min(1 + draw.below(300), (Mutator.largest - min(bytes.count, Mutator.largest)) / part.count)
      bytes.insert(contentsOf: Array(repeating: part, count: times).joined(), at: offset)
    case 8:
      let other = seeds[draw.below(seeds.count)]
      let from = draw.below(other.count + 1)
      bytes.replaceSubrange(offset..<end, with: other[from..<min(other.count, from + end - offset)])
    default:
      // A whole number grows, shrinks or becomes something else.
      guard let start = bytes[offset...].firstIndex(where: { 0x30...0x39 ~= $0 }) else { return }
      let stop = bytes[start...].firstIndex { !(0x30...0x39 ~= $0) } ?? bytes.count
      bytes.replaceSubrange(start..<stop, with: words[words.count - 22 + draw.below(11)])
    }
  }

  /// Random numbers one after the other.
  private struct Draw {
    let random: CounterRandom
    var next: UInt64 = 0

    mutating func below(_ bound: Int) -> Int {
      defer { next += 1 }
      return random.integer(below: bound, at: next)
    }
  }
}
