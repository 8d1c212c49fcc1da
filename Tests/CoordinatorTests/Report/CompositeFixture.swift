import Core
import Foundation

@testable import Coordinator

/// A composite dataset that nobody trained on: its predictions are drawn, and scikit-learn has computed the figures of
/// the whole and of each part.
struct CompositeFixture: Decodable {
  struct Clip: Decodable {
    var clip, subject: String
    var truth, fold, predicted: Int
  }

  struct Seed: Decodable {
    var seed: UInt64
    var clips: [Clip]
  }

  struct Figures: Decodable {
    var accuracy, uf1, uar: Double
  }

  var classes: [String]
  var parts: [String]
  var seeds: [Seed]
  var whole: Figures
  var figures: [String: Figures]

  init(_ name: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("parts/\(name).json")))
    self = try JSONDecoder().decode(CompositeFixture.self, from: data)
  }

  /// One composite dataset for each way of making folds: `three-subject`, `three-dataset`.
  func configuration(_ rules: [SplitRule], arms: [SweepConfiguration.Arm]? = nil) -> SweepConfiguration {
    var configuration = SweepConfiguration()
    configuration.name = "composite"
    configuration.seeds = seeds.map(\.seed)
    configuration.methods = ["menet", "majority"]
    configuration.arms = arms
    configuration.datasets = rules.map { rule in
      var dataset = SweepConfiguration.Dataset(
        name: "three-\(rule.rawValue)",
        source: .parts(parts.map { SweepConfiguration.Part(name: $0, source: .store("\($0).safetensors")) }),
        classes: ClassMap(classes.map { [$0] }))
      var folds = SweepConfiguration.Folds()
      (folds.by, folds.count) = (rule, 3)
      dataset.folds = folds
      return dataset
    }
    return configuration
  }

  /// The test fold of a clip.
  func fold(_ clip: Clip, _ rule: SplitRule) -> Int {
    guard rule == .dataset else { return clip.fold }
    return parts.sorted().firstIndex { clip.clip.hasPrefix("\($0)/") } ?? 0
  }

  /// Every unit has the same predictions, put into the folds of its dataset.
  func outcomes(_ configuration: SweepConfiguration) -> [UnitOutcome] {
    configuration.datasets.flatMap { dataset -> [UnitOutcome] in
      let rule = configuration.folds(of: dataset).by
      return configuration.recognisers.flatMap { recogniser -> [UnitOutcome] in
        seeds.flatMap { seed -> [UnitOutcome] in
          let byFold: [Int: [Clip]] = Dictionary(grouping: seed.clips) { fold($0, rule) }
          return byFold.keys.sorted().map { fold -> UnitOutcome in
            let unit = WorkUnit(
              dataset: dataset.name, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed.seed)
            return .finished(ReportFixture.result(unit, classes, (byFold[fold] ?? []).map(prediction)))
          }
        }
      }
    }
  }

  private func prediction(_ clip: Clip) -> UnitResult.Prediction {
    let probabilities: [Float] = classes.indices.map { $0 == clip.predicted ? 0.8 : 0.1 }
    return UnitResult.Prediction(
      clip: clip.clip, subject: clip.subject, truth: clip.truth, predicted: clip.predicted,
      probabilities: probabilities)
  }

  /// The splits of the datasets, of runs that looked for what is on both sides.
  func splits(_ configuration: SweepConfiguration) -> [String: ComparisonReport.Split] {
    let splits = configuration.datasets.map { dataset -> (String, ComparisonReport.Split) in
      let folds = testClips(configuration.folds(of: dataset).by)
      let subjects: Set<String> = Set(folds.flatMap { $0 }.map(\.subject))
      let split = ComparisonReport.Split(
        clipsPerFold: folds.map(\.count), subjects: subjects.count, digest: "ab12", testClips: folds,
        leakage: Leakage())
      return (dataset.name, split)
    }
    return Dictionary(uniqueKeysWithValues: splits)
  }

  /// The test clips of each fold.
  private func testClips(_ rule: SplitRule) -> [[FoldClip]] {
    let byFold: [Int: [Clip]] = Dictionary(grouping: seeds[0].clips) { fold($0, rule) }
    return byFold.keys.sorted().map { fold -> [FoldClip] in
      (byFold[fold] ?? []).map { clip -> FoldClip in
        let part = clip.clip.components(separatedBy: "/")[0]
        return FoldClip(name: clip.clip, subject: clip.subject, label: clip.truth, part: part)
      }
    }
  }

  func report(_ rules: [SplitRule] = [.subject]) -> ComparisonReport {
    let configuration = configuration(rules)
    return ReportFixture.report(configuration, outcomes(configuration), splits: splits(configuration))
  }
}
