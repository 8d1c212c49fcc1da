/// One sum of a large buffer over the ranks of a group, while it is being added.
///
/// The buffer is halved at each step: each rank completes a part of the sums, then the parts are shared. That sends
/// 2·(g-1)/g of the buffer instead of log2 g times all of it. Numbers that have arrived are added while the rest is
/// being sent.
final class TreeSum<Number: FloatingPoint> {
  private let ranks: any Communicator
  private let values: UnsafeMutableBufferPointer<Number>
  /// What this rank completes.
  private var part: Range<Int>
  /// To the rank that the next step adds with; as many as there are ranks when only the sharing is left.
  private var distance = 1
  private var given: [(peer: Int, kept: Range<Int>, sent: Range<Int>)] = []
  private var transfer: (any Transfer)?

  init(_ values: UnsafeMutableBufferPointer<Number>, _ ranks: any Communicator) {
    (self.values, self.ranks, part) = (values, ranks, 0..<values.count)
  }

  /// Moves what can be moved without waiting. Returns whether the sums are complete.
  func advance() throws -> Bool {
    while try transfer?.advance() ?? true {
      transfer = try next()
      if transfer == nil { return true }
    }
    return false
  }

  func finish() throws {
    while true {
      try transfer?.finish()
      transfer = try next()
      if transfer == nil { return }
    }
  }

  /// Gives up, because ranks were lost; the values are worthless.
  func abandon() { transfer?.abandon() }

  private func next() throws -> (any Transfer)? {
    if distance < ranks.size {
      let middle = part.lowerBound + part.count / 2
      let (low, high) = (part.lowerBound..<middle, middle..<part.upperBound)
      let (peer, isLow) = (ranks.rank ^ distance, ranks.rank & distance == 0)
      let (kept, sent) = isLow ? (low, high) : (high, low)
      let sums = UnsafeMutableBufferPointer(rebasing: values[kept])
      given.append((peer, kept, sent))
      part = kept
      distance *= 2
      let count = kept.count * MemoryLayout<Number>.stride
      return try ranks.start(bytes(sent), .parts(count: count) { sums.add($0, at: $1) }, with: peer)
    }
    guard let (peer, kept, sent) = given.popLast() else { return nil }
    let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[sent]))
    return try ranks.start(bytes(kept), .memory(rest), with: peer)
  }

  private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(values)[range]))
  }
}

extension UnsafeMutableBufferPointer where Element: FloatingPoint {
  /// Adds numbers that arrived to these, from byte `offset` on.
  @inline(__always)
  func add(_ received: UnsafeRawBufferPointer, at offset: Int) {
    guard let start = baseAddress, let numbers = received.assumingMemoryBound(to: Element.self).baseAddress else {
      return
    }
    let sums = start + offset / MemoryLayout<Element>.stride
    for index in 0..<received.count / MemoryLayout<Element>.stride { sums[index] += numbers[index] }
  }
}
