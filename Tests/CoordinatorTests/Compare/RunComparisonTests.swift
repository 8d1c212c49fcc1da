import Core
import Foundation
import Testing

@testable import Coordinator

@Suite struct RunComparisonTests {
  private func run(
    _ name: String, _ right: KeyValuePairs<String, String>, clips: [Int] = [10], datasets: [String] = ["d"],
    seeds: [UInt64] = [1]
  ) -> ComparedRun { RunFixture.run(name, right, clips: clips, datasets: datasets, seeds: seeds) }

  private func said(_ comparison: RunComparison) -> String {
    comparison.answer.flatMap { $0.spans.map(\.text) }.joined()
  }

  /// p values come from logarithms, so their last bits differ.
  private func expect(_ found: [Double?], _ wanted: [Double], at location: SourceLocation = #_sourceLocation) {
    let isNear = found.count == wanted.count && zip(found, wanted).allSatisfy { abs(($0 ?? -1) - $1) < 1e-12 }
    #expect(isNear, "\(found), not \(wanted)", sourceLocation: location)
  }

  @Test func theSameMethodsArePairedOnTheSameClipsAndCorrectedTogether() throws {
    let comparison = try RunComparison([
      run("one", ["majority": "1111100000", "full": "0000000000"]),
      run("two", ["majority": "1111100001", "full": "1111110000"]),
    ])
    let pairs = comparison.datasets[0].pairs
    #expect(pairs.map(\.own.name) == ["majority", "full"] && pairs.allSatisfy { $0.isSameMethod && $0.run == 1 })
    // One clip against none: p = 2 / 2, at most 1. Six against none: p = 2 / 2^6; two tests: twice that.
    expect(pairs.map { $0.test?.test.pValue }, [1, 0.03125])
    expect(pairs.map { $0.test?.correctedP }, [1, 0.0625])
    #expect(pairs[1].test?.test.onlyFirst == 6 && pairs[1].test?.test.onlySecond == 0)
    #expect(abs((pairs[1].difference ?? 0) - 0.6) < 1e-15 && pairs[1].units == 1 && pairs[1].clips == 10)
    // With ten persons of a clip each, nothing but draws of the four wrong clips alone gives a difference of 0.
    let interval = try #require(pairs[1].interval)
    #expect((0.2...0.4).contains(interval.lowerBound) && (0.8...1).contains(interval.upperBound))
  }

  @Test func allRunsAreCorrectedTogetherAndTestedAgainstTheFirst() throws {
    let comparison = try RunComparison([
      run("one", ["full": "0000000000"]), run("two", ["full": "1111110000"]), run("three", ["full": "1111111000"]),
    ])
    // 2 / 2^6 and 2 / 2^7: by Holm the smaller is doubled, the larger stays.
    expect(comparison.pairs.map { $0.test?.correctedP }, [0.03125, 0.03125])
    #expect(comparison.pairs.map(\.run) == [1, 2])
    let answer = said(comparison)
    #expect(answer.contains("two against one, with the same method: better in 1 of 1 test (full on d), worse in 0"))
  }

  @Test func aFoldThatOnlyOneRunHasCountsInNeither() throws {
    let comparison = try RunComparison([
      run("one", ["full": "1100|1111"], clips: [4, 4]), run("two", ["full": "1110|"], clips: [4, 4]),
    ])
    let pair = comparison.pairs[0]
    #expect(pair.units == 1 && pair.clips == 4 && pair.onlyReference == 1 && pair.onlyOwn == 0)
    // 3 of 4 less 2 of 4, and not less 6 of 8.
    #expect(pair.difference == 0.25 && pair.reference.metrics?.accuracy == 0.5)
    let reverse = try RunComparison(comparison.runs.reversed()).pairs[0]
    #expect(reverse.units == 1 && reverse.onlyOwn == 1 && reverse.difference == -0.25)
    let page = ComparePage.text(comparison)
    #expect(page.contains("This run is unfinished: 1 of 2 units has not finished yet."))
    #expect(page.contains("1 only in one") && comparison.checks.contains { $0.verdict == .broken })
  }

  /// Units are found by their fold and seed, not by their place.
  @Test func onlySharedSeedsAreCompared() throws {
    let comparison = try RunComparison([
      run("one", ["full": "1100"], clips: [4], seeds: [1, 2, 3]),
      run("two", ["full": "1110"], clips: [4], seeds: [1, 3]),
    ])
    let pair = comparison.pairs[0]
    #expect(pair.own.units.map(\.unit.seed) == [1, 3] && pair.reference.units.map(\.unit.seed) == [1, 3])
    #expect(pair.onlyReference == 1 && pair.clips == 4 && comparison.unfinished.isEmpty)
  }

  @Test func aMethodThatTheReferenceLacksIsTestedAgainstItsReference() throws {
    let comparison = try RunComparison([
      run("one", ["fdm": "1010101010", "full": "0000000000"]), run("two", ["mdmo": "1111111110"]),
    ])
    let pair = comparison.pairs[0]
    #expect(pair.own.name == "mdmo" && pair.reference.name == "full" && !pair.isSameMethod)
    #expect(pair.test?.test.onlyFirst == 9 && pair.decoupling.isEmpty)
    #expect(comparison.untested.map(\.name) == ["fdm"])
    let answer = said(comparison)
    #expect(answer.contains("two against full of one, which lacks mdmo: better in 1 of 1 test (mdmo on d)"))
  }

