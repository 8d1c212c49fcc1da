import Testing

@testable import Core

struct ConfusionMatrixTests {
  // truth 0: 5 1 0 · truth 1: 2 3 1 · truth 2: 0 0 4; 12 of 16 right.
  let matrix = ConfusionMatrix(counts: [[5, 1, 0], [2, 3, 1], [0, 0, 4]])!

  @Test func metricsAgreeWithHandCounting() {
    #expect(matrix.total == 16)
    #expect(matrix.accuracy == 0.75)
    let precision: [Double] = [5.0 / 7, 3.0 / 4, 4.0 / 5]
    let recall: [Double] = [5.0 / 6, 3.0 / 6, 1]
    // F1 = 2 TP / (support + predictions): 10/(6+7), 6/(6+4), 8/(4+5).
    let f1: [Double] = [10.0 / 13, 6.0 / 10, 8.0 / 9]
    for index in 0..<3 {
      #expect(matrix.precision(index) == precision[index])
      #expect(matrix.recall(index) == recall[index])
      #expect(matrix.f1(index) == f1[index])
    }
    let unweightedF1: Double = f1.reduce(0, +) / 3
    let unweightedAverageRecall: Double = recall.reduce(0, +) / 3
    #expect(abs(matrix.unweightedF1 - unweightedF1) < 1e-15)
    #expect(abs(matrix.unweightedAverageRecall - unweightedAverageRecall) < 1e-15)
    #expect(matrix.majorityAccuracy == 6.0 / 16)
  }

  @Test func anAbsentClassCountsZeroInF1AndNotInRecall() {
    // Class 2 has no clips and is never named: F1 = (1 + 1 + 0) / 3, UAR = (1 + 1) / 2.
    let absent = ConfusionMatrix(counts: [[2, 0, 0], [0, 3, 0], [0, 0, 0]])!
    #expect(abs(absent.unweightedF1 - 2.0 / 3) < 1e-15)
    #expect(absent.unweightedAverageRecall == 1)
  }

  @Test func addingClipsOneByOneAndPoolingFoldsIsTheSame() {
    var first = ConfusionMatrix(classes: 3)
    var second = ConfusionMatrix(classes: 3)
    for (truth, row) in matrix.counts.enumerated() {
      for (predicted, count) in row.enumerated() {
        for clip in 0..<count {
          if clip % 2 == 0 {
            first.add(truth: truth, predicted: predicted)
          } else {
            second.add(truth: truth, predicted: predicted)
          }
        }
      }
    }
    #expect(first + second == matrix)
  }

  @Test func pooledF1IsNotTheMeanOfFoldF1() {
    // Two folds, each with one class only: a fold's F1 is (1 + 0) / 2, the pooled one 1.
    let one = ConfusionMatrix(counts: [[3, 0], [0, 0]])!
    let other = ConfusionMatrix(counts: [[0, 0], [0, 2]])!
    #expect(one.unweightedF1 == 0.5)
    #expect((one + other).unweightedF1 == 1)
  }

  @Test func noClipsGiveZerosAndNotNaN() {
    let empty = ConfusionMatrix(classes: 2)
    #expect(
      [empty.accuracy, empty.unweightedF1, empty.unweightedAverageRecall, empty.majorityAccuracy] == [0, 0, 0, 0])
  }

  @Test func countsThatAreNotAMatrixAreRefused() {
    #expect(ConfusionMatrix(counts: [[1, 2], [3]]) == nil)
    #expect(ConfusionMatrix(counts: [[1, -2], [3, 4]]) == nil)
    #expect(ConfusionMatrix(counts: [[.max, 1], [3, 4]]) == nil)
    #expect(ConfusionMatrix(counts: [[1, 2, 3], [3, 4, 5]]) == nil)
  }
}
