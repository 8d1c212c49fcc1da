import Core

/// What report.json has of composite datasets, of how a dataset was split, and of final models. Each member is there
/// only where it says something, so that reports without them keep their bytes.
extension ReportJSON {
  static func addParts(_ dataset: DatasetReport, of report: ComparisonReport, to record: inout [String: JSONNode]) {
    if dataset.splitting.by != report.configuration.folds.by || !dataset.parts.isEmpty {
      record["folds"] = .string(dataset.splitting.by.rawValue)
    }
    if !dataset.parts.isEmpty { record["parts"] = .list(dataset.parts.map(part)) }
    if let match = dataset.challenge { record["challenge"] = challenge(match, dataset) }
    if !dataset.leftOut.isEmpty { record["leftOut"] = .record(dataset.leftOut.mapValues(JSONNode.integer)) }
    if let leakage = dataset.leakage { record["leakage"] = self.leakage(leakage) }
  }

  private static func part(_ part: PartReport) -> JSONNode {
    .record([
      "name": .string(part.name), "clips": .integer(part.clips), "subjects": .integer(part.subjects),
      "clipsPerClass": .list(part.clipsPerClass.map(JSONNode.integer)),
      "variants": .list(
        part.figures.map { own in
          named(
            own.recogniser,
            [
              "confusion": matrix(own.matrix),
              "metrics": own.metrics.map { metrics in
                .record(members(PartFigures.figures) { .figure(metrics[$0]) })
              } ?? .null,
              "intervals": intervals(own.intervals),
            ])
        }),
    ])
  }

  /// What was published, only where it is of the same data.
  private static func challenge(_ match: ChallengeFigures.Match, _ dataset: DatasetReport) -> JSONNode {
    func scores(_ scores: ChallengeFigures.Scores?) -> JSONNode {
      scores.map { .record(["uf1": .figure(Double($0.uf1) / 100), "uar": .figure(Double($0.uar) / 100)]) } ?? .null
    }
    let figures = ChallengeFigures.rows.map { row -> JSONNode in
      let parts = zip(dataset.parts, match.databases).map { part, database in
        (part.name, scores(database.flatMap { row.parts[$0] }))
      }
      return .record([
        "method": .string(row.method), "whole": scores(row.whole),
        "parts": .record(Dictionary(uniqueKeysWithValues: parts)),
      ])
    }
    return .record([
      "name": .string(ChallengeFigures.name), "source": .string(ChallengeFigures.source),
      "same": .bool(match.isSame), "differences": .list(match.differences.map(JSONNode.string)),
      "figures": .list(match.isSame ? figures : []),
    ])
  }

  /// The names of what is on both sides of the split, group by group.
  private static func leakage(_ leakage: Leakage) -> JSONNode {
    func groups(_ groups: [[String]]) -> JSONNode { .list(groups.map { .list($0.map(JSONNode.string)) }) }
    return .record([
      "frames": groups(leakage.frames), "recordings": groups(leakage.recordings),
      "subjects": groups(leakage.subjects), "repeated": groups(leakage.repeated),
    ])
  }

  /// A model that was trained on all clips: no figure of it.
  static func final(_ model: FinalModel) -> JSONNode {
    let unit = model.unit.unit
    var record: [String: JSONNode] = [
      "dataset": .string(unit.dataset), "seed": .seed(unit.seed), "status": .string(model.unit.status),
      "clips": .integer(model.clips),
    ]
    if let result = model.unit.result {
      record["file"] = .string(model.file)
      record["weightsDigest"] = .string(result.weightsDigest)
    } else {
      record["reason"] = .string(model.unit.reason)
    }
    return named(unit.recogniser, record)
  }
}