  @Test func armsAreComparedWithTheArmOfTheirNameElseWithTheReferenceArm() throws {
    let arms = try #require(try ReportFixture.arms())
    let plain = RunFixture.run("plain", ["full": "1100000000"])
    let armed = RunFixture.run("armed", ["full": "1100000000"], arms: arms)
    let both = try RunComparison([armed, RunFixture.run("again", ["full": "1100000001"], arms: arms)])
    #expect(both.pairs.map(\.own.arm) == ["paper", "recipe"])
    #expect(both.pairs.map(\.reference.arm) == ["paper", "recipe"])
    #expect(try RunComparison([plain, armed]).pairs.map(\.reference.arm) == [nil, nil])
    #expect(try RunComparison([armed, plain]).pairs.map(\.reference.arm) == ["paper"])
    // Their settings are compared arm by arm.
    let mixed = try RunComparison([plain, armed])
    #expect(mixed.arms.map(\.title) == ["plain", "armed · paper", "armed · recipe"])
    #expect(mixed.settings.map(\.path) == ["training.motionEpochs"])
    #expect(mixed.settings[0].values == ["300", "300", "4"])
  }

  @Test func datasetsThatOnlySomeRunsHaveAreListedAndNotTested() throws {
    let comparison = try RunComparison([
      run("one", ["full": "1111"], clips: [4], datasets: ["d", "e"]),
      run("two", ["full": "0000"], clips: [4], datasets: ["f", "d"]),
    ])
    #expect(comparison.datasets.map(\.name) == ["d"])
    #expect(comparison.leftOut.map(\.name) == ["e", "f"] && comparison.leftOut.map(\.runs) == [["one"], ["two"]])
    let row = ["<th scope=\"row\">f</th>", "<td class=\"left\">dataset</td>", "<td class=\"left\">two</td>"]
    #expect(ComparePage.text(comparison).contains(row.joined()))
    let fault = #expect(throws: Fault.self) {
      try RunComparison([run("one", ["full": "1"], datasets: ["d"]), run("two", ["full": "1"], datasets: ["e"])])
    }
    #expect(fault?.problem == "no dataset is in all runs: one has d; two has e")
  }

  @Test func runsWithoutACommonUnitAreRefused() {
    let fault = #expect(throws: Fault.self) {
      try RunComparison([
        run("one", ["full": "1111|"], clips: [4, 4]), run("two", ["full": "|1111"], clips: [4, 4]),
      ])
    }
    #expect(fault?.description.hasPrefix("runs/two: no fold and seed has finished both here and in runs/one") == true)
  }

  @Test func otherSplitsAreRefusedForEachDataset() {
    let faults = #expect(throws: Faults.self) {
      try RunComparison([
        run("one", ["full": "1111|1111"], clips: [4, 4], datasets: ["d", "e"]),
        run("two", ["full": "1111|1111|1111"], clips: [4, 4, 4], datasets: ["d", "e"]),
      ])
    }
    #expect(faults?.faults.map(\.location) == ["runs/two/folds.json", "runs/two/folds.json"])
    let text = faults?.description ?? ""
    #expect(
      text.contains("e is split otherwise than in runs/one: 3 folds, there 2; 12 clips, there 8, 8 of them in both"))
  }

  @Test func versionsFramesAndBitsAreSaid() throws {
    let one = RunFixture.run("one", ["full": "1100"], clips: [4])
    var two = RunFixture.run("two", ["full": "1100"], clips: [4], version: "2.0")
    func checks(_ runs: [ComparedRun]) throws -> String {
      try RunComparison(runs).checks.map { $0.sign + $0.text.spans.map(\.text).joined() }.joined(separator: "\n")
    }
    #expect(try checks([one, two]).contains("!Different versions. one 1.0; two 2.0."))
    #expect(try checks([one, two]).contains("✓Same bits. No setting differs, and the weights and predictions of 1"))
    two = RunFixture.run("two", ["full": "1101"], clips: [4])
    #expect(try checks([one, two]).contains("!Other bits. No setting differs, but the weights and predictions of"))
    #expect(try checks([one, two]).contains("✓One version."))
    two.folds.datasets[0].contentDigest = "others"
    #expect(try checks([one, two]).contains("!Other frames."))
    #expect(try checks([one, two]).contains("than in one: two (d)."))
  }

  @Test func aRunIsCalledByTheEndOfItsPathThatNoOtherHas() {
    #expect(ComparedRun.names(of: ["/runs/a", "/runs/b"]) == ["a", "b"])
    #expect(ComparedRun.names(of: ["/x/runs/a", "/y/runs/a", "/y/b"]) == ["x/runs/a", "y/runs/a", "y/b"])
  }

  @Test func theReferenceStandsFirst() throws {
    var options = CompareOptions(runs: ["a", "b", "c"])
    #expect(try options.inOrder() == ["a", "b", "c"])
    options.reference = "./c/"
    #expect(try options.inOrder() == ["c", "a", "b"])
    options.reference = "d"
    #expect(throws: Fault.self) { try options.inOrder() }
  }
}
