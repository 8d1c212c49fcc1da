import Core
import Foundation
import Testing

@testable import Coordinator

@Suite struct BestMethodTests {
  /// One dataset of one fold: each method is right on the clips that its text marks with `1`; a subject per clip.
  private func dataset(_ right: KeyValuePairs<String, String>, reference: Variant? = nil) -> DatasetReport {
    var configuration = SweepConfiguration()
    configuration.folds.count = 1
    configuration.reference = reference
    configuration.methods = right.map(\.key).filter { Ablation(rawValue: $0) == nil }
    configuration.variants = right.map(\.key).compactMap(Ablation.init)
    if !configuration.variants.isEmpty { configuration.methods.append("menet") }
    configuration.datasets = [.init(name: "d", source: .store("d"), classes: ClassMap([["a"], ["b"]]))]
    let outcomes = configuration.compared.map { variant -> UnitOutcome in
      let bits = Array(right.first { $0.key == variant.rawValue }?.value ?? "")
      let predictions = bits.enumerated().map { index, bit in
        UnitResult.Prediction(
          clip: "c\(index)", subject: "s\(index)", truth: 0, predicted: bit == "1" ? 0 : 1, probabilities: [1, 0])
      }
      let unit = WorkUnit(dataset: "d", fold: 0, variant: variant, seed: 2022)
      return .finished(ReportFixture.result(unit, ["a", "b"], predictions))
    }
    return ReportFixture.report(configuration, outcomes).datasets[0]
  }

