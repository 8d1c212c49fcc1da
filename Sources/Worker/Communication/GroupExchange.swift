import Core

/// Sums over the ranks of one group, in the order of a binary tree, for every message size.
///
/// Neighbours are added first, then pairs, then fours. The additions of two numbers a + b and b + a have the same bits,
/// so every rank of a butterfly computes the same tree. Sums that were begun move between the pieces of this rank's
/// work, one after the other.
public final class GroupExchange: LaneExchange {
  private let ranks: any Communicator
  private let reduction: SweepConfiguration.Reduction
  /// Whether sums that were begun move while this rank computes.
  private let overlaps: Bool

  /// Below this many bytes the latency of a message matters, not its length.
  private static let smallBytes = 16384
  private let small = UnsafeMutableRawBufferPointer.allocate(byteCount: smallBytes, alignment: 64)

  /// - Parameters:
  ///   - ranks: their number is a power of two.
  ///   - overlaps: whether sums that were begun move while this rank computes; the bits are the same.
  public init(
    _ ranks: any Communicator, reduction: SweepConfiguration.Reduction = .exact, overlaps: Bool = true
  ) {
    self.ranks = ranks
    self.reduction = reduction
    self.overlaps = overlaps && reduction == .exact
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

  private func isSmall<Number>(_ values: UnsafeMutableBufferPointer<Number>) -> Bool {
    values.count * MemoryLayout<Number>.stride <= GroupExchange.smallBytes
  }

  private func addTree<Number: FloatingPoint>(_ values: UnsafeMutableBufferPointer<Number>) throws {
    guard size > 1, values.count > 0 else { return }
    if isSmall(values) { return try addWhole(values) }
    // A communicator has one transfer at a time.
    try finishSums()
    try TreeSum(values, ranks).finish()
  }

  private func addWhole<Number: FloatingPoint>(_ values: UnsafeMutableBufferPointer<Number>) throws {
    let incoming = UnsafeMutableRawBufferPointer(rebasing: small[..<(values.count * MemoryLayout<Number>.stride)])
    var distance = 1
    while distance < size {
      try ranks.exchange(UnsafeRawBufferPointer(values), incoming, with: rank ^ distance)
      values.add(UnsafeRawBufferPointer(incoming), at: 0)
      distance *= 2
    }
  }

  // MARK: Sums that are added while this rank computes

  /// In the order in which they were begun; the first one moves.
  private var begun: [(sum: TreeSum<Float>, values: Tensor, end: () -> Void)] = []
  /// What is called for sums that are done, when no kernel runs.
  private var ends: [() -> Void] = []
  private var isComputing = false
  private var isMoving = false
  /// Why a sum failed between two pieces of work.
  private var failure: (any Error)?

  /// Values that wait to be added need memory: above this many floats the rank waits for them.
  private static let mostWaiting = 16 << 20

  public func begin(adding values: Tensor, then end: @escaping () -> Void) throws {
    guard isComputing, !isSmall(values.buffer) else {
      try add(values.buffer)
      return end()
    }
    begun.append((TreeSum(values.buffer, ranks), values, end))
    move()
    while begun.count > 1, begun.reduce(0, { $0 + $1.values.count }) > GroupExchange.mostWaiting { try finishFirst() }
    try settle()
  }

  public func whileAdding(_ work: () throws -> Void) throws {
    guard size > 1, overlaps else { return try work() }
    isComputing = true
    ranks.meanwhile = { [unowned self] in move() }
    defer {
      isComputing = false
      ranks.meanwhile = nil
    }
    do {
      try Interlude { [unowned self] _, _ in move() }.during(work)
      try finishSums()
    } catch {
      begun.first?.sum.abandon()
      (begun, ends, failure) = ([], [], nil)
      throw error
    }
  }

  /// Moves the sums as far as possible without waiting.
  private func move() {
    guard !isMoving, failure == nil else { return }
    isMoving = true
    defer { isMoving = false }
    do {
      while let first = begun.first, try first.sum.advance() { ends.append(begun.removeFirst().end) }
    } catch {
      failure = error
    }
  }

  private func finishFirst() throws {
    if let failure { throw failure }
    isMoving = true
    defer { isMoving = false }
    try begun[0].sum.finish()
    ends.append(begun.removeFirst().end)
  }

  private func finishSums() throws {
    while !begun.isEmpty { try finishFirst() }
    try settle()
  }

  private func settle() throws {
    if let failure { throw failure }
    let done = ends
    ends = []
    for end in done { end() }
  }
}
