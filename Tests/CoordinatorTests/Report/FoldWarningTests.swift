import Core
import Foundation
import Testing

@testable import Coordinator

/// A pure function of predictions and history.
struct FoldWarningTests {
  private func epoch(_ stage: Stage?, _ number: Int, _ loss: Double) throws -> EpochRecord {
    let stage = stage.map { "\"stage\": \($0.rawValue), " } ?? ""
    let text = "{\(stage)\"epoch\": \(number), \"steps\": 1, \"losses\": {\"crossEntropy\": \(loss), \"total\": 0}}"
    return try JSONDecoder().decode(EpochRecord.self, from: Data(text.utf8))
  }

  private func history(_ losses: [Double], _ stage: Stage? = .motionAgain) throws -> [EpochRecord] {
    try losses.enumerated().map { try epoch(stage, $0 + 1, $1) }
  }

  private func result(truths: [Int], predicted: [Int]) -> UnitResult {
    let predictions = zip(truths, predicted).enumerated().map { index, pair in
      UnitResult.Prediction(
        clip: "c\(index)", subject: "s", truth: pair.0, predicted: pair.1, probabilities: [0.3, 0.3, 0.4])
    }
    let unit = WorkUnit(dataset: "d", fold: 0, variant: .full, seed: 1)
    return ReportFixture.result(unit, ["a", "b", "c"], predictions)
  }

  @Test func aModelThatNamesOneClassIsWarnedOfUnlessTheTestClipsAreOfOne() {
    func warnings(_ truths: [Int], _ predicted: [Int]) -> [FoldWarning] {
      FoldWarning.all(result(truths: truths, predicted: predicted), [], training: [])
    }
    #expect(warnings([0, 1, 2], [2, 2, 2]) == [.namesOneClass("c")])
    #expect(warnings([0, 1, 2], [2, 2, 1]) == [])
    #expect(warnings([1, 1], [2, 2]) == [])
    #expect(FoldWarning.all(nil, [], training: [1, 1]) == [])
  }

  /// Three clips in four of one class: the entropy of (3/4, 1/4) is 0.5623 nats.
  @Test func noLearningIsACrossEntropyThatGuessingByFrequencyHasToo() throws {
    let found = FoldWarning.all(nil, try history([0.7, 0.55]), training: [30, 10, 0])
    guard case .doesNotLearn(let loss, let guessing)? = found.first, found.count == 1 else {
      Issue.record("\(found)")
      return
    }
    #expect(loss == 0.55 && abs(guessing - 0.5623) < 1e-4)
    #expect(FoldWarning.all(nil, try history([0.7, 0.5]), training: [30, 10, 0]) == [], "below 0.95 of it")
    // The same loss is learning where the classes are even: their entropy is ln 2.
    #expect(FoldWarning.all(nil, try history([0.7, 0.55]), training: [20, 20]) == [])
    #expect(FoldWarning.all(nil, try history([0.7, 0.69], nil), training: [20, 20]).count == 1, "other methods too")
    #expect(FoldWarning.all(nil, try history([3, 3], .identity), training: [20, 20]) == [], "no emotions")
    #expect(FoldWarning.all(nil, try history([3, 3]), training: []) == [], "not without the training clips")
    #expect(FoldWarning.all(nil, try history([3, 3]), training: [5, 0]) == [], "one class needs no learning")
  }

  @Test func divergenceIsALossThatEndsFarAboveItsLowest() throws {
    let found = FoldWarning.all(nil, try history([1.5, 0.4, 0.2, 0.9]), training: [])
    #expect(found == [.diverges(stage: .motionAgain, lowest: 0.2, epoch: 3, last: 0.9)])
    #expect(FoldWarning.all(nil, try history([1.5, 0.4, 0.2, 0.6]), training: []) == [], "only 0.4 nats")
    #expect(FoldWarning.all(nil, try history([1.5, 0.9, 1.6]), training: []) == [], "less than twice")
    #expect(FoldWarning.all(nil, try history([1.5, 0.2, 3, 0.3]), training: []) == [], "it came back")
    // Each stage for itself: the second begins higher than the first ended.
    let stages = try history([1, 0.1], .motion) + history([1.4, 1.2], .identityAgain)
    #expect(FoldWarning.all(nil, stages, training: []) == [])
    let damaged = try history([-1e308, 1e308]) + history([1e308])
    #expect(FoldWarning.all(nil, damaged, training: [.max / 4, 1]).count <= 3, "does not trap")
  }

  @Test func theReportNamesTheUnitsAndNotTheMajorityClass() throws {
    var configuration = ReportFixture.configuration(methods: ["menet", "majority"], datasets: 1)
    configuration.folds.count = 5
    let outcomes = ReportFixture.outcomes(configuration).map { outcome -> UnitOutcome in
      guard case .finished(let old) = outcome, old.variant.rawValue == "majority" || old.fold == 2 else {
        return outcome
      }
      var predictions = old.predictions
      for index in predictions.indices { predictions[index].predicted = 4 }
      return .finished(ReportFixture.result(old.unit, old.classes, predictions))
    }
    let report = ReportFixture.report(configuration, outcomes)
    let warnings = report.warnings([:])
    #expect(warnings.map(\.unit.description) == ["synth-sdu fold 2, full, seed 2022"])
    for text in [ReportPage.text(report), ReportMarkdown.text(report)] {
      #expect(text.contains("1 unit with a warning") && text.contains("names one class only: fear"))
    }
    #expect(ReportPage.text(report).contains("every test clip was named fear."))
    #expect(report.warningText([:])?.hasPrefix("1 unit with a warning") == true)
    let sound = ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
    #expect(ReportPage.text(sound).contains("No fold&#39;s model names one class only"))
    #expect(!ReportMarkdown.text(sound).contains("| Warning"))
  }
}
