import Core
import Foundation

extension Inspection {
  /// What a checkpoint holds: whose it is, how far training had come, and its tensors.
  ///
  /// - Returns: nil where the file is no checkpoint.
  /// - Throws: a `Fault` when a tensor cannot be read.
  public init?(ofCheckpointIn file: SafeTensors) throws {
    guard Checkpoint.Format.allCases.contains(where: { $0.rawValue == file.metadata["format"] }) else { return nil }
    try self.init("checkpoint", of: file, part: Inspection.part)
    facts = Inspection.facts(file) + facts
    if let progress = Inspection.value("progress", MethodProgress.self, file) {
      facts.insert(Fact("progress", "\(progress.rounds) rounds", ["rounds": .count(progress.rounds)]), at: 1)
      if !progress.epochs.isEmpty { tables.insert(Inspection.table(progress.epochs), at: 0) }
    }
    guard let progress = Inspection.value("progress", TrainingProgress.self, file) else { return }
    facts.insert(Inspection.fact(progress), at: 1)
    if !progress.epochs.isEmpty { tables.insert(Inspection.table(progress.epochs), at: 0) }
  }

  private static func facts(_ file: SafeTensors) -> [Fact] {
    let unit = value("unit", WorkUnit.self, file)
    let digest = file.metadata["configuration"] ?? ""
    let fits = (try? file.requireSeal()) != nil
    return [
      Fact("unit", unit.map { "\($0)" } ?? "cannot be read", unit.map(values) ?? [:]),
      Fact("sweep", digest, ["configuration": .text(digest)]),
      Fact("checksum", fits ? "fits" : "DOES NOT FIT: torn or changed", ["checksumFits": .truth(fits)]),
    ]
  }

  private static func values(_ unit: WorkUnit) -> [String: Value] {
    [
      "dataset": .text(unit.dataset), "fold": .count(unit.fold), "variant": .text(unit.variant.rawValue),
      "seed": .text("\(unit.seed)"),
    ]
  }

  private static func fact(_ progress: TrainingProgress) -> Fact {
    let ended = progress.epochs.count
    let steps = progress.epochs.last?.steps ?? 0
    return Fact(
      "progress", "\(ended) epochs ended after \(steps) steps, \(progress.batches) steps into the next",
      ["epochsEnded": .count(ended), "stepsInEpoch": .count(progress.batches)])
  }

  private static func table(_ epochs: [EpochRecord]) -> Table {
    func number(_ value: Double?) -> Value { value.map(Value.number) ?? .none }
    return Table(
      "epochs",
      ["stage", "epoch", "steps", "total", "crossEntropy", "divergence", "mutualInformation", "testAccuracy"],
      epochs.map { record in
        [
          record.stage.map { .count($0.rawValue) } ?? .none, .count(record.epoch), .count(record.steps),
          .number(record.losses.total),
          .number(record.losses.crossEntropy), number(record.losses.divergence),
          number(record.losses.mutualInformation), number(record.testAccuracy),
        ]
      })
  }

  /// `menet` of `menet.layer1.0.conv1.weight`, `menet.adam` of `menet.adam.first.conv1.weight`.
  private static func part(of name: String) -> String {
    let words = name.split(separator: ".", maxSplits: 2)
    return words.prefix(words.count > 2 && words[1] == "adam" ? 2 : 1).joined(separator: ".")
  }

  private static func value<Content: Decodable>(_ key: String, _ type: Content.Type, _ file: SafeTensors) -> Content? {
    file.metadata[key].flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
  }
}
