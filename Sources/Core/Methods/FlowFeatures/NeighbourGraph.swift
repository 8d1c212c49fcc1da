/// The graph of nearest neighbours: two rows are connected when one is among the nearest of the other; every edge has
/// the weight 1.
struct NeighbourGraph {
  /// Ascending.
  let neighbours: [[Int]]

  init(_ x: [[Double]], neighbours count: Int) {
    let rows = Tensor([x.count, x.first?.count ?? 0], x.flatMap { $0.map(Float.init) })
    let nearest = Tensor([x.count, count], filledWith: -1)
    Parallel.forEach(x.count) { NeighbourGraph.nearest(to: $0, in: rows, into: nearest.row($0), count: count) }
    var sets = [Set<Int>](repeating: [], count: x.count)
    for i in x.indices {
      for position in 0..<count where nearest.row(i)[position] >= 0 {
        let j = Int(nearest.row(i)[position])
        sets[i].insert(j)
        sets[j].insert(i)
      }
    }
    neighbours = sets.map { $0.sorted() }
  }

  /// The `count` rows nearest to row `i`; of equally near rows, the first.
  private static func nearest(to i: Int, in rows: Tensor, into nearest: UnsafeMutablePointer<Float>, count: Int) {
    var best: [(distance: Float, row: Int)] = []
    for j in 0..<rows.shape[0] where j != i {
      var distance: Float = 0
      for k in 0..<rows.shape[1] {
        let difference = rows.row(i)[k] - rows.row(j)[k]
        distance += difference * difference
      }
      guard best.count < count || distance < best[best.count - 1].distance else { continue }
      let position = best.firstIndex { distance < $0.distance } ?? best.count
      best.insert((distance, j), at: position)
      if best.count > count { best.removeLast() }
    }
    for (position, neighbour) in best.enumerated() { nearest[position] = Float(neighbour.row) }
  }
}
