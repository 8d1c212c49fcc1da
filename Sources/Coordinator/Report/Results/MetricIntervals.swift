import Core

/// 95 % intervals of the main figures, pooled over folds, by the bootstrap over subjects.
///
/// Clips of one person are alike, so persons are drawn with replacement, not clips; the interval is from the 2.5 % to
/// the 97.5 % percentile of the figures of 1000 draws. It tells how much the figures depend on who was filmed, not how
/// much they would change if the networks were trained again.
typealias MetricIntervals = FigureValues<ClosedRange<Double>>

extension MetricIntervals {
  static var resamples: Int { SubjectDraws.count }

  /// nil with too few subjects, or where a unit has no predictions.
  ///
  /// - Parameter seeds: the finished units of each seed; figures are averaged over seeds, as everywhere.
  init?(seeds: [[UnitResult]], classes: Int) {
    guard !seeds.joined().contains(where: \.predictions.isEmpty) else { return nil }
    self.init(predictions: seeds.map { $0.flatMap(\.predictions) }, classes: classes)
  }

  /// nil with too few subjects.
  ///
  /// - Parameters:
  ///   - predictions: those of each seed.
  ///   - kept: classes that count in every draw, with or without clips.
  init?(predictions: [[UnitResult.Prediction]], classes: Int, keeping kept: Set<Int> = []) {
    let subjects = Set(predictions.joined().map(\.subject)).sorted()
    guard subjects.count >= SubjectDraws.fewestSubjects else { return nil }
    let counts = predictions.map { SubjectCounts($0, subjects: subjects, classes: classes, keeping: kept) }
    let draws = SubjectDraws.samples(of: subjects.count).map { sample in counts.map { $0.matrix(of: sample) } }
    self.init(Figure.main) { figure in
      SubjectDraws.interval(
        draws.map { matrices in
          matrices.reduce(0) { $0 + (figure.value($1, []) ?? 0) } / Double(max(1, matrices.count))
        })
    }
  }
}

/// The confusion matrix of each subject, flat, for adding up many times.
struct SubjectCounts {
  private let classes: Int
  /// Classes that stay in every matrix.
  private let kept: Set<Int>
  /// `[subjects][classes · classes]`, rows true.
  private var counts: [[Int]]

  /// Every prediction's subject is one of `subjects`, which are sorted.
  init(_ predictions: [UnitResult.Prediction], subjects: [String], classes: Int, keeping kept: Set<Int> = []) {
    (self.classes, self.kept) = (classes, kept)
    counts = Array(repeating: Array(repeating: 0, count: classes * classes), count: subjects.count)
    let indices = Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1, $0) })
    for prediction in predictions {
      guard let index = indices[prediction.subject] else { continue }
      counts[index][prediction.truth * classes + prediction.predicted] += 1
    }
  }

  /// The pooled matrix of all clips of some subjects, each as often as it is named.
  ///
  /// A class that these clips neither have nor are called is left out, so that it does not count as 0 in UF1: a draw
  /// without the few persons who show a rare emotion says nothing about it. Those that are kept are not left out.
  func matrix(of sample: [Int]) -> ConfusionMatrix {
    var sum = [Int](repeating: 0, count: classes * classes)
    for subject in sample {
      for index in sum.indices { sum[index] += counts[subject][index] }
    }
    let used = (0..<classes).filter { index in
      kept.contains(index)
        || (0..<classes).contains { sum[index * classes + $0] > 0 || sum[$0 * classes + index] > 0 }
    }
    let matrix = ConfusionMatrix(counts: used.map { row in used.map { sum[row * classes + $0] } })
    return matrix ?? ConfusionMatrix(classes: used.count)
  }
}
