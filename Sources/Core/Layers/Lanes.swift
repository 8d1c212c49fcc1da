/// The lanes of one batch: how it is divided, which part this rank has, and how sums and rows of the whole batch are
/// computed.
///
/// A batch is divided into a fixed number of lanes, whatever the number of ranks. A sum over the batch is first added
/// inside each lane in sample order and then over the lanes in a binary tree. So it has the same bits on one rank,
/// which has all lanes, and on several ranks, each of which has some.
public struct Lanes {
  /// Samples of the whole batch.
  public let batch: Int
  /// Number of lanes, a power of two.
  public let count: Int
  /// The lanes of this rank.
  public let own: Range<Int>
  private let exchange: any LaneExchange

  public init(batch: Int, count: Int, exchange: any LaneExchange) {
    self.batch = batch
    self.count = count
    self.exchange = exchange
    let each = count / exchange.size
    own = exchange.rank * each..<(exchange.rank + 1) * each
  }

  /// The lanes of a batch that this process trains alone.
  public init(batch: Int, count: Int = 8) { self.init(batch: batch, count: count, exchange: SoleRank()) }

  /// The samples of the batch that are in lane `lane`.
  public func samples(ofLane lane: Int) -> Range<Int> { lane * batch / count..<(lane + 1) * batch / count }

  /// The samples of the batch that are in this rank's lanes.
  public var samples: Range<Int> {
    samples(ofLane: own.lowerBound).lowerBound..<samples(ofLane: own.upperBound - 1).upperBound
  }

  /// This rank's lanes as ranges of its own samples.
  var localRanges: [Range<Int>] {
    let start = samples.lowerBound
    return own.map { samples(ofLane: $0).lowerBound - start..<samples(ofLane: $0).upperBound - start }
  }

  /// Sums over the whole batch of `width` numbers per sample: `perSample` is `[own samples][width]`.
  func total(_ perSample: [Double], width: Int) throws -> [Double] {
    var lanes = localRanges.map { range in
      range.reduce(into: [Double](repeating: 0, count: width)) { sum, sample in
        for index in 0..<width { sum[index] += perSample[sample * width + index] }
      }
    }
    var distance = 1
    while distance < lanes.count {
      for left in stride(from: 0, to: lanes.count, by: 2 * distance) {
        for index in 0..<width { lanes[left][index] += lanes[left + distance][index] }
      }
      distance *= 2
    }
    var sum = lanes[0]
    try sum.withUnsafeMutableBufferPointer { try exchange.add($0) }
    return sum
  }

  /// Sums over the whole batch of one tensor per lane, computed for some of this rank's lanes at a time.
  ///
  /// - Parameters:
  ///   - result: receives the sum.
  ///   - mostFloats: how many floats the lanes computed at a time may have together.
  ///   - make: computes the sums of these lanes (ranges of own samples), `[lanes][result.count]`.
  func total(into result: Tensor, mostFloats: Int = mostFloats, _ make: ([Range<Int>]) -> Tensor) throws {
    addOwn(into: result, mostFloats, make)
    try exchange.add(result.buffer)
  }

  /// As `total`, but inside `whileAdding` this returns before the other ranks' sums are added.
  ///
  /// - Parameter end: called when `result` is the sum.
  func beginTotal(into result: Tensor, _ make: ([Range<Int>]) -> Tensor, then end: @escaping () -> Void) throws {
    addOwn(into: result, Lanes.mostFloats, make)
    try exchange.begin(adding: result, then: end)
  }

  /// Calls `work`, and returns when the sums that it began are done too.
  func whileAdding(_ work: () throws -> Void) throws { try exchange.whileAdding(work) }

  private static let mostFloats = 32 << 20

  private func addOwn(into result: Tensor, _ mostFloats: Int, _ make: ([Range<Int>]) -> Tensor) {
    let ranges = localRanges
    var atATime = ranges.count
    while atATime > 1, atATime * result.count > mostFloats { atATime /= 2 }
    var tree = PartialSums()
    for start in stride(from: 0, to: ranges.count, by: atATime) {
      let lanes = make(Array(ranges[start..<start + atATime]))
      addRows(lanes, count: result.count)
      tree.push(lanes)
    }
    copyElements(result.pointer, tree.total.pointer, count: result.count)
  }

  /// The rows of all samples of the batch, `[batch, …]`, from the rows of this rank's samples, on every rank.
  public func gather(_ rows: Tensor) throws -> Tensor {
    guard exchange.size > 1 else { return rows }
    let width = rows.shape.dropFirst().reduce(1, *)
    let all = Tensor([batch] + rows.shape.dropFirst())
    (all.pointer + samples.lowerBound * width).update(from: rows.pointer, count: rows.count)
    let parts = (0..<exchange.size).map { rank in
      samples(ofLane: rank * own.count).lowerBound * width..<samples(ofLane: (rank + 1) * own.count - 1).upperBound
        * width
    }
    try exchange.gather(all.buffer, parts: parts)
    return all
  }

  /// The rows of this rank's samples, from the rows of all.
  func ownRows(_ all: Tensor) -> Tensor {
    guard exchange.size > 1 else { return all }
    let rows = Tensor([samples.count] + all.shape.dropFirst())
    rows.pointer.update(from: all.row(samples.lowerBound), count: rows.count)
    return rows
  }
}

/// The exchanges between ranks that train one fold together: adding numbers in a fixed order, and sharing rows.
public protocol LaneExchange: AnyObject {
  /// The number of ranks, a power of two that divides the number of lanes; and this rank's index.
  var size: Int { get }
  var rank: Int { get }
  /// Adds the values of all ranks, in the order of a binary tree over the ranks; every rank gets the sums.
  func add(_ values: UnsafeMutableBufferPointer<Float>) throws
  func add(_ values: UnsafeMutableBufferPointer<Double>) throws
  /// Fills `values` on every rank; before, each rank has only its own part of `parts`.
  func gather(_ values: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>]) throws
  /// Adds as `add` does, but may return before the sums are there, if it is called in `whileAdding`.
  ///
  /// All ranks begin the same sums in the same order.
  ///
  /// - Parameter end: called on this thread when the values are the sums, never inside a kernel.
  func begin(adding values: Tensor, then end: @escaping () -> Void) throws
  /// Calls `work`, and returns when the sums that it began are done too.
  func whileAdding(_ work: () throws -> Void) throws
}

/// An exchange that does not compute while it waits.
extension LaneExchange {
  public func begin(adding values: Tensor, then end: @escaping () -> Void) throws {
    try add(values.buffer)
    end()
  }

  public func whileAdding(_ work: () throws -> Void) throws { try work() }
}

/// One rank alone.
public final class SoleRank: LaneExchange {
  public let size = 1
  public let rank = 0
  public init() {}
  public func add(_ values: UnsafeMutableBufferPointer<Float>) {}
  public func add(_ values: UnsafeMutableBufferPointer<Double>) {}
  public func gather(_ values: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>]) {}
}

/// Adds the sums of lanes in pairs, as a binary tree, while they arrive in order.
private struct PartialSums {
  private var levels: [Tensor?] = []

  mutating func push(_ tensor: Tensor) {
    var carried = tensor
    for level in levels.indices {
      guard let left = levels[level] else {
        levels[level] = carried
        return
      }
      addElements(left.pointer, carried.pointer, count: min(left.count, carried.count))
      carried = left
      levels[level] = nil
    }
    levels.append(carried)
  }

  /// The sum of all; their number must have been a power of two.
  var total: Tensor { levels.last!! }
}
