import Foundation

@testable import Coordinator
@testable import Core

/// Runs that nobody trained: which clips each method gets right is written as text.
enum RunFixture {
  /// A run of the datasets `d` and so on, each with the same folds and results; every clip is of a person of its own.
  ///
  /// - Parameters:
  ///   - right: of each method, `1` for a clip that it gets right and `0` for another; `|` between folds, and a fold
  ///     without a clip has not finished.
  ///   - clips: of each fold.
  static func run(
    _ name: String, _ right: KeyValuePairs<String, String>, clips: [Int] = [10], datasets: [String] = ["d"],
    seeds: [UInt64] = [1], version: String = "1.0", arms: [SweepConfiguration.Arm]? = nil,
    change: (inout SweepConfiguration) -> Void = { _ in }
  ) -> ComparedRun {
    var configuration = SweepConfiguration()
    configuration.name = name
    configuration.folds.count = clips.count
    (configuration.seeds, configuration.arms) = (seeds, arms)
    configuration.methods = right.map(\.key).filter { Ablation(rawValue: $0) == nil }
    configuration.variants = right.map(\.key).compactMap(Ablation.init)
    if !configuration.variants.isEmpty { configuration.methods.append("menet") }
    configuration.datasets = datasets.map { .init(name: $0, source: .store($0), classes: ClassMap([["a"], ["b"]])) }
    change(&configuration)
    let folds = FoldFile(datasets: datasets.map { dataset($0, clips: clips, seed: seeds[0]) })
    let outcomes = datasets.flatMap { dataset in
      configuration.recognisers.flatMap { recogniser in
        let text = right.first { $0.key == recogniser.variant.rawValue }?.value ?? ""
        let texts = text.split(separator: "|", omittingEmptySubsequences: false)
        return seeds.flatMap { seed in
          texts.enumerated().compactMap { fold, bits -> UnitOutcome? in
            guard !bits.isEmpty else { return nil }
            let unit = WorkUnit(
              dataset: dataset, fold: fold, variant: recogniser.variant, arm: recogniser.arm, seed: seed)
            return .finished(ReportFixture.result(unit, ["a", "b"], predictions(bits, fold)))
          }
        }
      }
    }
    let report = ComparisonReport(configuration: configuration, folds: folds, outcomes: outcomes, digest: "digest")
    return ComparedRun(name: name, path: "runs/\(name)", versions: [version], folds: folds, report: report)
  }

  private static func predictions(_ bits: Substring, _ fold: Int) -> [UnitResult.Prediction] {
    bits.enumerated().map { index, bit in
      let name = "f\(fold)-c\(index)"
      return UnitResult.Prediction(
        clip: name, subject: "of \(name)", truth: 0, predicted: bit == "1" ? 0 : 1, probabilities: [1, 0])
    }
  }

  /// A dataset's split: the clips of each fold, all of the class `a`.
  static func dataset(_ name: String, clips: [Int], seed: UInt64 = 1) -> FoldFile.Dataset {
    let folds = clips.enumerated().map { fold, count in
      (0..<count).map { FoldClip(name: "f\(fold)-c\($0)", subject: "of f\(fold)-c\($0)", label: 0) }
    }
    return FoldFile.Dataset(
      name: name, rule: .subject, count: clips.count, seed: seed, classes: ["a", "b"],
      inputDigest: "digest of \(clips)", contentDigest: "frames", folds: folds, warnings: [])
  }
}
