import Core

/// One variant with the settings of one arm, on one dataset: its folds, pooled.
struct VariantReport: Equatable, Sendable {
  var recogniser: Recogniser
  /// All folds of the first seed, then of the next.
  var units: [UnitReport]
  /// Seeds with at least one finished fold.
  var seeds: [SeedReport]
  /// The sum over folds and seeds.
  var matrix: ConfusionMatrix
  /// Pooled over the folds of each seed, then averaged over seeds; nil without a finished fold.
  var metrics: Metrics?
  /// Over folds, each fold's figure averaged over its seeds.
  var overFolds: MetricSpreads?
  /// Over seeds, each seed's figure pooled over its folds.
  var overSeeds: MetricSpreads?
  /// How far `metrics` depends on who was filmed; nil with too few subjects.
  var intervals: MetricIntervals?
  var subjects: [SubjectFigures]
  /// The mean attention map of each frame over the finished units, `[frames][positions]`, positions row by row of a
  /// square; nil without.
  var attentionMaps: [[Float]]?
  var decoupling: Decoupling
  /// What it is called: as the paper's table calls it where it has it, or as the sweep file calls a program.
  var title: String
  /// What is known of a program's answers to the same file; nil for other methods.
  var repeatability: Repeatability?

  /// - Parameter sweep: whose methods the recogniser is of.
  init(_ recogniser: Recogniser, units: [UnitReport], classes: Int, of sweep: SweepConfiguration = .init()) {
    self.recogniser = recogniser
    title = sweep.title(of: recogniser.variant)
    repeatability = sweep.program(named: recogniser.variant.rawValue).map { _ in
      Repeatability(units.compactMap { $0.result?.repeatDifference })
    }
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
    let valid = all.filter { maps in
      guard let positions = maps.first?.count, (1...65_536).contains(positions), maps.count <= 64 else { return false }
      let edge = edge(positions)
      return edge * edge == positions
        && maps.allSatisfy { $0.count == positions && $0.allSatisfy { (0...1).contains($0) } }
    }
    guard let first = valid.first else { return nil }
    let alike = valid.filter { $0.count == first.count && $0[0].count == first[0].count }
    return first.indices.map { frame in
      first[frame].indices.map { position in alike.reduce(0) { $0 + $1[frame][position] } / Float(alike.count) }
    }
  }

  /// The edge of a square of positions.
  static func edge(_ positions: Int) -> Int { Int(Double(positions).squareRoot().rounded()) }

  var variant: Variant { recogniser.variant }
  var arm: String? { recogniser.arm }
  /// `full`, or `full · recipe` in a sweep with arms.
  var name: String { recogniser.name }
  /// How many units have a result.
  var finished: Int { units.count { $0.result != nil } }
  /// Whether it is the whole dual-branch network, which all others are compared with.
  var isFull: Bool { variant == .full }
  /// Mean wall-clock seconds of the finished units, which differ between runs of the same sweep.
  var secondsPerUnit: Double? {
    let seconds = units.compactMap { $0.result?.seconds }
    return seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count)
  }
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
