/// The numbers of a clip's frames, ascending.
struct FrameNumbers: Equatable {
  var values: [Int]
  /// Whether they stand in the files' names; else they are positions from 1.
  var areOwn = true

  var first: Int { values[0] }
  var last: Int { values[values.count - 1] }
  var count: Int { values.count }

  /// The index of the first number that is at least this one; the count where none is.
  private func lowerBound(_ number: Int) -> Int { values.lowerBound { $0 < number } }

  func index(of number: Int) -> Int? {
    let index = lowerBound(number)
    return index < count && values[index] == number ? index : nil
  }

  /// Whether there is a number in a range.
  func has(anyIn range: ClosedRange<Int>) -> Bool {
    let index = lowerBound(range.lowerBound)
    return index < count && values[index] <= range.upperBound
  }

  /// The index of the nearest number; of two, the lower.
  func nearest(to number: Int) -> Int {
    let index = lowerBound(number)
    guard index > 0 else { return 0 }
    guard index < count else { return count - 1 }
    return values[index] - number < number - values[index - 1] ? index : index - 1
  }

  /// The difference that most neighbours have; of several, the least.
  var step: Int {
    var counts: [Int: Int] = [:]
    for (one, next) in zip(values, values.dropFirst()) { counts[next - one, default: 0] += 1 }
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? 1
  }

  /// What is missing between two indices, against the usual step: for people, nil where nothing is.
  func gaps(in span: ClosedRange<Int>) -> String? {
    guard areOwn, span.count > 1 else { return nil }
    let step = step
    var gaps: [String] = []
    var missing = 0
    for index in span.dropFirst() {
      let (before, after) = (values[index - 1], values[index])
      // Rounded, as the frames of a clip may be numbered by milliseconds.
      let count = (after - before + step / 2) / step - 1
      guard count > 0 else { continue }
      missing += count
      gaps.append(count == 1 ? "\(before + step)" : "\(before + step) to \(after - step)")
    }
    guard missing > 0 else { return nil }
    let shown = gaps.prefix(5).joined(separator: ", ") + (gaps.count > 5 ? ", …" : "")
    return "\(missing) of \(span.count + missing) frames from onset to offset are not there: \(shown)"
  }
}

/// The frame numbers that an annotation gives for a clip.
struct FrameMarks: Equatable {
  var onset: Int?
  var apex: Int?
  var offset: Int?

  /// The least and the largest of them; an apex counts where an end is missing. Nil without any.
  var range: ClosedRange<Int>? {
    if let onset, let offset { return onset <= offset ? onset...offset : nil }
    let known = [onset, apex, offset].compactMap { $0 }
    guard let least = known.min(), let most = known.max() else { return nil }
    // An apex on the wrong side of the only end says nothing.
    if let onset, least < onset { return onset...onset }
    if let offset, most > offset { return offset...offset }
    return least...most
  }
}
