import Core
import Testing

@testable import Coordinator

struct MetricIntervalsTests {
  /// Clips of class 0, each with its subject and whether it was named right.
  private func result(_ clips: [(subject: String, isRight: Bool)], seed: UInt64 = 1) -> UnitResult {
    let predictions = clips.enumerated().map {
      UnitResult.Prediction(
        clip: "c\($0)", subject: $1.subject, truth: 0, predicted: $1.isRight ? 0 : 1, probabilities: [0.5, 0.5])
    }
    let unit = WorkUnit(dataset: "d", fold: 0, variant: .full, seed: seed)
    return ReportFixture.result(unit, ["a", "b"], predictions)
  }

  @Test func figuresOfAllSubjectsAreThoseOfTheMatrix() {
    let draw = CounterRandom(5)
    var matrix = ConfusionMatrix(classes: 3)
    let predictions = (0..<90).map { clip in
      let (truth, predicted) = (clip % 3, draw.integer(below: 3, at: UInt64(clip)))
      matrix.add(truth: truth, predicted: predicted)
      return UnitResult.Prediction(
        clip: "\(clip)", subject: "s\(clip % 7)", truth: truth, predicted: predicted, probabilities: [])
    }
    let counts = SubjectCounts(predictions, subjects: (0..<7).map { "s\($0)" }, classes: 3)
    #expect(counts.matrix(of: Array(0..<7)) == matrix)
  }

  /// Classes 0 and 1 by the first subject, class 2 by the second: a draw without the second has UF1 over two classes.
  @Test func aClassThatADrawDoesNotHaveIsLeftOut() {
    let predictions = [(0, 0, "a"), (1, 0, "a"), (2, 2, "b")].map { truth, predicted, subject in
      UnitResult.Prediction(clip: "", subject: subject, truth: truth, predicted: predicted, probabilities: [])
    }
    let counts = SubjectCounts(predictions, subjects: ["a", "b"], classes: 3)
    #expect(counts.matrix(of: [0, 0]).counts == [[2, 0], [2, 0]])
    #expect(counts.matrix(of: [0]).unweightedF1 == 1.0 / 3)  // (2 / 3 + 0) / 2
    #expect(counts.matrix(of: [0, 1]).classes == 3)
  }

  @Test func theIntervalOfManyPeopleIsTheBinomialOne() throws {
    // 400 people of a clip each, half of them right: 0.5 ± 1.96 · √(0.25 / 400) = 0.451 to 0.549.
    let clips = (0..<400).map { (subject: "s\($0)", isRight: $0 % 2 == 0) }
    let interval = try #require(MetricIntervals(seeds: [[result(clips)]], classes: 2)?[.accuracy])
    #expect(abs(interval.lowerBound - 0.451) < 0.008 && abs(interval.upperBound - 0.549) < 0.008)
  }

  @Test func clipsOfOnePersonCountTogether() throws {
    // 20 people of 20 clips each, all right or all wrong: as 20 coins, 0.5 ± 1.96 · √(0.25 / 20) = 0.281 to 0.719.
    let clips = (0..<400).map { (subject: "s\($0 / 20)", isRight: $0 / 20 % 2 == 0) }
    let interval = try #require(MetricIntervals(seeds: [[result(clips)]], classes: 2)?[.accuracy])
    #expect(abs(interval.lowerBound - 0.281) < 0.05 && abs(interval.upperBound - 0.719) < 0.05)
  }

  @Test func aFigureWithoutScatterHasNoWidth() throws {
    let clips = (0..<9).map { (subject: "s\($0)", isRight: true) }
    let intervals = try #require(MetricIntervals(seeds: [[result(clips)]], classes: 2))
    #expect(intervals[.accuracy] == 1...1 && intervals[.unweightedF1] == 1...1)
  }

  @Test func figuresAreAveragedOverSeedsBeforeTheIntervalIsTaken() throws {
    // One seed right on everything, the other wrong on everything: every draw has the mean 1/2.
    let people = (0..<6).map { "s\($0)" }
    let right = result(people.map { ($0, true) }, seed: 1)
    let wrong = result(people.map { ($0, false) }, seed: 2)
    let intervals = try #require(MetricIntervals(seeds: [[right], [wrong]], classes: 2))
    #expect(intervals[.accuracy] == 0.5...0.5)
  }

  @Test func fewPeopleOrNoPredictionsHaveNoInterval() {
    #expect(MetricIntervals(seeds: [[result((0..<400).map { ("s\($0 % 4)", true) })]], classes: 2) == nil)
    #expect(MetricIntervals(seeds: [[result((0..<9).map { ("s\($0)", true) }), result([])]], classes: 2) == nil)
  }

  @Test func subjectsAreCountedAndSortedAsPeopleDo() {
    let figures = SubjectFigures.all([result([("s10", true), ("s2", false), ("s10", false), ("S", true)])])
    #expect(figures.map(\.subject) == ["S", "s2", "s10"])
    #expect(figures.map(\.predictions) == [1, 1, 2] && figures.map(\.correct) == [1, 0, 1])
    #expect(figures[2].accuracy == 0.5 && figures[2].folds == [0])
  }
}
