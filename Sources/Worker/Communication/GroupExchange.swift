import Core

/// Sums over the ranks of one group, in the order of a binary tree, for every message size.
///
/// Neighbours are added first, then pairs, then fours. The additions of two numbers a + b and b + a have the same bits,
/// so every rank of a butterfly computes the same tree. Large buffers are halved at each step (each rank completes a
/// part of the sums, then the parts are shared), which sends 2·(g-1)/g of the buffer instead of log2 g times all of it.
/// Numbers that have arrived are added while the rest is being sent.
public final class GroupExchange: LaneExchange {
  private let ranks: any Communicator
  private let reduction: SweepConfiguration.Reduction

  /// Below this many bytes the latency of a message matters, not its length.
  private static let smallBytes = 16384
  private let small = UnsafeMutableRawBufferPointer.allocate(byteCount: smallBytes, alignment: 64)

  /// - Parameter ranks: their number is a power of two.
  public init(_ ranks: any Communicator, reduction: SweepConfiguration.Reduction = .exact) {
    self.ranks = ranks
    self.reduction = reduction
  }

  deinit { small.deallocate() }

  public var size: Int { ranks.size }
  public var rank: Int { ranks.rank }

  public func add(_ values: UnsafeMutableBufferPointer<Float>) throws {
    if reduction == .fast { return try ranks.addInAnyOrder(values) }
    try addTree(values)
  }

  public func add(_ values: UnsafeMutableBufferPointer<Double>) throws { try addTree(values) }

  public func gather(_ values: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>]) throws {
    let width = MemoryLayout<Float>.stride
    try ranks.gather(
      UnsafeMutableRawBufferPointer(values), parts: parts.map { $0.lowerBound * width..<$0.upperBound * width })
  }

  private func addTree<Number: FloatingPoint>(_ values: UnsafeMutableBufferPointer<Number>) throws {
    guard size > 1, values.count > 0 else { return }
    if values.count * MemoryLayout<Number>.stride <= GroupExchange.smallBytes {
      try addWhole(values)
    } else {
      try addHalves(values)
    }
  }

  private func addWhole<Number: FloatingPoint>(_ values: UnsafeMutableBufferPointer<Number>) throws {
    let incoming = UnsafeMutableRawBufferPointer(rebasing: small[..<(values.count * MemoryLayout<Number>.stride)])
    var distance = 1
    while distance < size {
      try ranks.exchange(UnsafeRawBufferPointer(values), incoming, with: rank ^ distance)
      accumulate(values, UnsafeRawBufferPointer(incoming), 0)
      distance *= 2
    }
  }

  private func addHalves<Number: FloatingPoint>(_ values: UnsafeMutableBufferPointer<Number>) throws {
    var part = 0..<values.count
    var given: [(peer: Int, kept: Range<Int>, sent: Range<Int>)] = []
    var distance = 1
    while distance < size {
      let middle = part.lowerBound + part.count / 2
      let (low, high) = (part.lowerBound..<middle, middle..<part.upperBound)
      let (kept, sent) = rank & distance == 0 ? (low, high) : (high, low)
      let sums = UnsafeMutableBufferPointer(rebasing: values[kept])
      try ranks.exchange(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(values)[sent])),
        expecting: kept.count * MemoryLayout<Number>.stride, with: rank ^ distance
      ) { accumulate(sums, $0, $1) }
      given.append((rank ^ distance, kept, sent))
      part = kept
      distance *= 2
    }
    for (peer, kept, sent) in given.reversed() {
      try ranks.exchange(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(values)[kept])),
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[sent])), with: peer)
    }
  }

  /// Adds numbers that arrived to those of `values`, starting at byte `offset`.
  @inline(__always)
  private func accumulate<Number: FloatingPoint>(
    _ values: UnsafeMutableBufferPointer<Number>, _ received: UnsafeRawBufferPointer, _ offset: Int
  ) {
    guard let start = values.baseAddress, let numbers = received.assumingMemoryBound(to: Number.self).baseAddress
    else { return }
    let sums = start + offset / MemoryLayout<Number>.stride
    for index in 0..<received.count / MemoryLayout<Number>.stride { sums[index] += numbers[index] }
  }
}
