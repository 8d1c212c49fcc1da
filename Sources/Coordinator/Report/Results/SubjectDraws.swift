import Core

/// Subjects drawn with replacement, as the intervals draw them: how the figures would be with other people.
enum SubjectDraws {
  static let count = 1000
  /// Fewer persons than these tell nothing about others.
  static let fewestSubjects = 5

  /// For each draw as many indices as there are subjects; the same for the same number of subjects.
  static func samples(of subjects: Int) -> [[Int]] {
    let random = CounterRandom(CounterRandom.coordinate("subjects of a confidence interval"))
    return (0..<count).map { draw in
      (0..<subjects).map { random.integer(below: subjects, at: UInt64(draw * subjects + $0)) }
    }
  }

  /// In how many draws no other method is more accurate than this one, as a share.
  ///
  /// nil with too few subjects, without others, or where a unit has no predictions.
  static func share(of best: VariantReport, among methods: [VariantReport]) -> Double? {
    let others = methods.filter { $0.recogniser != best.recogniser }
    let results = methods.flatMap { $0.seeds.flatMap(\.results) }
    let subjects = Set(results.flatMap(\.predictions).map(\.subject)).sorted()
    guard !others.isEmpty, subjects.count >= fewestSubjects, !results.contains(where: \.predictions.isEmpty) else {
      return nil
    }
    let samples = samples(of: subjects.count)
    let own = accuracies(best, subjects, samples)
    let highest = others.map { accuracies($0, subjects, samples) }.reduce(Array(repeating: 0, count: count)) {
      zip($0, $1).map(max)
    }
    return Double(zip(own, highest).count { $0 >= $1 }) / Double(count)
  }

  /// The 95 % interval of how much more accurate one is than another on the same clips: the draws are the same for
  /// both.
  ///
  /// nil with too few subjects, or where a unit has no predictions.
  static func difference(of one: VariantReport, from other: VariantReport) -> ClosedRange<Double>? {
    let results = (one.seeds + other.seeds).flatMap(\.results)
    let subjects = Set(results.flatMap(\.predictions).map(\.subject)).sorted()
    guard subjects.count >= fewestSubjects, !results.contains(where: \.predictions.isEmpty) else { return nil }
    let samples = samples(of: subjects.count)
    return interval(zip(accuracies(one, subjects, samples), accuracies(other, subjects, samples)).map { $0 - $1 })
  }

  /// From the 2.5 % to the 97.5 % percentile of a figure's values, one for each draw.
  static func interval(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    let outside = sorted.count / 40
    return sorted[outside - 1]...sorted[sorted.count - outside]
  }

  /// The accuracy in each draw, mean over seeds.
  private static func accuracies(_ method: VariantReport, _ subjects: [String], _ samples: [[Int]]) -> [Double] {
    let indices = Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1, $0) })
    let seeds = method.seeds.map { seed in
      seed.results.flatMap(\.predictions).reduce(into: Array(repeating: (right: 0, all: 0), count: subjects.count)) {
        guard let subject = indices[$1.subject] else { return }
        $0[subject].all += 1
        if $1.truth == $1.predicted { $0[subject].right += 1 }
      }
    }
    return samples.map { sample in
      let shares = seeds.map { counts in
        let (right, all) = sample.reduce((0, 0)) { ($0.0 + counts[$1].right, $0.1 + counts[$1].all) }
        return all == 0 ? 0 : Double(right) / Double(all)
      }
      return shares.reduce(0, +) / Double(max(1, shares.count))
    }
  }
}
