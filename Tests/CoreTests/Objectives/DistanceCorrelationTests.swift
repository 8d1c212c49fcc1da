import Foundation
import Testing

@testable import Core

/// The distance correlation against PyTorch, plain loops and finite differences.
@Suite struct DistanceCorrelationTests {
  /// All is computed in double precision on both sides, from the same single-precision features: what differs is the
  /// rounding of the results to single precision, 6e-8 of their size; 1e-6 is far above it and far below any mistake.
  @Test(arguments: ["", "-given", "-ties", "-one-class", "-equal", "-two", "-two-classes"])
  func valueAndGradientsEqualPyTorch(_ name: String) throws {
    let fixture = try Fixture("layers/distance-correlation\(name)")
    let (motion, identity) = (try fixture.tensor("motion_feature"), try fixture.tensor("identity_feature"))
    let groups = fixture.file.contains("groups") ? try fixture.integers("groups") : nil
    for (one, other, gradient) in [
      (motion, identity, "motion_feature_gradient"), (identity, motion, "identity_feature_gradient"),
    ] {
      let (value, found) = distanceCorrelation(of: one, with: other, given: groups)
      #expect(try abs(value - Double(fixture.file.floats("correlation")[0])) < 1e-6)
      let expected = try fixture.file.floats(gradient)
      if expected.allSatisfy({ abs($0) < 1e-12 }) {
        #expect(found.elements.allSatisfy { abs($0) < 1e-12 }, "\(gradient)")
      } else {
        #expect(normError(found.elements, expected) < 1e-6, "\(gradient)")
      }
    }
  }

  /// The definition, by loops over arrays; the order of additions differs, so the last digits do.
  @Test func theValueIsTheDefinition() {
    for (batch, width, other) in [(2, 1, 9), (3, 8, 1), (7, 17, 5), (12, 3, 16)] {
      let (x, y) = (randomTensor([batch, width], seed: 3), randomTensor([batch, other], seed: 4))
      for groups in [nil, (0..<batch).map { $0 % 3 }] {
        let expected = oracle(x.rows, y.rows, groups ?? [Int](repeating: 7, count: batch))
        let value = distanceCorrelation(of: x, with: y, given: groups).value
        #expect(abs(value - expected) < 1e-12, "batch \(batch), groups \(groups != nil): \(value), not \(expected)")
      }
    }
  }

  private func oracle(_ x: [[Float]], _ y: [[Float]], _ groups: [Int]) -> Double {
    func centred(_ features: [[Float]]) -> [[Double]] {
      let f = features.map { $0.map(Double.init) }
      let (count, columns) = (Double(f.count), f[0].indices)
      let mean = columns.map { column in f.map { $0[column] }.reduce(0, +) / count }
      let deviation = columns.map { column in
        (f.map { pow($0[column] - mean[column], 2) }.reduce(0, +) / count).squareRoot()
      }
      let most = deviation.max() ?? 0
      var z = f.map { row in columns.map { (row[$0] - mean[$0]) / (deviation[$0] + 1e-3 * most + 1e-6) } }
      let whole = z
      for row in z.indices {
        let members = groups.indices.filter { groups[$0] == groups[row] }
        for column in columns {
          z[row][column] -= members.map { whole[$0][column] }.reduce(0, +) / Double(members.count)
        }
      }
      let a = z.map { one in
        z.map { two in max(zip(one, two).reduce(0) { $0 + pow($1.0 - $1.1, 2) }, 1e-10).squareRoot() }
      }
      let rows = a.map { $0.reduce(0, +) / count }
      let all = rows.reduce(0, +) / count
      return a.indices.map { i in a.indices.map { a[i][$0] - rows[i] - rows[$0] + all } }
    }
    let (a, b) = (centred(x).flatMap { $0 }, centred(y).flatMap { $0 })
    func product(_ one: [Double], _ two: [Double]) -> Double { zip(one, two).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(a, b) / (max(product(a, a).squareRoot(), 1e-9) * max(product(b, b).squareRoot(), 1e-9))
  }

  /// Finite differences of exactly what the gradient is of: r with the divisors of the starting point.
  @Test(arguments: [false, true]) func theGradientIsThatOfTheValue(_ isGiven: Bool) {
    let (batch, width) = (9, 6)
    let (x, y) = (randomTensor([batch, width], seed: 5), randomTensor([batch, 4], seed: 6))
    let groups = isGiven ? [0, 1, 2, 0, 1, 0, 0, 1, 3] : nil
    for index in 0..<batch { y[index * 4] += x[index * width] }
    let start = StandardizedFeatures(x, groups)
    let fixed = StandardizedFeatures(y, groups)
    let gradient = distanceCorrelation(of: x, with: y, given: groups).gradient
    expectGradients(of: [Variable(name: "feature", value: x, gradient: gradient)]) {
      distanceCorrelation(of: StandardizedFeatures(x, groups, divisors: start.scale), with: fixed).value
    }
  }

  /// By hand: A and B are [[-a, a], [a, -a]] / 2 and the same with b, so r is 1 whatever a and b are.
  @Test func aBatchOfTwoHasValueOneAndNoGradient() {
    let (value, gradient) = distanceCorrelation(of: Tensor([2, 2], [1, 5, -2, 0]), with: Tensor([2, 1], [3, 4]))
    #expect(abs(value - 1) < 1e-12)
    #expect(gradient.elements.allSatisfy { abs($0) < 1e-12 })
  }

  @Test func aFeatureIsFullyCorrelatedWithItselfAndNotWithAConstant() {
    let x = randomTensor([8, 5], seed: 1)
    #expect(abs(distanceCorrelation(of: x, with: x).value - 1) < 1e-12)
    let (value, gradient) = distanceCorrelation(of: Tensor([8, 3], filledWith: 7), with: x)
    #expect(value == 0 && gradient.elements.allSatisfy { $0 == 0 })
  }

  @Test func whatTheGroupsExplainDoesNotCount() {
    let groups = [0, 0, 1, 1, 2, 2, 0, 1, 2, 0, 1, 2]
    let means = Tensor([12, 2], groups.flatMap { [Float($0), Float($0 * $0)] })
    let (noise, other) = (randomTensor([12, 2], seed: 8), randomTensor([12, 2], seed: 9))
    let (x, y) = (means.copy(), means.copy())
    for index in 0..<24 {
      x[index] += 0.01 * noise[index]
      y[index] += 0.01 * other[index]
    }
    #expect(distanceCorrelation(of: x, with: y).value > 0.99)
    #expect(distanceCorrelation(of: x, with: y, given: groups).value < 0.6)
    // A group of its own for each clip explains everything.
    #expect(distanceCorrelation(of: x, with: y, given: Array(0..<12)).value == 0)
  }
}