  @Test func theMostAccurateIsTheBestWhateverTheOrder() throws {
    let best = try #require(
      dataset(["lbp-top": "1111111100", "majority": "1100000000", "full": "1110000000"]).best)
    #expect(best.report.variant.rawValue == "lbp-top" && best.among == 3 && best.equals.isEmpty)
    // Five clips only lbp-top has right: p = 2 / 2^5 = 0.0625; two tests by Holm, majority's p is 1: 0.125.
    let rival = try #require(best.rival)
    #expect(rival.recogniser.name == "full" && rival.isReference && !rival.isBeaten)
    #expect(abs(rival.difference - 0.5) < 1e-15 && abs(rival.pValue - 0.125) < 1e-15)
  }

  @Test func theReferenceIsTestedAgainstTheNextBest() throws {
    let best = try #require(
      dataset(["majority": "000000000000", "fdm": "000000000011", "full": "111111111111"]).best)
    let rival = try #require(best.rival)
    #expect(best.report.isFull && rival.recogniser.name == "fdm" && !rival.isReference && rival.isBeaten)
  }

  @Test func ofEqualsTheReferenceIsTakenAndTheOthersAreNamed() throws {
    let best = try #require(dataset(["fdm": "11000", "mdmo": "00011", "full": "11000"]).best)
    #expect(best.report.isFull && best.equals.map(\.name) == ["fdm", "mdmo"] && best.rival?.pValue == 1)
    let other = try #require(
      dataset(["fdm": "11000", "mdmo": "00011", "full": "11000"], reference: Variant(rawValue: "mdmo")).best)
    #expect(other.report.variant.rawValue == "mdmo")
  }

  /// The paired test does not need `full`: the first method, or the one that is asked for, takes its place.
  @Test func anyMethodCanBeTheReference() {
    let set = dataset(["majority": "0000000000", "fdm": "1111100000", "mdmo": "1111111110"])
    #expect(set.reference.rawValue == "majority" && set.tests.map(\.recogniser.name) == ["fdm", "mdmo"])
    #expect(set.methodComparisons.map(\.test) == set.tests.map(\.test))
    let asked = dataset(
      ["majority": "0000000000", "fdm": "1111100000", "mdmo": "1111111110"], reference: Variant(rawValue: "fdm"))
    #expect(asked.tests.map(\.recogniser.name) == ["majority", "mdmo"])
    #expect(asked.tests.allSatisfy { $0.reference == Recogniser(asked.reference) })
    // Four clips only mdmo has right: p = 2 / 2^4.
    #expect(asked.tests[1].test.onlyFirst == 4 && asked.tests[1].test.pValue == 0.125)
  }

  @Test func variantsAreTestedAgainstOneOfTheNetwork() {
    let set = dataset(["fdm": "11111", "ce": "11000", "dao": "11100"], reference: Variant(rawValue: "fdm"))
    #expect(set.ablationReference == .ce && set.comparisons.map(\.variant) == [.dao])
    let full = dataset(["fdm": "11111", "ce": "11000", "full": "11100"], reference: Variant(rawValue: "fdm"))
    #expect(full.ablationReference == .full && full.comparisons.map(\.variant) == [.ce])
    #expect(full.methodComparisons.map(\.variant) == [.ce, .full])
  }

  /// A draw of subjects is a draw of clips here. The right clips of `fdm` are some of those of `mdmo`, so it is never
  /// better.
  @Test func theShareOfDrawsIsOneWhereNoOtherCanWinAndLessWhereOneCan() throws {
    #expect(try #require(dataset(["fdm": "1110000000", "mdmo": "1111100000"]).best).share == 1)
    let share = try #require(dataset(["fdm": "0000000111", "mdmo": "1111000000"]).best?.share)
    // The difference of counts of 3 and of 4 in 10 draws of 10: at least 0 in about 73 % of draws.
    #expect((0.6...0.85).contains(share))
    #expect(dataset(["fdm": "1110", "mdmo": "1111"]).best?.share == nil)
    #expect(dataset(["fdm": "1110000000"]).best?.share == nil)
  }

  @Test func theReportNamesTheBestInEveryFormat() throws {
    let configuration = ReportFixture.configuration(methods: Catalogue.names)
    let report = ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
    let first = ReportPage.text(report).components(separatedBy: "Can it be trusted?")[0]
    for dataset in report.datasets {
      let best = try #require(dataset.best)
      #expect(dataset.variants.allSatisfy { ($0.metrics?.accuracy ?? 0) <= best.report.metrics?.accuracy ?? 0 })
      #expect(first.contains("<b>\(best.report.name)</b>") && first.contains("<h4>\(dataset.name)</h4>"))
    }
    // Every method is in the chart of each dataset, and the paper's stands beside the best.
    for name in configuration.compared.map(\.rawValue) { #expect(first.contains(">\(name)</text>"), "\(name)") }
    #expect(first.contains("Paper&#39;s method") && first.contains("Majority class"))
    #expect(first.contains("chosen on these test clips, so its figures are somewhat too high"))
    #expect(ReportMarkdown.text(report).contains("Which is best"))
    let root = try JSONSerialization.jsonObject(with: Data(ReportJSON.text(report).utf8)) as? [String: Any]
    let dataset = try #require((root?["datasets"] as? [[String: Any]])?.first)
    let best = try #require(dataset["best"] as? [String: Any])
    #expect(best["variant"] as? String == report.datasets[0].best?.report.name)
    #expect(best["among"] as? Int == Catalogue.names.count)
    #expect(root?["reference"] as? String == "full")
    #expect((dataset["againstReference"] as? [[String: Any]])?.count == Catalogue.names.count - 1)
  }

  /// One that lacks a fold has other clips than the others: it cannot be the best, and stands last with its number.
  @Test func aMethodThatLacksAFoldIsNotComparedAndSaysSo() throws {
    let configuration = ReportFixture.configuration(methods: ["menet", "majority"], datasets: 1)
    let outcomes = ReportFixture.outcomes(configuration)
    let whole = try #require(ReportFixture.report(configuration, outcomes).datasets[0].best?.report.recogniser)
    let lost = WorkUnit(dataset: "synth-sdu", fold: 2, variant: whole.variant, seed: 2022)
    let dataset = ReportFixture.report(configuration, outcomes.filter { $0.unit != lost }).datasets[0]
    #expect(dataset.best?.among == 1 && dataset.best?.report.recogniser != whole && dataset.best?.rival == nil)
    let chart = try #require(MethodsChart.svg(dataset))
    let names = chart.components(separatedBy: "<text").filter { $0.contains(">full<") || $0.contains(">majority<") }
    #expect(names.count == 2 && names.last?.contains(">\(whole.name)<") == true && chart.contains(" 4/5</text>"))
  }

  @Test func aSingleMethodIsNotCalledTheBest() {
    let configuration = ReportFixture.configuration(datasets: 2)
    let page = ReportPage.text(ReportFixture.report(configuration, ReportFixture.outcomes(configuration)))
    #expect(!page.contains("Best method") && !page.contains("chosen on these test clips"))
  }
}
