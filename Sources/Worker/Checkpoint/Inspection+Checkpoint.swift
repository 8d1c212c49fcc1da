import Core
import Foundation

extension Inspection {
  /// Describes a checkpoint: its unit, the progress of training, and its tensors.
  ///
  /// - Returns: nil where the file is not a checkpoint.
  /// - Throws: a `Fault` when a tensor cannot be read.
  public init?(ofCheckpointIn file: SafeTensors) throws {
    guard Checkpoint.isCheckpoint(file) else { return nil }
    try self.init("checkpoint", of: file, part: Inspection.part)
    facts = Inspection.facts(file) + facts
    guard let progress = Inspection.value("progress", RunProgress.self, file) else { return }
    facts.insert(Inspection.fact(progress), at: 1)
    if !progress.records.isEmpty { tables.insert(Inspection.table(progress.records), at: 0) }
  }

  private static func facts(_ file: SafeTensors) -> [Fact] {
    let unit = value("unit", WorkUnit.self, file)
    let digest = file.metadata["configuration"] ?? ""
    let fits = (try? file.requireSeal()) != nil
    return [
      Fact("unit", unit.map { "\($0)" } ?? "cannot be read", unit.map(values) ?? [:]),
      Fact("sweep", digest, ["configuration": .text(digest)]),
      Fact(
        "checksum", fits ? "fits" : "DOES NOT FIT: the file is incomplete or was changed",
        ["checksumFits": .truth(fits)]),
    ]
  }

  private static func values(_ unit: WorkUnit) -> [String: Value] {
    let arm: [String: Value] = unit.arm.map { ["arm": .text($0)] } ?? [:]
    return arm.merging([
      "dataset": .text(unit.dataset), "fold": .count(unit.fold), "variant": .text(unit.variant.rawValue),
      "seed": .text("\(unit.seed)"),
    ]) { $1 }
  }

  private static func fact(_ progress: RunProgress) -> Fact {
    let (ended, steps) = (progress.epochs, progress.records.last?.steps ?? 0)
    let further = progress.steps - steps
    return Fact(
      "progress", "\(ended) epochs ended after \(steps) steps, \(further) steps into the next",
      ["epochsEnded": .count(ended), "stepsInEpoch": .count(further), "steps": .count(progress.steps)])
  }

  private static func table(_ epochs: [EpochRecord]) -> Table {
    func number(_ value: Double?) -> Value { value.map(Value.number) ?? .none }
    // A unit has one of both measures.
    let isCorrelated = epochs.contains { $0.losses.distanceCorrelation != nil }
    return Table(
      "epochs",
      [
        "stage", "epoch", "steps", "total", "crossEntropy", "divergence",
        isCorrelated ? "distanceCorrelation" : "mutualInformation", "testAccuracy",
      ],
      epochs.map { record in
        [
          record.stage.map { .count($0.rawValue) } ?? .none, .count(record.epoch), .count(record.steps),
          .number(record.losses.total),
          .number(record.losses.crossEntropy), number(record.losses.divergence),
          number(isCorrelated ? record.losses.distanceCorrelation : record.losses.mutualInformation),
          number(record.testAccuracy),
        ]
      })
  }

  /// `menet` of `menet.layer1.0.conv1.weight`, `menet.adam` of `menet.adam.first.conv1.weight`, `menet.average` of
  /// `menet.average.conv1.weight`.
  private static func part(of name: String) -> String {
    let words = name.split(separator: ".", maxSplits: 2)
    return words.prefix(words.count > 2 && ["adam", "average"].contains(words[1]) ? 2 : 1).joined(separator: ".")
  }

  private static func value<Content: Decodable>(_ key: String, _ type: Content.Type, _ file: SafeTensors) -> Content? {
    file.metadata[key].flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
  }
}
