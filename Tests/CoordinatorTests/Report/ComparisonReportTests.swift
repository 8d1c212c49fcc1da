import Core
import Foundation
import Testing

@testable import Coordinator

struct ComparisonReportTests {
  /// Two classes, named by what each clip was called: `truth` and `predicted` are class indices, clip names count up.
  private func outcome(
    fold: Int, _ pairs: [(truth: Int, predicted: Int)], variant: Variant = .full, seed: UInt64 = 1, leaky: Double = 1
  ) -> UnitOutcome {
    let unit = WorkUnit(dataset: "d", fold: fold, variant: variant, seed: seed)
    let predictions = pairs.enumerated().map {
      UnitResult.Prediction(
        clip: "f\(fold)c\($0)", subject: "s", truth: $1.truth, predicted: $1.predicted, probabilities: [0.25, 0.75])
    }
    var result = ReportFixture.result(unit, ["a", "b"], predictions)
    result.leakyAccuracy = leaky
    return .finished(result)
  }

  private func configuration(folds: Int, variants: [Ablation] = [.full], seeds: [UInt64] = [1]) -> SweepConfiguration {
    var configuration = SweepConfiguration()
    configuration.folds.count = folds
    configuration.variants = variants
    configuration.seeds = seeds
    configuration.datasets = [.init(name: "d", source: .store("d"), classes: ClassMap([["a"], ["b"]]))]
    return configuration
  }

  @Test func foldsArePooledBeforeFiguresAreTaken() throws {
    // Fold 0: a a b b → a a a b (3 of 4, leaky 1). Fold 1: a b → b b (1 of 2, leaky 0.5).
    let report = ReportFixture.report(
      configuration(folds: 2),
      [
        outcome(fold: 0, [(0, 0), (0, 0), (1, 0), (1, 1)]), outcome(fold: 1, [(0, 1), (1, 1)], leaky: 0.5),
      ])
    let variant = report.datasets[0].variants[0]
    let metrics = try #require(variant.metrics)
    #expect(variant.matrix.counts == [[2, 1], [1, 2]])
    #expect(metrics.accuracy == 4.0 / 6)
    #expect(abs((metrics[.unweightedF1] ?? 0) - 2.0 / 3) < 1e-15)  // both classes 4 / (3 + 3)
    #expect(abs(metrics.leakyAccuracy - 5.0 / 6) < 1e-15)  // (4 · 1 + 2 · 0.5) / 6
    #expect(metrics.majorityAccuracy == 0.5)
    let overFolds = try #require(variant.overFolds?[.accuracy])
    #expect(overFolds.mean == 0.625)  // (3/4 + 1/2) / 2, s = (1/8) √2
    #expect(abs(try #require(overFolds.standardDeviation) - 0.125 * 2.0.squareRoot()) < 1e-15)
  }

  @Test func seedsArePooledEachAndThenAveraged() throws {
    // Seed 1: 2 of 2. Seed 2: 1 of 2. Mean 3/4, s = √(1/8), half width t(0.975, 1) s / √2 = 12.7062 / 4.
    let report = ReportFixture.report(
      configuration(folds: 1, seeds: [1, 2]),
      [outcome(fold: 0, [(0, 0), (1, 1)], seed: 1), outcome(fold: 0, [(0, 0), (1, 0)], seed: 2)])
    let variant = report.datasets[0].variants[0]
    #expect(variant.metrics?.accuracy == 0.75)
    #expect(variant.matrix.counts == [[2, 0], [1, 1]])
    #expect(abs(try #require(variant.overSeeds?[.accuracy]?.halfWidth95) - 12.7062 / 4) < 1e-4)
  }

  @Test func variantsAreComparedOnTheSameClips() throws {
    // `full` is right on all 5, `ce` on none: p = 2 / 2^5. `dao` is right on all: p = 1. Holm: 0.0625 · 2 and 1.
    let right = Array(repeating: (truth: 0, predicted: 0), count: 5)
    let wrong = Array(repeating: (truth: 0, predicted: 1), count: 5)
    let report = ReportFixture.report(
      configuration(folds: 1, variants: [.ce, .dao, .full]),
      [
        outcome(fold: 0, wrong, variant: .ce), outcome(fold: 0, right, variant: .dao),
        outcome(fold: 0, right, variant: .full),
      ])
    let comparisons = report.datasets[0].comparisons
    #expect(comparisons.map(\.variant) == [.ce, .dao])
    #expect(comparisons[0].test.onlyFirst == 0 && comparisons[0].test.onlySecond == 5)
    #expect(abs(comparisons[0].test.pValue - 0.0625) < 1e-15)
    #expect(abs(comparisons[0].correctedP - 0.125) < 1e-15)
    #expect(comparisons[1].correctedP == 1)
  }

