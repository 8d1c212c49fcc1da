import Core

/// One variant on one dataset: its folds, pooled.
struct VariantReport: Equatable, Sendable {
  var variant: Variant
  /// All folds of the first seed, then of the next.
  var units: [UnitReport]
  /// Seeds with at least one finished fold.
  var seeds: [SeedReport]
  /// The sum over folds and seeds.
  var matrix: ConfusionMatrix
  /// Pooled over folds a seed, then averaged over seeds; nil without a finished fold.
  var metrics: Metrics?
  /// Over folds, each fold's figure averaged over its seeds.
  var overFolds: MetricSpreads?
  /// Over seeds, each seed's figure pooled over its folds.
  var overSeeds: MetricSpreads?
  /// How far `metrics` depends on who was filmed; nil with too few subjects.
  var intervals: MetricIntervals?
  var subjects: [SubjectFigures]
  /// The mean attention map of each frame over the finished units, `[frames][places]`, places a square; nil without.
  var attentionMaps: [[Float]]?
  var decoupling: Decoupling

  init(_ variant: Variant, units: [UnitReport], classes: Int) {
    self.variant = variant
    self.units = units
    let bySeed = Dictionary(grouping: units.filter { $0.result != nil }, by: \.unit.seed)
    let seedsInOrder = units.map(\.unit.seed).reduce(into: [UInt64]()) { if $0.last != $1 { $0.append($1) } }
    seeds = seedsInOrder.compactMap { seed in bySeed[seed].map { SeedReport(seed, units: $0, classes: classes) } }
    matrix = seeds.map(\.matrix).reduce(ConfusionMatrix(classes: classes), +)
    metrics = Metrics.mean(seeds.map(\.metrics))
    let byFold = Dictionary(grouping: units.compactMap(Metrics.ofUnit), by: \.fold)
    overFolds = MetricSpreads(byFold.keys.sorted().compactMap { Metrics.mean((byFold[$0] ?? []).map(\.metrics)) })
    overSeeds = MetricSpreads(seeds.map(\.metrics))
    let results = units.compactMap(\.result)
    intervals = MetricIntervals(seeds: seeds.map { $0.results }, classes: classes)
    subjects = SubjectFigures.all(results)
    attentionMaps = VariantReport.meanMaps(results.compactMap(\.attentionMaps))
    decoupling = Decoupling(results)
  }

  /// The mean of maps of one shape; those of a unit that are damaged, or of another shape than the first, are left out.
  private static func meanMaps(_ all: [[[Float]]]) -> [[Float]]? {
    let whole = all.filter { maps in
      guard let places = maps.first?.count, (1...65_536).contains(places), maps.count <= 64 else { return false }
      let edge = AttentionFigure.edge(places)
      return edge * edge == places
        && maps.allSatisfy { $0.count == places && $0.allSatisfy { (0...1).contains($0) } }
    }
    guard let first = whole.first else { return nil }
    let alike = whole.filter { $0.count == first.count && $0[0].count == first[0].count }
    return first.indices.map { frame in
      first[frame].indices.map { place in alike.reduce(0) { $0 + $1[frame][place] } / Float(alike.count) }
    }
  }

  /// `5 of 5`: how many units have a result.
  var finished: Int { units.count { $0.result != nil } }
}

/// One seed of a variant: its finished folds, pooled.
struct SeedReport: Equatable, Sendable {
  var seed: UInt64
  var finishedFolds: Int
  var matrix: ConfusionMatrix
  var metrics: Metrics
  var results: [UnitResult]

  /// `units` are finished, of this seed, and not none.
  init(_ seed: UInt64, units: [UnitReport], classes: Int) {
    self.seed = seed
    finishedFolds = units.count
    matrix = units.compactMap(\.matrix).reduce(ConfusionMatrix(classes: classes), +)
    results = units.compactMap(\.result)
    metrics = Metrics(matrix: matrix, results: results)
  }
}

/// The figures of some clips' predictions, shares of 0 … 1.
struct Metrics: Equatable, Sendable {
  var accuracy: Double
  var unweightedF1: Double
  var unweightedAverageRecall: Double
  /// Of the epoch that was best on the test fold; a fold counts by its clips.
  var leakyAccuracy: Double
  /// Of always naming the most frequent class.
  var majorityAccuracy: Double
  /// Means over the folds that have them.
  var identityProbe: Double?
  var identityProbeOfIdentity: Double?
  var identityChance: Double?

