/// How often each true class was predicted as each class: rows true, columns predicted.
public struct ConfusionMatrix: Equatable, Sendable {
  /// `counts[t][p]`: clips of class t that were predicted as p; square.
  public private(set) var counts: [[Int]]

  /// A matrix of zeros for `classes` classes.
  public init(classes: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// A matrix of these counts; nil if they are not square, are negative, or sum to more than 2^31.
  public init?(counts: [[Int]]) {
    let largest = Int(Int32.max)
    var total = 0
    for row in counts {
      guard row.count == counts.count else { return nil }
      for count in row {
        guard count >= 0, count <= largest - total else { return nil }
        total += count
      }
    }
    self.counts = counts
  }

  /// Number of classes.
  public var classes: Int { counts.count }
  /// Number of clips.
  public var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
  /// Clips that were classified correctly.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

  /// Counts one clip; both classes are in 0 ..< classes.
  public mutating func add(truth: Int, predicted: Int) { counts[truth][predicted] += 1 }

  /// The matrix of both sets of clips together; both have the same classes.
  public static func + (one: ConfusionMatrix, other: ConfusionMatrix) -> ConfusionMatrix {
    precondition(one.classes == other.classes, "matrices of different classes cannot be pooled")
    var pooled = one
    for (row, values) in other.counts.enumerated() {
      for (column, value) in values.enumerated() { pooled.counts[row][column] += value }
    }
    return pooled
  }
}

extension ConfusionMatrix {
  /// Clips whose true class is `index`.
  public func support(_ index: Int) -> Int { counts[index].reduce(0, +) }
  /// Clips that were predicted as `index`.
  public func predictions(_ index: Int) -> Int { counts.reduce(0) { $0 + $1[index] } }

  /// Share of clips that were classified correctly, 0 to 1; 0 for no clips.
  public var accuracy: Double { ConfusionMatrix.ratio(correct, total) }

  /// Share of the clips predicted as `index` whose true class it is; 0 if there are none.
  public func precision(_ index: Int) -> Double { ConfusionMatrix.ratio(counts[index][index], predictions(index)) }

  /// Share of the clips of class `index` that were predicted as it; 0 if there are none.
  public func recall(_ index: Int) -> Double { ConfusionMatrix.ratio(counts[index][index], support(index)) }

  /// F1 = 2 TP / (2 TP + FP + FN); 0 for a class without true and without predicted clips.
  public func f1(_ index: Int) -> Double {
    ConfusionMatrix.ratio(2 * counts[index][index], support(index) + predictions(index))
  }

  /// UF1, macro F1: the mean of F1 over all classes; absent classes count as 0.
  public var unweightedF1: Double { ConfusionMatrix.mean(counts.indices.map(f1)) }

  /// UAR: the mean of recall over the classes that have clips.
  ///
  /// The recall of a class without true clips is undefined; such a class is left out, as in the scripts of the field's
  /// challenges and in scikit-learn's `balanced_accuracy_score`. Only the matrix of a small fold, or of a part of a
  /// composite dataset, has such classes; the pooled matrix of a whole dataset has none.
  public var unweightedAverageRecall: Double {
    ConfusionMatrix.mean(counts.indices.filter { support($0) > 0 }.map(recall))
  }

  /// Accuracy of always predicting the class that is most frequent among these clips.
  public var majorityAccuracy: Double { ConfusionMatrix.ratio(counts.indices.map(support).max() ?? 0, total) }

  private static func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
