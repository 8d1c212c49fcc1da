import Core

/// 95 % intervals of pooled figures, by the bootstrap over subjects.
///
/// Clips of one person are alike, so that persons are drawn with replacement, not clips; the 2.5 % and 97.5 % places of
/// the figures that come out are the interval. It tells how much the figures depend on who was filmed, not how much
/// they would change were the networks trained anew.
struct MetricIntervals: Equatable, Sendable {
  var accuracy, unweightedF1, unweightedAverageRecall: ClosedRange<Double>

  static let resamples = 1000
  /// Fewer persons than these tell nothing about others.
  static let fewestSubjects = 5

  /// nil with too few subjects, or where a unit has no predictions.
  ///
  /// - Parameter seeds: the finished units of each seed; figures are averaged over seeds, as everywhere.
  init?(seeds: [[UnitResult]], classes: Int) {
    let subjects = Set(seeds.joined().flatMap(\.predictions).map(\.subject)).sorted()
    guard subjects.count >= MetricIntervals.fewestSubjects, !seeds.joined().contains(where: \.predictions.isEmpty)
    else { return nil }
    let counts = seeds.map { SubjectCounts($0.flatMap(\.predictions), subjects: subjects, classes: classes) }
    let random = CounterRandom(CounterRandom.coordinate("subjects of a confidence interval"))
    var drawn: [PlainMetrics] = []
    for resample in 0..<MetricIntervals.resamples {
      let first = UInt64(resample * subjects.count)
      let sample = subjects.indices.map { random.integer(below: subjects.count, at: first + UInt64($0)) }
      drawn.append(PlainMetrics.mean(counts.map { $0.metrics(of: sample) }))
    }
    func interval(_ figure: (PlainMetrics) -> Double) -> ClosedRange<Double> {
      let sorted = drawn.map(figure).sorted()
      let cut = sorted.count / 40
      return sorted[cut - 1]...sorted[sorted.count - cut]
    }
    accuracy = interval(\.accuracy)
    unweightedF1 = interval(\.unweightedF1)
    unweightedAverageRecall = interval(\.unweightedAverageRecall)
  }
}

/// The three figures of a drawn set of clips.
struct PlainMetrics: Equatable {
  var accuracy, unweightedF1, unweightedAverageRecall: Double

  static func mean(_ all: [PlainMetrics]) -> PlainMetrics {
    func mean(_ figure: (PlainMetrics) -> Double) -> Double {
      all.reduce(0) { $0 + figure($1) } / Double(max(1, all.count))
    }
    return PlainMetrics(
      accuracy: mean(\.accuracy), unweightedF1: mean(\.unweightedF1),
      unweightedAverageRecall: mean(\.unweightedAverageRecall))
  }
}

/// The confusion matrix of each subject, flat, for adding up many times.
struct SubjectCounts {
  private let classes: Int
  /// `[subjects][classes · classes]`, rows true.
  private var counts: [[Int]]

  /// Every prediction's subject is one of `subjects`, which are sorted.
  init(_ predictions: [UnitResult.Prediction], subjects: [String], classes: Int) {
    self.classes = classes
    counts = Array(repeating: Array(repeating: 0, count: classes * classes), count: subjects.count)
    let places = Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1, $0) })
    for prediction in predictions {
      guard let place = places[prediction.subject] else { continue }
      counts[place][prediction.truth * classes + prediction.predicted] += 1
    }
  }

  /// The figures of all clips of some subjects, each as often as it is named.
  ///
  /// A class that these clips neither have nor are called is left out of UF1: a draw without the few persons who show
  /// a rare emotion says nothing about it. With all classes there, it is the UF1 of `ConfusionMatrix`.
  func metrics(of sample: [Int]) -> PlainMetrics {
    var sum = [Int](repeating: 0, count: classes * classes)
    for subject in sample {
      for index in sum.indices { sum[index] += counts[subject][index] }
    }
    var (total, correct, scored, recalled) = (0, 0, 0, 0)
    var (f1, recall) = (0.0, 0.0)
    for index in 0..<classes {
      let hits = sum[index * classes + index]
      var (support, named) = (0, 0)
      for other in 0..<classes {
        support += sum[index * classes + other]
        named += sum[other * classes + index]
      }
      total += support
      correct += hits
      if support + named > 0 {
        f1 += Double(2 * hits) / Double(support + named)
        scored += 1
      }
      if support > 0 {
        recall += Double(hits) / Double(support)
        recalled += 1
      }
    }
    return PlainMetrics(
      accuracy: Double(correct) / Double(max(1, total)), unweightedF1: f1 / Double(max(1, scored)),
      unweightedAverageRecall: recall / Double(max(1, recalled)))
  }
}