  init(matrix: ConfusionMatrix, results: [UnitResult]) {
    accuracy = matrix.accuracy
    unweightedF1 = matrix.unweightedF1
    unweightedAverageRecall = matrix.unweightedAverageRecall
    majorityAccuracy = matrix.majorityAccuracy
    let weights = results.map { Double($0.confusion.reduce(0) { $0 + $1.reduce(0, +) }) }
    let leaky = zip(results, weights).reduce(0) { $0 + $1.0.leakyAccuracy * $1.1 }
    leakyAccuracy = matrix.total == 0 ? 0 : leaky / Double(matrix.total)
    identityProbe = Metrics.mean(results.compactMap(\.identityProbe))
    identityProbeOfIdentity = Metrics.mean(results.compactMap(\.identityProbeOfIdentity))
    identityChance = Metrics.mean(results.compactMap(\.identityChance))
  }

  /// The figures of one finished unit.
  static func ofUnit(_ unit: UnitReport) -> (fold: Int, metrics: Metrics)? {
    guard let result = unit.result, let matrix = unit.matrix else { return nil }
    return (unit.unit.fold, Metrics(matrix: matrix, results: [result]))
  }

  /// Each figure's mean, or nil for none.
  static func mean(_ all: [Metrics]) -> Metrics? {
    guard var mean = all.first else { return nil }
    func average(_ figure: (Metrics) -> Double) -> Double { all.reduce(0) { $0 + figure($1) } / Double(all.count) }
    mean.accuracy = average(\.accuracy)
    mean.unweightedF1 = average(\.unweightedF1)
    mean.unweightedAverageRecall = average(\.unweightedAverageRecall)
    mean.leakyAccuracy = average(\.leakyAccuracy)
    mean.majorityAccuracy = average(\.majorityAccuracy)
    mean.identityProbe = self.mean(all.compactMap(\.identityProbe))
    mean.identityProbeOfIdentity = self.mean(all.compactMap(\.identityProbeOfIdentity))
    mean.identityChance = self.mean(all.compactMap(\.identityChance))
    return mean
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// The scatter of the three main figures.
struct MetricSpreads: Equatable, Sendable {
  var accuracy: Spread
  var unweightedF1: Spread
  var unweightedAverageRecall: Spread

  /// nil for no metrics.
  init?(_ all: [Metrics]) {
    guard let accuracy = Spread(all.map(\.accuracy)), let unweightedF1 = Spread(all.map(\.unweightedF1)),
      let unweightedAverageRecall = Spread(all.map(\.unweightedAverageRecall))
    else { return nil }
    self.accuracy = accuracy
    self.unweightedF1 = unweightedF1
    self.unweightedAverageRecall = unweightedAverageRecall
  }
}

/// A variant against `full` on the same clips, by McNemar's exact test.
struct VariantComparison: Equatable, Sendable {
  var variant: Variant
  /// First is the variant, second is `full`.
  var test: Significance.PairedTest
  /// Corrected by Holm for the dataset's other comparisons.
  var correctedP: Double

  /// A clip counts once: with several seeds it is named right when more than half of the seeds do so. Only folds and
  /// seeds that finished for both variants take part.
  static func againstFull(_ variants: [VariantReport]) -> [VariantComparison] {
    guard let full = variants.first(where: { $0.variant == .full }) else { return [] }
    let tests = variants.filter { $0.variant != .full }.compactMap { other -> (Variant, Significance.PairedTest)? in
      let pairs = pairs(other, full)
      return pairs.isEmpty ? nil : (other.variant, Significance.mcNemar(pairs))
    }
    let corrected = Significance.holm(tests.map(\.1.pValue))
    return zip(tests, corrected).map { VariantComparison(variant: $0.0, test: $0.1, correctedP: $1) }
  }

  private static func pairs(_ one: VariantReport, _ other: VariantReport) -> [(first: Bool, second: Bool)] {
    var votes: [String: (seeds: Int, first: Int, second: Int)] = [:]
    for (unit, otherUnit) in zip(one.units, other.units) {
      guard let result = unit.result, let otherResult = otherUnit.result else { continue }
      let rightOnes = Dictionary(otherResult.predictions.map { ($0.clip, $0.truth == $0.predicted) }) { one, _ in one }
      for prediction in result.predictions {
        guard let secondIsRight = rightOnes[prediction.clip] else { continue }
        votes[prediction.clip, default: (0, 0, 0)].seeds += 1
        if prediction.truth == prediction.predicted { votes[prediction.clip]?.first += 1 }
        if secondIsRight { votes[prediction.clip]?.second += 1 }
      }
    }
    return votes.values.map { (first: 2 * $0.first > $0.seeds, second: 2 * $0.second > $0.seeds) }
  }
}
