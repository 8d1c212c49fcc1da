import Foundation
import Testing

@testable import Core

@Suite struct SupportVectorTests {
  private static let settings: [(name: String, kernel: SupportVectorKernel, cost: Double)] = [
    ("linear-1", .linear, 1), ("linear-100", .linear, 100),
    ("polynomial-2", .polynomial(degree: 3, scale: 0.25, offset: 1), 2),
  ]

  private func machine(
    _ kernel: SupportVectorKernel, _ cost: Double, rows: Tensor, labels: [Int], classes: Int
  ) -> SupportVectorMachine {
    var settings = SupportVectorMachine.Settings()
    (settings.kernel, settings.cost, settings.tolerance) = (kernel, cost, 1e-9)
    let machine = SupportVectorMachine(rows: rows.shape[0], width: rows.shape[1], classes: classes, settings)
    machine.fit(rows, labels: labels)
    return machine
  }

  /// scikit-learn's LIBSVM has its kernel matrix in floats, so its solutions are right to 6e-8 times C times the sum of
  /// a row's kernel values; `solutionsAreOptimal` is the stricter test.
  @Test(arguments: 0..<3) func decisionsAreThoseOfScikitLearn(_ index: Int) throws {
    let fixture = try Fixture("methods/support-vectors")
    let (name, kernel, cost) = Self.settings[index]
    let (rows, test) = (try fixture.tensor("rows"), try fixture.tensor("test"))
    let machine = machine(kernel, cost, rows: rows, labels: try fixture.integers("labels"), classes: 4)
    let decisions = machine.decisions(of: test).flatMap { $0.map { Float($0) } }
    let expected = try fixture.tensor("\(name).decisions").elements
    let scale = expected.map(abs).max() ?? 0
    for (own, other) in zip(decisions, expected) { #expect(abs(own - other) < (cost > 10 ? 1e-4 : 1e-5) * scale) }
    let classes = machine.probabilities(of: test).map { row in row.firstIndex(of: row.max() ?? 0) }
    #expect(classes == (try fixture.integers("\(name).classes")))
  }

  /// The conditions that the optimum, and nothing else, fulfils.
  @Test(arguments: [0.01, 1, 1000]) func solutionsAreOptimal(_ cost: Double) {
    for (seed, count) in [(1, 2), (2, 9), (3, 40)] {
      let points = (0..<count).map { i in (0..<3).map { CounterRandom(UInt64(seed), UInt64(i)).normal(at: UInt64($0)) }
      }
      let signs = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1.0 }
      let kernel = points.flatMap { one in points.map { other in zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } } }
      let solved = SupportVectorSolver(kernel: kernel, signs: signs, cost: cost, tolerance: 1e-8)
      #expect(abs(solved.coefficients.reduce(0, +)) < 1e-9 * cost)
      for i in 0..<count {
        let alpha = signs[i] * solved.coefficients[i]
        #expect(alpha >= 0 && alpha <= cost)
        let margin =
          signs[i] * (0..<count).reduce(solved.bias) { $0 + solved.coefficients[$1] * kernel[$1 * count + i] }
        if alpha == 0 { #expect(margin > 1 - 1e-7) }
        if alpha == cost { #expect(margin < 1 + 1e-7) }
        if alpha > 0, alpha < cost { #expect(abs(margin - 1) < 1e-7) }
      }
    }
  }

  @Test func aClassWithoutRowsIsNeverNamed() {
    let rows = Tensor([4, 1], [-2, -1, 1, 2])
    let machine = machine(.linear, 1, rows: rows, labels: [0, 0, 2, 2], classes: 3)
    #expect(machine.probabilities(of: Tensor([2, 1], [-5, 5])) == [[1, 0, 0], [0, 0, 1]])
    let one = self.machine(.linear, 1, rows: rows, labels: [1, 1, 1, 1], classes: 3)
    #expect(one.probabilities(of: rows) == [[Float]](repeating: [0, 1, 0], count: 4))
  }

  @Test func threadsChangeNothing() throws {
    let fixture = try Fixture("methods/support-vectors")
    let (rows, labels) = (try fixture.tensor("rows"), try fixture.integers("labels"))
    let results = onOneAndThreeThreads {
      machine(.linear, 1, rows: rows, labels: labels, classes: 4).tensors.flatMap(\.tensor.elements)
    }
    let areSame = results.one == results.three
    #expect(areSame)
  }
}
