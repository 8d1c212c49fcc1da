import Core
import Foundation
import Testing

@testable import Coordinator

/// The report of a sweep with arms: `recipe` is right more often than `paper` by construction.
@Suite struct ArmReportTests {
  private let configuration: SweepConfiguration
  private let report: ComparisonReport

  init() throws {
    var configuration = ReportFixture.configuration(
      variants: [.ce, .full], methods: ["menet", "majority"], seeds: [1, 2], datasets: 2)
    configuration.arms = try ReportFixture.arms()
    self.configuration = configuration
    report = ReportFixture.report(configuration, ReportFixture.outcomes(configuration))
  }

  private let names = ["ce · paper", "ce · recipe", "full · paper", "full · recipe", "majority · paper"]

  @Test func everyVariantHasARowForEachArm() {
    #expect(report.datasets[0].variants.map(\.name) == names + ["majority · recipe"])
    #expect(report.units.count == 2 * 6 * 10 && report.holes.isEmpty && report.compared == 6)
    for (dataset, variant) in report.principals {
      let others = dataset.variants.filter { $0.arm == variant?.arm }.compactMap(\.metrics?.accuracy)
      #expect(others.count == 3 && others.max() == variant?.metrics?.accuracy)
    }
    for dataset in report.datasets {
      for arm in ["paper", "recipe"] { #expect(dataset.network(of: arm)?.isFull == true) }
    }
  }

  @Test func eachArmIsTestedAgainstTheReferenceWithTheSameMethod() throws {
    let comparisons = report.datasets[1].armComparisons
    #expect(comparisons.map(\.recogniser.name) == ["ce · recipe", "full · recipe", "majority · recipe"])
    #expect(comparisons.map(\.reference.name) == ["ce · paper", "full · paper", "majority · paper"])
    #expect(comparisons.allSatisfy { $0.isBetter == true })
    // Holm over these three: the smallest of three p values is multiplied by 3.
    let least = try #require(comparisons.map(\.test.pValue).min())
    #expect(comparisons.contains { $0.test.pValue == least && $0.correctedP == min(1, 3 * least) })
    let differences = report.datasets[1].armDifferences
    #expect(differences.map(\.to.name) == ["ce · recipe", "ce · recipe", "full · recipe", "full · recipe"])
    #expect(
      differences.map(\.figure) == [.identityProbe, .identityProbeNonlinear, .identityProbe, .identityProbeNonlinear])
  }

  @Test func variantsAndMethodsAreComparedWithinTheirArm() {
    let dataset = report.datasets[0]
    #expect(dataset.comparisons.map(\.recogniser.name) == ["ce · paper", "ce · recipe"])
    #expect(dataset.comparisons.map(\.reference.name) == ["full · paper", "full · recipe"])
    #expect(dataset.methodComparisons.allSatisfy { $0.reference == Recogniser(.full, arm: $0.recogniser.arm) })
    let rows = MethodComparison(dataset).rows
    #expect(rows.suffix(2).map(\.title) == ["MENet + IDNet + MINE · paper", "MENet + IDNet + MINE · recipe"])
    #expect(rows.suffix(2).allSatisfy { $0.report != nil && $0.comparison == nil })
  }

  /// An arm alone is the report of a sweep without arms that has its results.
  @Test func anArmHasTheFiguresOfASweepOfItsOwn() {
    var alone = configuration
    alone.arms = nil
    let outcomes = ReportFixture.outcomes(configuration).compactMap { outcome -> UnitOutcome? in
      guard case .finished(var result) = outcome, result.arm == "recipe" else { return nil }
      result.arm = nil
      return .finished(result)
    }
    let own = ReportFixture.report(alone, outcomes)
    for (one, all) in zip(own.datasets, report.datasets) {
      let recipe = all.variants.filter { $0.arm == "recipe" }
      #expect(one.variants.map(\.variant) == recipe.map(\.variant))
      #expect(one.variants.map(\.metrics) == recipe.map(\.metrics))
      #expect(one.variants.map(\.intervals) == recipe.map(\.intervals))
      #expect(one.comparisons.map(\.test) == all.comparisons.filter { $0.recogniser.arm == "recipe" }.map(\.test))
    }
  }

