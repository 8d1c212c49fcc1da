import Foundation

/// The resolved configuration as a sweep file: every key, sorted, the same bytes for the same configuration.
///
/// `SweepConfiguration.parse` reads it back to an equal configuration.
public func canonicalJSON(_ configuration: SweepConfiguration) -> Data {
  let science = scienceMembers(configuration)
  let names: [JSONNode.Member] = [
    JSONNode.Member(key: "name", value: .string(configuration.name)),
    JSONNode.Member(key: "output", value: .string(configuration.output)),
  ]
  return Data((JSONNode.object(names + science).canonicalText() + "\n").utf8)
}

/// The configuration without `name`, `output` and how often a checkpoint is written: what the configuration's digest is
/// computed over, so that the same science in two directories has the same digest.
public func scienceJSON(_ configuration: SweepConfiguration) -> Data {
  var science = configuration
  science.training.checkpointEverySteps = 0
  return Data((JSONNode.object(scienceMembers(science)).canonicalText() + "\n").utf8)
}

extension SweepConfiguration {
  /// SHA-256 of what decides the results, whatever the sweep's name and place.
  public var digest: String { SHA256.hex(of: scienceJSON(self)) }
}

private func scienceMembers(_ configuration: SweepConfiguration) -> [JSONNode.Member] {
  let network = configuration.network
  let training = configuration.training
  let sections: KeyValuePairs<String, JSONNode> = [
    "seeds": .list(configuration.seeds.map { .number("\($0)") }),
    "datasets": .list(configuration.datasets.map(datasetNode)),
    "folds": .members([
      "count": .number("\(configuration.folds.count)"),
      "by": .string(configuration.folds.by.rawValue),
    ]),
    "methods": .list(configuration.methods.map { .string($0) }),
    "variants": .list(configuration.variants.map { .string($0.rawValue) }),
    "network": .members([
      "width": .number("\(network.width)"),
      "frames": .number("\(network.frames)"),
      "motionSize": .number("\(network.motionSize)"),
      "identitySize": .number("\(network.identitySize)"),
      "stem": .string(network.stem.rawValue),
      "estimator": .string(network.estimator.rawValue),
      "pretrained": network.pretrained.map { .string($0) } ?? .null,
    ]),
    "training": .members([
      "batch": .number("\(training.batch)"),
      "learningRate": .number("\(training.learningRate)"),
      "identityEpochs": .number("\(training.identityEpochs)"),
      "motionEpochs": .number("\(training.motionEpochs)"),
      "divergenceWeight": .number("\(training.divergenceWeight)"),
      "mutualInformationWeight": .number("\(training.mutualInformationWeight)"),
      "identityMutualInformationWeight": .number("\(training.identityMutualInformationWeight)"),
      "lanes": .number("\(training.lanes)"),
      "reduction": .string(training.reduction.rawValue),
      "selection": .string(training.selection.rawValue),
      "checkpointEverySteps": .number("\(training.checkpointEverySteps)"),
    ]),
  ]
  return sections.map { JSONNode.Member(key: $0.key, value: $0.value) }
}

private func datasetNode(_ dataset: SweepConfiguration.Dataset) -> JSONNode {
  let source: JSONNode.Member =
    switch dataset.source {
    case .store(let path): JSONNode.Member(key: "store", value: .string(path))
    case .synthetic(let synthetic):
      JSONNode.Member(
        key: "synthetic",
        value: .members([
          "clips": .number("\(synthetic.clips)"),
          "size": .number("\(synthetic.size)"),
          "motion": .number("\(synthetic.motion)"),
          "confounding": .number("\(synthetic.confounding)"),
          "seed": .number("\(synthetic.seed)"),
        ]))
    }
  let classes = JSONNode.list(dataset.classes.groups.map { .list($0.map { .string($0) }) })
  let landmarks = dataset.landmarks.map { JSONNode.Member(key: "landmarks", value: .string($0)) }
  return .object(
    [
      JSONNode.Member(key: "name", value: .string(dataset.name)), source,
      JSONNode.Member(key: "classes", value: classes),
    ]
      + [landmarks].compactMap { $0 })
}
