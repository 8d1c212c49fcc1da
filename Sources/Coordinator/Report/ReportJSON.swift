import Core

/// report.json: the science of a sweep and nothing of how it was run (no times, ranks, paths or dates), so that the
/// bytes are the same for any number of ranks.
enum ReportJSON {
  /// Raised when a reader of the older form would misread the newer one.
  static let formatVersion = 1

  static func text(_ report: ComparisonReport) -> String {
    JSONText.record([
      "formatVersion": .integer(formatVersion),
      "programVersion": .text(report.programVersion),
      "name": .text(report.name),
      "configurationDigest": .text(report.configurationDigest),
      "protocol": .record([
        "folds": .text(report.splitRule.rawValue),
        "subjectsOverlap": .truth(report.subjectsOverlap),
        "selection": .text(report.selection.rawValue),
        "seeds": .list(report.seeds.map(JSONText.seed)),
      ]),
      "datasets": .list(report.datasets.map(dataset)),
      "failedUnits": .list(report.holes.map(hole)),
    ]).rendered
  }

  private static func dataset(_ dataset: DatasetReport) -> JSONText {
    .record([
      "name": .text(dataset.name),
      "classes": .list(dataset.classes.map(JSONText.text)),
      "clips": .integer(dataset.clips),
      "subjects": dataset.subjects.map(JSONText.integer) ?? .null,
      "splitDigest": dataset.splitDigest.map(JSONText.text) ?? .null,
      "synthetic": .truth(dataset.isSynthetic),
      "variants": .list(dataset.variants.map(variant)),
      "ablation": .list(dataset.comparisons.map(comparison)),
      "differences": .list(dataset.differences.map(difference)),
      "published": published(dataset),
    ])
  }

  private static func variant(_ variant: VariantReport) -> JSONText {
    .record([
      "variant": .text(variant.variant.rawValue),
      "finishedUnits": .integer(variant.finished),
      "units": .integer(variant.units.count),
      "confusion": matrix(variant.matrix),
      "metrics": variant.metrics.map { .record(metrics($0)) } ?? .null,
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
    ])
  }

  private static func unit(_ unit: UnitReport) -> JSONText {
    var members: [String: JSONText] = [
      "fold": .integer(unit.unit.fold), "seed": .seed(unit.unit.seed), "status": .text(unit.status),
    ]
    if let result = unit.result, let confusion = unit.matrix {
      members["clips"] = .integer(confusion.total)
      members["confusion"] = matrix(confusion)
      members["metrics"] = .record(metrics(Metrics(matrix: confusion, results: [result])))
      members["steps"] = .integer(result.steps)
      members["weightsDigest"] = .text(result.weightsDigest)
    } else {
      members["reason"] = .text(unit.reason)
    }
    return .record(members)
  }

  private static func hole(_ unit: UnitReport) -> JSONText {
    .record([
      "dataset": .text(unit.unit.dataset), "variant": .text(unit.unit.variant.rawValue),
      "seed": .seed(unit.unit.seed), "fold": .integer(unit.unit.fold), "status": .text(unit.status),
      "reason": .text(unit.reason),
    ])
  }

  private static func metrics(_ metrics: Metrics) -> [String: JSONText] {
    [
      "accuracy": .number(metrics.accuracy),
      "uf1": .number(metrics.unweightedF1),
      "uar": .number(metrics.unweightedAverageRecall),
      "leakyAccuracy": .number(metrics.leakyAccuracy),
      "majorityAccuracy": .number(metrics.majorityAccuracy),
      "identityProbe": .optional(metrics.identityProbe),
      "identityProbeOfIdentity": .optional(metrics.identityProbeOfIdentity),
      "identityChance": .optional(metrics.identityChance),
    ]
  }

  private static func spreads(_ spreads: MetricSpreads?, withInterval: Bool) -> JSONText {
    guard let spreads else { return .null }
    return .record([
      "accuracy": spread(spreads.accuracy, withInterval: withInterval),
      "uf1": spread(spreads.unweightedF1, withInterval: withInterval),
      "uar": spread(spreads.unweightedAverageRecall, withInterval: withInterval),
    ])
  }

  private static func spread(_ spread: Spread, withInterval: Bool) -> JSONText {
    var members: [String: JSONText] = [
      "count": .integer(spread.count), "mean": .number(spread.mean),
      "standardDeviation": .optional(spread.standardDeviation),
    ]
    if withInterval {
      members["interval95"] =
        spread.halfWidth95.map { .list([.number(spread.mean - $0), .number(spread.mean + $0)]) } ?? .null
    }
    return .record(members)
  }

  private static func decoupling(_ decoupling: Decoupling) -> JSONText {
    func optional(_ spread: Spread?) -> JSONText { spread.map { self.spread($0, withInterval: true) } ?? .null }
    return .record([
      "identityProbe": optional(decoupling.probe), "identityProbeOfIdentity": optional(decoupling.probeOfIdentity),
      "identityChance": optional(decoupling.chance), "attentionProduct": optional(decoupling.attentionProduct),
      "attentionOverlap": optional(decoupling.attentionOverlap), "heldOutInformation": optional(decoupling.information),
      "epochs": .list(
        decoupling.epochs.map {
          .record([
            "stage": .integer($0.stage.rawValue), "epoch": .integer($0.epoch),
            "mutualInformation": .number($0.climbed), "heldOutInformation": .number($0.heldOut),
          ])
        }),
    ])
  }

  private static func difference(_ difference: PairedDifference) -> JSONText {
    .record([
      "figure": .text(difference.figure.rawValue), "from": .text(difference.from.rawValue),
      "to": .text(difference.to.rawValue), "difference": spread(difference.difference, withInterval: true),
    ])
  }

  private static func comparison(_ comparison: VariantComparison) -> JSONText {
    .record([
      "variant": .text(comparison.variant.rawValue),
      "against": .text(Variant.full.rawValue),
      "test": .text("McNemar, exact, two-sided"),
      "onlyVariantRight": .integer(comparison.test.onlyFirst),
      "onlyFullRight": .integer(comparison.test.onlySecond),
      "p": .number(comparison.test.pValue),
      "pHolm": .number(comparison.correctedP),
    ])
  }

  private static func published(_ dataset: DatasetReport) -> JSONText {
    guard let match = dataset.published else { return .null }
    func figure(_ name: String, _ accuracy: Double, _ source: String) -> JSONText {
      .record([
        "method": .text(name), "accuracyPercent": .number(accuracy), "sameData": .truth(match.sameData),
        "sameClasses": .truth(match.sameClasses), "source": .text(source),
      ])
    }
    let figures = PublishedFigures.figures(match.column).map {
      figure($0.method, $0.accuracy, PublishedFigures.source)
    }
    let ablation = Variant.allCases.map {
      figure($0.rawValue, PublishedFigures.ablation($0), PublishedFigures.ablationSource)
    }
    return .record([
      "dataset": .text(match.column.title), "sameData": .truth(match.sameData),
      "sameClasses": .truth(match.sameClasses),
      "note": match.caution.map { .text("another's data: \($0)") } ?? .null,
      "figures": .list(figures),
      "ablation": .list(match.column == .sdu ? ablation : []),
    ])
  }

  private static func matrix(_ matrix: ConfusionMatrix) -> JSONText {
    .list(matrix.counts.map { .list($0.map(JSONText.integer)) })
  }
}
