import Core

/// One database of a composite dataset: the figures of its clips alone.
struct PartReport: Equatable, Sendable {
  /// As the sweep file names it.
  var name: String
  var clips: Int
  /// In the order of the classes.
  var clipsPerClass: [Int]
  var subjects: Int
  /// One for each of the dataset's variants, in their order.
  var figures: [PartFigures]

  /// - Parameters:
  ///   - testClips: those of the whole dataset.
  ///   - variants: of the whole dataset.
  init(_ name: String, testClips: [FoldClip], variants: [VariantReport], classes: Int) {
    let own = testClips.filter { PartReport.holds($0.name, in: name) }
    self.name = name
    clips = own.count
    clipsPerClass = (0..<classes).map { label in own.count { $0.label == label } }
    subjects = Set(own.map(\.subject)).count
    figures = variants.map { PartFigures(of: $0, on: name, classes: classes) }
  }

  /// Whether a clip of a composite dataset is of a part: its name begins with the part's.
  static func holds(_ clip: String, in part: String) -> Bool { clip.hasPrefix("\(part)/") }

  subscript(recogniser: Recogniser) -> PartFigures? { figures.first { $0.recogniser == recogniser } }

  /// The classes, as indices, that the part has no clips of.
  var absentClasses: [Int] { clipsPerClass.indices.filter { clipsPerClass[$0] == 0 } }
}

/// What one variant reaches on the clips of one part, pooled over the folds that they are tested in.
struct PartFigures: Equatable, Sendable {
  var recogniser: Recogniser
  /// The sum over folds and seeds.
  var matrix: ConfusionMatrix
  /// Pooled over the folds of each seed, then averaged over seeds; nil where no clip of the part was tested, or a unit
  /// has no predictions.
  var metrics: Metrics?
  /// How far `metrics` depends on who was filmed for this part; nil with too few subjects.
  var intervals: MetricIntervals?

  init(of variant: VariantReport, on part: String, classes: Int) {
    recogniser = variant.recogniser
    let isKnown = !variant.seeds.flatMap(\.results).contains { $0.predictions.isEmpty }
    let seeds = (isKnown ? variant.seeds : []).map { seed in
      seed.results.flatMap(\.predictions).filter { PartReport.holds($0.clip, in: part) }
    }.filter { !$0.isEmpty }
    let matrices = seeds.map { predictions in
      predictions.reduce(into: ConfusionMatrix(classes: classes)) { matrix, prediction in
        matrix.add(truth: prediction.truth, predicted: prediction.predicted)
      }
    }
    let matrix = matrices.reduce(ConfusionMatrix(classes: classes), +)
    self.matrix = matrix
    metrics = Metrics.mean(matrices.map { Metrics(matrix: $0, of: PartFigures.figures) })
    // A class that the part does not have counts in each draw as it counts in the figure itself.
    let absent = (0..<classes).filter { matrix.support($0) == 0 }
    intervals = MetricIntervals(predictions: seeds, classes: classes, keeping: Set(absent))
  }

  /// Those that follow from a part's confusion matrix.
  static let figures = Figure.main + [.majorityAccuracy]
}

extension DatasetReport {
  /// The parts of a composite dataset in the order of the sweep file; none for other datasets.
  static func parts(
    of dataset: SweepConfiguration.Dataset, testClips: [Int: [FoldClip]], variants: [VariantReport]
  ) -> [PartReport] {
    let clips = testClips.keys.sorted().flatMap { testClips[$0] ?? [] }
    return (dataset.parts ?? []).map {
      PartReport($0.name, testClips: clips, variants: variants, classes: dataset.classes.names.count)
    }
  }
}
