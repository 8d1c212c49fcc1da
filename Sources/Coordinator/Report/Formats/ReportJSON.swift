import Core

/// report.json: the science of a sweep and nothing of how it was run (no times, ranks, paths or dates), so that the
/// bytes are the same for any number of ranks.
enum ReportJSON {
  /// Raised when a reader of the older form would misread the newer one.
  static let formatVersion = 1

  static func text(_ report: ComparisonReport) -> String {
    var record: [String: JSONNode] = [
      "formatVersion": .integer(formatVersion),
      "programVersion": .string(report.programVersion),
      "name": .string(report.name),
      "configurationDigest": .string(report.configurationDigest),
      "protocol": .record([
        "folds": .string(report.configuration.folds.by.rawValue),
        "subjectsOverlap": .bool(report.subjectsOverlap),
        "selection": .string(report.selections.map(\.rawValue).joined(separator: ", ")),
        "seeds": .list(report.seeds.map(JSONNode.seed)),
      ]),
      "datasets": .list(report.datasets.map { dataset($0, of: report) }),
      "failedUnits": .list(report.holes.map(hole)),
      "reference": .string(report.configuration.referenceVariant.rawValue),
    ]
    if !report.arms.isEmpty { record["arms"] = .list(report.arms.map { arm($0, report.configuration) }) }
    if !report.pretraining.isEmpty { record["pretraining"] = .list(report.pretraining.map(pretraining)) }
    if !report.finals.isEmpty { record["finalModels"] = .list(report.finals.map(final)) }
    return JSONNode.record(record).canonicalText() + "\n"
  }

  /// The held-out people of a network that was trained before the folds.
  private static func pretraining(_ report: PretrainingReport) -> JSONNode {
    var record: [String: JSONNode] = [
      "dataset": .string(report.unit.unit.dataset), "seed": .seed(report.unit.unit.seed),
      "status": .string(report.unit.status), "epochs": .integer(report.epochs),
      "clips": report.clips.map(JSONNode.integer) ?? .null,
      "subjects": report.split.map { .integer($0.subjects) } ?? .null,
    ]
    record["arm"] = report.unit.unit.arm.map(JSONNode.string)
    let variant = report.unit.unit.variant
    if variant != .pretraining { record["variant"] = .string(variant.rawValue) }
    if let result = report.unit.result, let matrix = report.unit.matrix {
      record["heldOutClips"] = .integer(matrix.total)
      record["heldOutAccuracy"] = .figure(matrix.accuracy)
      record["weightsDigest"] = .string(result.weightsDigest)
    } else {
      record["reason"] = .string(report.unit.reason)
    }
    return .record(record)
  }

  /// An arm, and the settings in which it differs from the sweep file's own sections.
  private static func arm(_ name: String, _ configuration: SweepConfiguration) -> JSONNode {
    let settings = configuration.overrides(of: name).map { ($0.key, $0.value) }
    return .record([
      "name": .string(name), "isReference": .bool(name == configuration.referenceArm),
      "settings": .record(Dictionary(uniqueKeysWithValues: settings)),
    ])
  }

  private static func dataset(_ dataset: DatasetReport, of report: ComparisonReport) -> JSONNode {
    var record: [String: JSONNode] = [
      "name": .string(dataset.name),
      "classes": .list(dataset.classes.map(JSONNode.string)),
      "clips": .integer(dataset.clips),
      "subjects": dataset.subjects.map(JSONNode.integer) ?? .null,
      "splitDigest": dataset.splitDigest.map(JSONNode.string) ?? .null,
      "synthetic": .bool(dataset.isSynthetic),
      "variants": .list(dataset.variants.map(variant)),
      "ablation": .list(dataset.comparisons.map(comparison)),
      "methods": .list(dataset.methodComparisons.map(comparison)),
      "againstReference": .list(dataset.tests.map(comparison)),
      "best": dataset.best.map(best) ?? .null,
      "differences": .list(dataset.differences.map(difference)),
      "published": published(dataset),
    ]
    if dataset.variants.contains(where: { $0.arm != nil }) {
      record["arms"] = .list(dataset.armComparisons.map(comparison))
      record["armDifferences"] = .list(dataset.armDifferences.map(difference))
    }
    addParts(dataset, of: report, to: &record)
    return .record(record)
  }

