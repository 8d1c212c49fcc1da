import Core
import Foundation

@testable import Coordinator

/// Outcomes of a sweep that nobody ran: right figures are known by construction, everything else is drawn at random.
enum ReportFixture {
  static let suite: [(name: String, classes: [String], clips: [Int], subjects: Int, skill: Double)] = [
    (
      "synth-sdu", ["happiness", "surprise", "disgust", "sadness", "fear", "anger"], [60, 52, 40, 22, 18, 21], 24, 0.45
    ),
    (
      "synth-mmew", ["happiness", "surprise", "disgust", "sadness", "fear", "anger"], [36, 89, 72, 13, 16, 8], 30, 0.62
    ),
    ("samm", ["anger", "contempt", "happiness", "surprise", "other"], [57, 12, 26, 15, 26], 26, 0.66),
    ("casme2", ["happiness", "disgust", "repression", "surprise", "others"], [32, 63, 27, 25, 99], 24, 0.6),
  ]

  static func configuration(
    variants: [Ablation] = [.full], methods: [String] = ["menet"], seeds: [UInt64] = [2022],
    datasets: Int = 4
  ) -> SweepConfiguration {
    var configuration = SweepConfiguration()
    configuration.name = "fixture"
    configuration.seeds = seeds
    (configuration.variants, configuration.methods) = (variants, methods)
    configuration.datasets = suite.prefix(datasets).map { dataset in
      SweepConfiguration.Dataset(
        name: dataset.name,
        source: dataset.name.hasPrefix("synth") ? .synthetic(SweepConfiguration.Synthetic()) : .store("a.safetensors"),
        classes: ClassMap(dataset.classes.map { [$0] }))
    }
    return configuration
  }

  /// Two arms: `paper`, with the configuration's own settings, and `recipe`, which is better.
  static func arms() throws -> [SweepConfiguration.Arm]? {
    try SweepConfiguration.parse(
      Data(
        """
        {"datasets": [{"name": "synth-sdu", "synthetic": {}}],
         "arms": {"recipe": {"training": {"motionEpochs": 4}}, "paper": {}}}
        """.utf8), location: "arms"
    ).arms
  }

  /// One finished outcome a unit of the configuration.
  static func outcomes(_ configuration: SweepConfiguration, seconds: Double = 1000, ranks: Int = 2) -> [UnitOutcome] {
    suite.prefix(configuration.datasets.count).flatMap { dataset in
      configuration.recognisers.flatMap { recogniser in
        configuration.seeds.flatMap { seed in
          (0..<5).map { fold in
            let unit = WorkUnit(
              dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
            let place = Catalogue.variants.firstIndex(of: unit.variant) ?? 0
            let probability = dataset.skill + 0.03 * Double(place) + (unit.arm == "recipe" ? 0.3 : 0)
            let predictions = predictions(unit, dataset.classes, dataset.clips, dataset.subjects, probability)
            return .finished(result(unit, dataset.classes, predictions, seconds: seconds, ranks: ranks))
          }
        }
      }
    }
  }

  static func report(
    _ configuration: SweepConfiguration, _ outcomes: [UnitOutcome], splits: [String: ComparisonReport.Split] = [:]
  ) -> ComparisonReport {
    ComparisonReport(
      configuration: configuration, outcomes: outcomes, splits: splits, programVersion: "1.0",
      configurationDigest: "4f6c1d2a")
  }

  /// A finished result whose figures follow from its predictions.
  static func result(
    _ unit: WorkUnit, _ classes: [String], _ predictions: [UnitResult.Prediction], seconds: Double = 1, ranks: Int = 1
  ) -> UnitResult {
    var matrix = ConfusionMatrix(classes: classes.count)
    for prediction in predictions { matrix.add(truth: prediction.truth, predicted: prediction.predicted) }
    let hasIdentity = unit.variant.ablation?.mutualInformation ?? false
    let wobble = CounterRandom(unit.seed, UInt64(bitPattern: Int64(unit.fold)), 9).uniform(at: 0) * 0.08
    let probe = unit.variant.ablation == nil ? nil : hasIdentity ? 0.22 + wobble : 0.58 + wobble
    return UnitResult(
      dataset: unit.dataset, fold: unit.fold, variant: unit.variant, arm: unit.arm, seed: unit.seed, classes: classes,
      confusion: matrix.counts, accuracy: matrix.accuracy, uf1: matrix.unweightedF1,
      uar: matrix.unweightedAverageRecall, leakyAccuracy: min(1, matrix.accuracy + 0.02 + wobble),
      identityProbe: probe, identityProbeOfIdentity: hasIdentity ? 0.88 + wobble : nil, identityChance: 0.06,
      identityFloor: probe.map { _ in 0.21 }, identityProbeNonlinear: probe.map { $0 + 0.05 },
      identityProbeNonlinearOfIdentity: hasIdentity ? 0.9 + wobble : nil,
      identityFloorNonlinear: probe.map { _ in 0.2 },
      attentionMaps: unit.variant.ablation?.attention ?? false ? attentionMaps : nil, seconds: seconds, ranks: ranks,
      steps: 4200, weightsDigest: String(repeating: "0f", count: 32), predictions: predictions)
  }

  /// Three frames of 4 × 4 places: flat, then the brow, then the mouth.
  private static let attentionMaps: [[Float]] =
    [[Float](repeating: 1.0 / 16, count: 16)] + [5, 13].map { peak in (0..<16).map { $0 == peak ? 0.25 : 0.05 } }

  private static func predictions(
    _ unit: WorkUnit, _ classes: [String], _ clips: [Int], _ subjects: Int, _ skill: Double
  ) -> [UnitResult.Prediction] {
    let name = CounterRandom.coordinate(unit.dataset)
    let draw = CounterRandom(name, unit.seed, CounterRandom.coordinate(unit.variant.rawValue))
    let truths = clips.enumerated().flatMap { Array(repeating: $0, count: $1) }
    return truths.indices.filter { $0 * 7 % 5 == unit.fold }.map { clip in
      let position = UInt64(clip)
      let rarity = Double(clips[truths[clip]]) / Double(clips.max() ?? 1)
      let isRight = draw.uniform(at: 3 * position) < skill * (0.55 + 0.45 * rarity) + 0.1
      let predicted = isRight ? truths[clip] : draw.integer(below: classes.count, at: 3 * position + 1)
      let rest = Float(0.4) / Float(classes.count - 1)
      return UnitResult.Prediction(
        clip: "clip-\(1000 + clip)", subject: "s\(clip % subjects)", truth: truths[clip], predicted: predicted,
        probabilities: classes.indices.map { $0 == predicted ? 0.6 : rest })
    }
  }
}
