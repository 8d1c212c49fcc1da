import Foundation
import Testing

@testable import Core

@Suite struct BinaryCrossEntropyTests {
  private let targets: [[Float?]] = [[1, 0, nil], [nil, nil, nil], [0, nil, 1]]

  /// Two rows have two targets each that are known, of nine.
  @Test func lossIsThatOfTheEquation() {
    let logits = Tensor([3, 4], [0.3, -1.2, 9, 9, 5, 5, 5, 5, 2, 7, -0.4, 9])
    func probability(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let first = log(probability(0.3)) + log(1 - probability(-1.2))
    let last = log(1 - probability(2)) + log(probability(-0.4))
    let expected = -(first + last) / 9
    let (loss, gradient) = binaryCrossEntropy(logits, targets: targets, columns: 3)
    #expect(abs(loss - expected) < 1e-7)
    let known = [0, 1, 8, 10]
    #expect((0..<12).allSatisfy { known.contains($0) == (gradient[$0] != 0) })
    expectGradients(of: [Variable(name: "logits", value: logits, gradient: gradient)]) {
      binaryCrossEntropy(logits, targets: targets, columns: 3).loss
    }
  }

  @Test func largeLogitsAreFinite() {
    let (loss, gradient) = binaryCrossEntropy(Tensor([1, 2], [1000, -1000]), targets: [[0, 1]], columns: 2)
    #expect(loss == 1000 && gradient.elements == [0.5, -0.5])
  }
}