  @Test func aClipCountsOnceHoweverManySeedsThereAre() {
    // Three seeds: `ce` is wrong in all, `full` right in two of three: one discordant clip, not two or three.
    let right = [(truth: 0, predicted: 0)]
    let wrong = [(truth: 0, predicted: 1)]
    let outcomes = [1, 2, 3].flatMap { (seed: UInt64) in
      [
        outcome(fold: 0, wrong, variant: .ce, seed: seed),
        outcome(fold: 0, seed == 2 ? wrong : right, variant: .full, seed: seed),
      ]
    }
    let report = ReportFixture.report(configuration(folds: 1, variants: [.ce, .full], seeds: [1, 2, 3]), outcomes)
    #expect(report.datasets[0].comparisons[0].test.onlySecond == 1)
  }

  @Test func theScienceIsTheSameBytesForAnyOrderTimeAndNumberOfRanks() {
    let configuration = ReportFixture.configuration(variants: [.ce, .full], seeds: [1, 2])
    let outcomes = ReportFixture.outcomes(configuration, seconds: 1234.5, ranks: 1)
    let others = ReportFixture.outcomes(configuration, seconds: 98765.25, ranks: 4)
    let order = CounterRandom(3).permutation(others.count)
    let one = ReportFixture.report(configuration, outcomes)
    let other = ReportFixture.report(configuration, order.map { others[$0] })
    #expect(ReportJSON.text(one) == ReportJSON.text(other))
    #expect(ReportCSV.results(one) == ReportCSV.results(other))
    #expect(ReportCSV.predictions(one) == ReportCSV.predictions(other))
    #expect(ReportMarkdown.text(one) == ReportMarkdown.text(other))
    #expect(ReportPage.text(one) != ReportPage.text(other))  // the timing section
  }

  @Test func theJSONIsReadableByOthers() throws {
    let configuration = ReportFixture.configuration(variants: [.ce, .full], datasets: 1)
    let text = ReportJSON.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
    let root = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let dataset = try #require((root["datasets"] as? [[String: Any]])?.first)
    let published = try #require(dataset["published"] as? [String: Any])
    #expect(published["sameData"] as? Bool == false)
    #expect((published["figures"] as? [[String: Any]])?.last?["accuracyPercent"] as? Double == 53.9)
    #expect((published["ablation"] as? [[String: Any]])?.count == 6)
    for word in ["seconds", "ranks", "a.safetensors"] { #expect(!text.contains(word)) }
  }

  @Test func aUnitThatFailedOrDidNotRunIsShownAsAHole() {
    let unit = WorkUnit(dataset: "d", fold: 1, variant: .full, seed: 1)
    let report = ReportFixture.report(
      configuration(folds: 3), [outcome(fold: 0, [(0, 0)]), .failed(unit, reason: "clip 7 is damaged")])
    #expect(report.holes.map(\.status) == ["failed", "not run"])
    for write in [ReportJSON.text, { ReportMarkdown.text($0) }, { ReportPage.text($0) }, ReportCSV.results] {
      let text = write(report)
      #expect(text.contains("clip 7 is damaged") && text.contains("not run"))
    }
  }

  @Test func nothingFinishedIsAReportToo() {
    let report = ReportFixture.report(configuration(folds: 2, variants: Ablation.allCases), [])
    #expect(report.holes.count == 12)
    #expect(ReportPage.text(report).contains("No unit has finished"))
    #expect(ReportMarkdown.text(report).contains("12 of 12 units have not finished yet"))
    #expect(ReportJSON.text(report).contains("\"metrics\": null"))
  }

  @Test func aDamagedResultCountsAsFailed() {
    let unit = WorkUnit(dataset: "d", fold: 0, variant: .full, seed: 1)
    let good = ReportFixture.result(
      unit, ["a", "b"], [.init(clip: "c", subject: "s", truth: 0, predicted: 1, probabilities: [0, 1])])
    let damages: [(inout UnitResult) -> Void] = [
      { $0.classes = ["a", "c"] }, { $0.confusion = [[1, 2]] }, { $0.confusion = [[-1, 0], [0, .max]] },
      { $0.confusion = [[1, 0], [0, 0]] }, { $0.predictions[0].predicted = 9 },
      { $0.predictions[0].probabilities = [] }, { $0.leakyAccuracy = .nan }, { $0.identityProbe = 7 },
      { $0.identityFloor = -0.1 }, { $0.identityProbeNonlinear = .nan },
    ]
    #expect(ReportFixture.report(configuration(folds: 1), [.finished(good)]).holes.isEmpty)
    for damage in damages {
      var result = good
      damage(&result)
      #expect(ReportFixture.report(configuration(folds: 1), [.finished(result)]).holes.map(\.status) == ["failed"])
    }
  }
}
