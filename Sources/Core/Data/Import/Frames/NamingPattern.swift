/// Names with the same texts around their numbers, in the order of all their numbers.
struct NamingPattern {
  let names: [FrameName]
  /// The position of the number that counts frames; nil when several vary and none counts.
  private(set) var counter: Int?
  /// In the first name, another number that counts just as well but is not the same.
  private(set) var otherCounter: FrameName.Number?
  /// Two neighbours, by file name, whose order depends on whether a number after a point is whole or a fraction.
  private(set) var unclear: (String, String)?
  /// Two neighbours that would change places if a number were a fraction; their names have no point there.
  private(set) var uneven: (String, String)?

  /// - Parameter names: at least one, each with the same texts.
  init(_ names: [FrameName]) {
    self.names = names.sorted { one, other in
      one.numbers == other.numbers ? one.file < other.file : one.numbers.lexicographicallyPrecedes(other.numbers)
    }
    let positions = names[0].numbers.indices
    let varying = positions.filter { position in names.contains { $0.numbers[position] != names[0].numbers[position] } }
    guard varying.count > 1 else {
      counter = varying.first ?? positions.last
      if let counter, let pair = fractions(at: counter), isAfterPoint(counter), !isCount(at: counter) { unclear = pair }
      return
    }
    chooseCounter(varying)
    guard counter == nil else { return }
    for position in varying {
      guard let pair = fractions(at: position) else { continue }
      if isAfterPoint(position) { unclear = unclear ?? pair } else { uneven = uneven ?? pair }
    }
  }

  /// Of the numbers that grow from every name to the next, the one that grows least; the last of equals.
  private mutating func chooseCounter(_ varying: [Int]) {
    var least = Int.max
    for position in varying {
      guard let first = names[0].numbers[position].value, let last = names[names.count - 1].numbers[position].value,
        zip(names, names.dropFirst()).allSatisfy({ $0.numbers[position] < $1.numbers[position] }), last - first <= least
      else { continue }
      let earlier = last - first == least ? counter.map { names[0].numbers[$0] } : nil
      otherCounter = earlier != names[0].numbers[position] ? earlier : nil
      (counter, least) = (position, last - first)
    }
  }

  /// Two neighbours that differ first at a position and would be in another order if the number there were a fraction.
  private func fractions(at position: Int) -> (String, String)? {
    for (one, next) in zip(names, names.dropFirst())
    where one.numbers[..<position] == next.numbers[..<position]
      && one.numbers[position].written.utf8.count != next.numbers[position].written.utf8.count
      && one.numbers[position] != next.numbers[position]
    {
      let (fraction, other) = (one.numbers[position].written, next.numbers[position].written)
      // Zeros at the end of a fraction do not count.
      let count = max(fraction.utf8.count, other.utf8.count)
      if FrameName.Number(filled(fraction, count)) >= FrameName.Number(filled(other, count)) {
        return (one.file, next.file)
      }
    }
    return nil
  }

  /// A number with zeros at its end, up to a number of digits.
  private func filled(_ digits: String, _ count: Int) -> String {
    digits + String(repeating: "0", count: count - digits.utf8.count)
  }

  /// Whether nothing but a point stands between a number and the one before it.
  private func isAfterPoint(_ position: Int) -> Bool { position > 0 && names[0].texts[position] == "." }

  /// Whether the numbers at a position count frames (`1.1` to `1.20`): few are left out, and those with leading zeros
  /// have the least number of digits.
  private func isCount(at position: Int) -> Bool {
    let numbers = names.map { $0.numbers[position] }
    guard let first = numbers[0].value, let last = numbers[numbers.count - 1].value,
      let least = numbers.map(\.written.utf8.count).min()
    else { return false }
    return last - first < 2 * numbers.count
      && numbers.allSatisfy { $0.written.utf8.count == least || !$0.written.hasPrefix("0") }
  }
}
