import Testing

@testable import Coordinator
@testable import Core

@Suite struct TimelineTests {
  private let units = (0..<2).map { WorkUnit(dataset: "a", fold: $0, variant: .ce, seed: 1) }

  private func entry(_ event: LedgerEntry.Event, _ fold: Int, _ at: Double, ranks: [Int]? = nil) -> LedgerEntry {
    LedgerEntry(event: event, unit: units[fold], at: at, ranks: ranks, hosts: ranks.map { _ in ["h"] })
  }

  @Test func everyAttemptAtAUnitIsASpan() {
    let timeline = Timeline([
      entry(.planned, 0, 0), entry(.planned, 1, 0), entry(.started, 0, 1, ranks: [0, 1]),
      entry(.started, 1, 2, ranks: [2]), entry(.paused, 0, 5), entry(.started, 0, 6, ranks: [0]),
      entry(.started, 1, 7, ranks: [1]), entry(.finished, 0, 8), entry(.failed, 1, 9),
    ])
    let said = timeline.spans.map { span in
      "\(span.unit.fold) \(span.ranks) \(span.start)-\(span.end) \(span.ending?.rawValue ?? "lost")"
    }
    #expect(
      said == [
        "0 [0, 1] 1.0-5.0 paused", "1 [2] 2.0-7.0 lost", "0 [0] 6.0-8.0 finished", "1 [1] 7.0-9.0 failed",
      ])
    #expect(timeline.ranks == [0, 1, 2])
  }

  @Test func aRankTrainsOneUnitAtATime() {
    // Assigned ahead of time, at 3, while rank 0 trained the other unit until 5.
    let ahead = Timeline([
      entry(.started, 0, 1, ranks: [0]), entry(.started, 1, 3, ranks: [0]), entry(.finished, 0, 5),
      entry(.finished, 1, 9),
    ])
    #expect(ahead.spans.map(\.start) == [1, 5] && ahead.spans.map(\.end) == [5, 9])
    // Lost at some time after 1, resumed at 8; its rank has trained another unit since 4.
    let lost = Timeline([
      entry(.started, 0, 1, ranks: [0]), entry(.started, 1, 4, ranks: [0]), entry(.finished, 1, 6),
      entry(.started, 0, 8, ranks: [0]), entry(.finished, 0, 9),
    ])
    #expect(lost.spans.map(\.start) == [1, 4, 8] && lost.spans.map(\.end) == [4, 6, 9])
  }

  @Test func aLedgerWithoutTimesOrRanksHasNoSpans() {
    #expect(Timeline([LedgerEntry(event: .started, unit: units[0]), entry(.finished, 0, 3)]).spans.isEmpty)
    #expect(TimelineChart.svg(Timeline([])) == nil)
  }

  @Test func whatIsStillOpenEndsWithTheLedger() {
    let timeline = Timeline([entry(.started, 0, 1, ranks: [0]), entry(.started, 1, 4, ranks: [1])])
    #expect(timeline.spans.map(\.end) == [4, 4])
  }

  @Test func timesBetweenJobsAreShortened() {
    let timeline = Timeline([
      entry(.started, 0, 0, ranks: [0]), entry(.finished, 0, 10), entry(.started, 1, 1010, ranks: [0]),
      entry(.finished, 1, 1020),
    ]).withoutPauses(longerThan: 60)
    #expect(timeline.spans.map(\.start) == [0, 70] && timeline.spans.map(\.end) == [10, 80])
  }

  @Test func theChartNamesEveryUnitAndRank() throws {
    let chart = try #require(
      TimelineChart.svg(Timeline([entry(.started, 0, 1, ranks: [0, 3]), entry(.finished, 0, 5)])))
    #expect(chart.contains("a fold 0, ce, seed 1 by ranks 0, 3 on h, 4.0 s, finished"))
    #expect(chart.contains("class=\"chart wide\"") && chart.contains(">a 0, ce<"))
    #expect(chart.contains(">rank 3<") && chart.contains("role=\"img\""))
  }
}