  /// Which method is best by accuracy, and how sure that is.
  private static func best(_ best: BestMethod) -> JSONNode {
    var record: [String: JSONNode] = [
      "among": .integer(best.among), "equals": .list(best.equals.map { .string($0.name) }),
      "accuracy": .figure(best.report.metrics?.accuracy), "shareOfDraws": .figure(best.share),
      "chosenOn": .string("test clips"), "rival": .null,
    ]
    if let rival = best.rival {
      record["rival"] = named(
        rival.recogniser,
        [
          "isReference": .bool(rival.isReference), "difference": .figure(rival.difference),
          "pHolm": .figure(rival.pValue),
        ])
    }
    return named(best.report.recogniser, record)
  }

  private static func variant(_ variant: VariantReport) -> JSONNode {
    named(
      variant.recogniser,
      repeatability(variant.repeatability).merging([
        "finishedUnits": .integer(variant.finished),
        "units": .integer(variant.units.count),
        "confusion": matrix(variant.matrix),
        "metrics": variant.metrics.map { .record(metrics($0)) } ?? .null,
        "intervals": intervals(variant.intervals),
        "overFolds": spreads(variant.overFolds, withInterval: false),
        "decoupling": decoupling(variant.decoupling),
        "overSeeds": variant.seeds.count > 1 ? spreads(variant.overSeeds, withInterval: true) : .null,
        "seeds": .list(
          variant.seeds.map {
            .record([
              "seed": .seed($0.seed), "finishedFolds": .integer($0.finishedFolds), "confusion": matrix($0.matrix),
              "metrics": .record(metrics($0.metrics)),
            ])
          }),
        "folds": .list(variant.units.map(unit)),
      ]) { own, _ in own })
  }

  /// Of a program, whether it gave the same answer to the same file, null where that is not known; empty for others.
  private static func repeatability(_ repeatability: Repeatability?) -> [String: JSONNode] {
    switch repeatability {
    case nil: [:]
    case .holds: ["repeatable": .bool(true)]
    case .broken(let difference):
      ["repeatable": .bool(false), "repeatDifference": .figure(Double(difference))]
    case .unknown: ["repeatable": .null]
    }
  }

  private static func unit(_ unit: UnitReport) -> JSONNode {
    var members: [String: JSONNode] = [
      "fold": .integer(unit.unit.fold), "seed": .seed(unit.unit.seed), "status": .string(unit.status),
    ]
    if let result = unit.result, let confusion = unit.matrix {
      members["clips"] = .integer(confusion.total)
      members["confusion"] = matrix(confusion)
      members["metrics"] = .record(metrics(Metrics(matrix: confusion, results: [result])))
      members["steps"] = .integer(result.steps)
      members["weightsDigest"] = .string(result.weightsDigest)
    } else {
      members["reason"] = .string(unit.reason)
    }
    return .record(members)
  }

  private static func hole(_ unit: UnitReport) -> JSONNode {
    named(
      unit.unit.recogniser,
      [
        "dataset": .string(unit.unit.dataset), "seed": .seed(unit.unit.seed),
        "fold": unit.unit.isFinal ? .null : .integer(unit.unit.fold), "status": .string(unit.status),
        "reason": .string(unit.reason),
      ])
  }

  private static func metrics(_ metrics: Metrics) -> [String: JSONNode] {
    members(Figure.all.filter { !$0.isNew || metrics[$0] != nil }) { .figure(metrics[$0]) }
  }

  static func members(_ figures: [Figure], _ node: (Figure) -> JSONNode) -> [String: JSONNode] {
    Dictionary(uniqueKeysWithValues: figures.map { ($0.key, node($0)) })
  }

  /// 95 %, by drawing subjects with replacement.
  static func intervals(_ intervals: MetricIntervals?) -> JSONNode {
    guard let intervals else { return .null }
    var record = members(Figure.main) { figure in
      intervals[figure].map { .list([.figure($0.lowerBound), .figure($0.upperBound)]) } ?? .null
    }
    record["level"] = .figure(0.95)
    record["method"] = .string("percentile bootstrap over subjects, \(MetricIntervals.resamples) resamples")
    return .record(record)
  }