  @Test func everyFormatNamesTheArmsAndTheirSettings() throws {
    let markdown = ReportMarkdown.text(report)
    #expect(markdown.contains("## Arms: settings compared"))
    #expect(markdown.contains("| recipe | training.motionEpochs 4"))
    #expect(markdown.contains("| paper  | the file's own settings"))
    #expect(markdown.contains("Arm *recipe* is better than arm *paper* on **2** of 2 datasets and worse on 0,"))
    #expect(markdown.contains("★▲"), "the best arm is marked, and that it is better")
    #expect(markdown.contains("Arm recipe: training.motionEpochs 4"))
    let tex = ReportTeX.text(report)
    #expect(tex.contains("\\label{tab:arms}") && tex.contains("\\emph{Measured here, arm recipe}"))
    #expect(tex.contains("$\\star$"))
    #expect(!tex.contains("?"), "every sign has its TeX")
    let page = ReportPage.text(report)
    #expect(page.contains("<section id=\"arms\"") && page.contains("full · recipe"))
    #expect(page.contains("<b>2</b> arms"))
    for line in report.summaryLines.prefix(5).enumerated() {
      #expect(line.element.hasPrefix("synth-sdu \(names[line.offset]): accuracy"))
    }
  }

  @Test func theFilesForProgramsHaveAColumnOfArms() throws {
    let results = ReportCSV.results(report).components(separatedBy: "\r\n")
    #expect(results[0].hasPrefix("dataset,variant,arm,seed,fold,clips,"))
    #expect(
      results[1].hasPrefix("synth-sdu,ce,paper,1,0,")
        && results.contains { $0.hasPrefix("synth-mmew,full,recipe,2,4,") })
    #expect(ReportCSV.predictions(report).hasPrefix("dataset,variant,arm,seed,fold,clip,"))
    let json = try JSONSerialization.jsonObject(with: Data(ReportJSON.text(report).utf8))
    let record = try #require(json as? [String: Any])
    let arms = try #require(record["arms"] as? [[String: Any]])
    #expect(arms.map { $0["name"] as? String } == ["paper", "recipe"])
    #expect(arms.map { $0["isReference"] as? Bool } == [true, false])
    #expect((arms[1]["settings"] as? [String: Any])?["training.motionEpochs"] as? Int == 4)
    let dataset = try #require((record["datasets"] as? [[String: Any]])?.first)
    let variants = try #require(dataset["variants"] as? [[String: Any]])
    #expect(variants.map { $0["arm"] as? String } == ["paper", "recipe", "paper", "recipe", "paper", "recipe"])
    let tests = try #require(dataset["arms"] as? [[String: Any]])
    #expect(tests.map { $0["against"] as? String } == ["ce · paper", "full · paper", "majority · paper"])
    #expect(tests.allSatisfy { $0["onlyReferenceRight"] is Int && $0["onlyFullRight"] == nil })
  }

  @Test func aUnitThatIsMissingIsNamedWithItsArm() throws {
    let lost = WorkUnit(dataset: "synth-sdu", fold: 3, variant: .full, arm: "recipe", seed: 2)
    let outcomes = ReportFixture.outcomes(configuration).filter { $0.unit != lost }
    let report = ReportFixture.report(configuration, outcomes)
    #expect(report.holes.map(\.unit) == [lost])
    #expect(report.waiting.map { $0.text(withSeed: true) } == ["synth-sdu, full · recipe, seed 2: fold 3"])
    #expect(ReportJSON.text(report).contains("\"arm\": \"recipe\""))
  }

  @Test func withoutArmsNothingNamesThem() throws {
    var alone = configuration
    alone.arms = nil
    let report = ReportFixture.report(alone, ReportFixture.outcomes(alone))
    #expect(report.datasets.allSatisfy { $0.armComparisons.isEmpty && $0.armDifferences.isEmpty })
    for text in [
      ReportMarkdown.text(report), ReportTeX.text(report), ReportJSON.text(report), ReportCSV.results(report),
    ] {
      #expect(!text.lowercased().contains("\"arm") && !text.contains(" arm") && !text.contains(",arm,"))
    }
    #expect(!ReportPage.text(report).contains("id=\"arms\""))
  }
}
