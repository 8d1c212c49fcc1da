import Core

/// compare.json: all figures of a comparison.
enum CompareJSON {
  /// Raised when a reader of the older form would misread the newer one.
  static let formatVersion = 1

  static func text(_ comparison: RunComparison) -> String {
    let record: [String: JSONNode] = [
      "formatVersion": .integer(formatVersion), "programVersion": .string(Program.version),
      "reference": .string(comparison.reference.name),
      "runs": .list(comparison.runs.map(run)),
      "settings": .list(comparison.settings.map { setting($0, comparison.arms.map(\.title)) }),
      "datasets": .list(comparison.datasets.map { dataset($0, comparison) }),
      "leftOut": .list(
        comparison.leftOut.map { .record(["dataset": .string($0.name), "runs": names($0.runs)]) }),
      "untested": names(comparison.untested.map(\.name)),
    ]
    return JSONNode.record(record).canonicalText() + "\n"
  }

  private static func names(_ names: [String]) -> JSONNode { .list(names.map(JSONNode.string)) }

  private static func run(_ run: ComparedRun) -> JSONNode {
    .record([
      "name": .string(run.name), "path": .string(run.path), "versions": names(run.versions),
      "hosts": names(run.hosts), "begun": .figure(run.begun),
      "configurationDigest": .string(run.report.configurationDigest),
      "units": .integer(run.report.units.count),
      "finishedUnits": .integer(run.report.units.count - run.report.holes.count),
      "seeds": .list(run.report.seeds.map(JSONNode.seed)),
    ])
  }

  private static func setting(_ setting: SettingDifference, _ titles: [String]) -> JSONNode {
    let values = zip(titles, setting.values).map { ($0, $1.map(JSONNode.string) ?? .null) }
    return .record([
      "path": .string(setting.path), "values": .record(Dictionary(values) { first, _ in first }),
    ])
  }

  private static func dataset(_ dataset: RunComparison.Dataset, _ comparison: RunComparison) -> JSONNode {
    let split = comparison.reference.split(of: dataset.name)
    return .record([
      "name": .string(dataset.name), "classes": names(dataset.classes),
      "splitDigest": split.map { .string($0.inputDigest) } ?? .null,
      "comparisons": .list(dataset.pairs.map { pair($0, comparison) }),
    ])
  }

  private static func pair(_ pair: RunPair, _ comparison: RunComparison) -> JSONNode {
    let interval = pair.interval.map { JSONNode.list([.figure($0.lowerBound), .figure($0.upperBound)]) }
    return .record([
      "run": .string(comparison.runs[pair.run].name), "variant": .string(pair.own.variant.rawValue),
      "arm": pair.own.arm.map(JSONNode.string) ?? .null,
      "against": .record([
        "run": .string(comparison.reference.name), "variant": .string(pair.reference.variant.rawValue),
        "arm": pair.reference.arm.map(JSONNode.string) ?? .null,
      ]),
      "sameMethod": .bool(pair.isSameMethod), "units": .integer(pair.units), "clips": .integer(pair.clips),
      "unitsOnlyInRun": .integer(pair.onlyOwn), "unitsOnlyInReference": .integer(pair.onlyReference),
      "unitsWithSameBits": .integer(pair.sameBits),
      "metrics": metrics(pair.own.metrics), "referenceMetrics": metrics(pair.reference.metrics),
      "difference": .figure(pair.difference), "interval95": interval ?? .null, "test": test(pair),
      "decoupling": .list(pair.decoupling.map(difference)),
    ])
  }

  private static func test(_ pair: RunPair) -> JSONNode {
    guard let test = pair.test else { return .null }
    return .record([
      "name": .string("McNemar, exact, two-sided"), "onlyRunRight": .integer(test.test.onlyFirst),
      "onlyReferenceRight": .integer(test.test.onlySecond), "p": .figure(test.test.pValue),
      "pHolm": .figure(test.correctedP),
    ])
  }

  private static func metrics(_ metrics: Metrics?) -> JSONNode {
    guard let metrics else { return .null }
    return .record(Dictionary(uniqueKeysWithValues: Figure.main.map { ($0.key, .figure(metrics[$0])) }))
  }

  private static func difference(_ difference: PairedDifference) -> JSONNode {
    let spread = difference.difference
    return .record([
      "figure": .string(difference.figure.key), "mean": .figure(spread.mean), "count": .integer(spread.count),
      "interval95": spread.halfWidth95.map { .list([.figure(spread.mean - $0), .figure(spread.mean + $0)]) } ?? .null,
    ])
  }
}