  private static func spreads(_ spreads: MetricSpreads?, withInterval: Bool) -> JSONNode {
    guard let spreads else { return .null }
    return .record(
      members(Figure.main) { figure in spreads[figure].map { spread($0, withInterval: withInterval) } ?? .null })
  }

  private static func spread(_ spread: Spread, withInterval: Bool) -> JSONNode {
    var members: [String: JSONNode] = [
      "count": .integer(spread.count), "mean": .figure(spread.mean),
      "standardDeviation": .figure(spread.standardDeviation),
    ]
    if withInterval {
      members["interval95"] =
        spread.halfWidth95.map { .list([.figure(spread.mean - $0), .figure(spread.mean + $0)]) } ?? .null
    }
    return .record(members)
  }

  private static func decoupling(_ decoupling: Decoupling) -> JSONNode {
    var record = Dictionary(
      uniqueKeysWithValues: DecouplingFigure.all.filter { !$0.isNew || decoupling[$0] != nil }.map { figure in
        (figure.key, decoupling[figure].map { spread($0, withInterval: true) } ?? .null)
      })
    record["epochs"] = .list(
      decoupling.epochs.map {
        .record([
          "stage": .integer($0.stage.rawValue), "epoch": .integer($0.epoch),
          "mutualInformation": .figure($0.climbed), "heldOutInformation": .figure($0.heldOut),
        ])
      })
    return .record(record)
  }

  private static func difference(_ difference: PairedDifference) -> JSONNode {
    .record([
      "figure": .string(difference.figure == .information ? "information" : difference.figure.key),
      "from": .string(difference.from.name),
      "to": .string(difference.to.name), "difference": spread(difference.difference, withInterval: true),
    ])
  }

  private static func comparison(_ comparison: VariantComparison) -> JSONNode {
    var record: [String: JSONNode] = [
      "against": .string(comparison.reference.name),
      "test": .string("McNemar, exact, two-sided"),
      "onlyVariantRight": .integer(comparison.test.onlyFirst),
      "p": .figure(comparison.test.pValue),
      "pHolm": .figure(comparison.correctedP),
    ]
    let isAgainstFull = comparison.reference == Recogniser(.full, arm: comparison.recogniser.arm)
    record[isAgainstFull ? "onlyFullRight" : "onlyReferenceRight"] = .integer(comparison.test.onlySecond)
    return named(comparison.recogniser, record)
  }

  /// The variant's name, and the arm's in a sweep with arms, with other members.
  static func named(_ recogniser: Recogniser, _ members: [String: JSONNode]) -> JSONNode {
    var record = members
    record["variant"] = .string(recogniser.variant.rawValue)
    record["arm"] = recogniser.arm.map(JSONNode.string)
    return .record(record)
  }

  private static func published(_ dataset: DatasetReport) -> JSONNode {
    guard let match = dataset.published else { return .null }
    func entry(_ name: String, _ accuracy: Double, _ source: String) -> JSONNode {
      .record([
        "method": .string(name), "accuracyPercent": .figure(accuracy), "sameData": .bool(match.sameData),
        "sameClasses": .bool(match.sameClasses), "source": .string(source),
      ])
    }
    let figures = PublishedFigures.figures(match.column).map {
      entry($0.method, $0.accuracy, PublishedFigures.source)
    }
    let ablation = Ablation.allCases.map {
      entry($0.rawValue, PublishedFigures.ablation($0), PublishedFigures.ablationSource)
    }
    return .record([
      "dataset": .string(match.column.title), "sameData": .bool(match.sameData),
      "sameClasses": .bool(match.sameClasses), "sameFolds": .bool(match.sameFolds),
      "differences": .list(match.differences.map(JSONNode.string)),
      "note": match.caution.map { .string("another's data: \($0)") } ?? .null,
      "figures": .list(figures),
      "ablation": .list(match.column == .sdu ? ablation : []),
    ])
  }

  static func matrix(_ matrix: ConfusionMatrix) -> JSONNode {
    .list(matrix.counts.map { .list($0.map(JSONNode.integer)) })
  }
}
