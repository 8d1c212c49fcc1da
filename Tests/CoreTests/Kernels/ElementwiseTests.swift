import Testing

@testable import Core

/// Kernels over pointers: every small length, and starts that are no multiple of a vector.
@Suite struct ElementwiseTests {
  /// Calls `body` with buffers of `count` floats at every offset from an aligned address, and checks that nothing
  /// around the first was touched.
  private func withMisaligned(
    _ count: Int, _ body: (_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>) -> Void
  ) {
    for offset in [0, 1, 3, 7, 15] {
      let (a, b) = (randomTensor([count + 32], seed: 5), randomTensor([count + 32], seed: 6))
      let before = a.elements
      body(a.pointer + offset, b.pointer + (offset * 5) % 16)
      let outside = (0..<count + 32).filter { $0 < offset || $0 >= offset + count }
      #expect(outside.allSatisfy { a[$0] == before[$0] }, "\(count) floats from \(offset)")
    }
  }

  @Test(arguments: [1, 2, 4, 8, 16, 32]) func rowsAreAddedAsABinaryTree(_ count: Int) {
    let width = 37
    let rows = randomTensor([count, width], seed: UInt64(count))
    func sum(_ lanes: Range<Int>, _ column: Int) -> Float {
      guard lanes.count > 1 else { return rows[lanes.lowerBound * width + column] }
      let middle = (lanes.lowerBound + lanes.upperBound) / 2
      return sum(lanes.lowerBound..<middle, column) + sum(middle..<lanes.upperBound, column)
    }
    let expected = (0..<width).map { sum(0..<count, $0) }
    addRows(rows, count: width)
    #expect(Array(rows.elements.prefix(width)) == expected)
  }

  @Test func sumsAreThoseOfAPlainLoop() {
    for count in Array(0...40) + [(1 << 16) - 1, 1 << 16, (1 << 16) + 5] {
      withMisaligned(count) { a, b in
        let expected = (0..<count).map { a[$0] + b[$0] }
        addElements(a, b, count: count)
        #expect((0..<count).allSatisfy { a[$0] == expected[$0] }, "\(count)")
      }
    }
  }

  @Test func scaledSumsAreRoundedOnce() {
    for count in 0...40 {
      withMisaligned(count) { a, b in
        let expected = (0..<count).map { a[$0].addingProduct(0.3, b[$0]) }
        addScaled(a, 0.3, b, count: count)
        #expect((0..<count).allSatisfy { a[$0] == expected[$0] }, "\(count)")
      }
    }
  }

  @Test func dotProductsAreThoseOfAPlainLoop() {
    for count in stride(from: 0, through: 64, by: 8) {
      withMisaligned(count) { a, b in
        let terms = (0..<count).map { Double(a[$0]) * Double(b[$0]) }
        let size = terms.reduce(1e-30) { $0 + abs($1) }
        #expect(abs(Double(dotProduct(a, b, count: count)) - terms.reduce(0, +)) < 1e-6 * size, "\(count)")
      }
    }
  }

  @Test func softmaxAddsUpToOneAtAnyLength() {
    for count in 1...40 {
      withMisaligned(count) { a, b in
        softmax(b, a, count: count)
        let sum = (0..<count).reduce(0.0) { $0 + Double(a[$1]) }
        #expect(abs(sum - 1) < 1e-6)
        // Larger scores have larger shares.
        for (i, j) in zip(0..<count, 1..<max(1, count)) { #expect((b[i] < b[j]) == (a[i] < a[j])) }
      }
    }
  }

  /// Against three plain loops in double precision, at sizes around the vector's.
  @Test func matrixProductEqualsPlainLoops() {
    for (m, k, n) in [(1, 1, 1), (1, 9, 17), (5, 7, 8), (3, 64, 15), (17, 3, 33), (2, 0, 3), (0, 3, 2)] {
      let (a, b) = (randomTensor([m, k], seed: 1), randomTensor([k, n], seed: 2))
      let c = matrixProduct(a, b)
      #expect(c.shape == [m, n])
      for row in 0..<m {
        for column in 0..<n {
          let terms = (0..<k).map { Double(a[row * k + $0]) * Double(b[$0 * n + column]) }
          let size = terms.reduce(1e-30) { $0 + abs($1) }
          #expect(abs(Double(c[row * n + column]) - terms.reduce(0, +)) < 1e-6 * size)
        }
      }
      let turned = transposed(a)
      #expect(turned.shape == [k, m])
      #expect(transposed(turned).elements == a.elements)
    }
  }
}
