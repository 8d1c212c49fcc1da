import Core
import Worker

extension Inspection {
  /// The state of a run, one line per unit.
  ///
  /// - Throws: a `Fault` when the directory holds no run, or its files cannot be read.
  init(of run: RunDirectory) throws {
    let identity = try run.identity()
    let configuration = identity.configuration
    let status = try RunStatus.read(of: run)
    let standings = try run.standings(configuration, isRunning: status.state == .running)
    let results = try run.outcomes(configuration).reduce(into: [WorkUnit: UnitResult]()) { results, outcome in
      if case .finished(let result) = outcome { results[outcome.unit] = result }
    }
    self.init("run", at: run.path)
    let network = configuration.network
    facts = [
      Fact("state", status.summary, ["state": .text(status.state.rawValue)]),
      Fact("sweep", configuration.name, ["name": .text(configuration.name)]),
      Fact("digest", identity.digest, ["digest": .text(identity.digest)]),
      Fact("version", identity.version, ["version": .text(identity.version)]),
      Fact(
        "network",
        "width \(network.width), \(network.frames) frames of \(network.motionSize) and \(network.identitySize) pixels",
        [
          "networkWidth": .count(network.width), "frames": .count(network.frames),
          "motionSize": .count(network.motionSize), "identitySize": .count(network.identitySize),
        ]),
      Fact(
        "units", "\(standings.count), of which \(results.count) have a result",
        ["unitCount": .count(standings.count), "resultCount": .count(results.count)]),
    ]
    let arms = configuration.armNames.compactMap { $0 }
    if !arms.isEmpty {
      tables.append(
        Table("arms", ["name", "settings"], arms.map { [.text($0), .text(configuration.settingsText(of: $0))] }))
    }
    let coordinates = ["dataset", "variant"] + (arms.isEmpty ? [] : ["arm"]) + ["seed", "fold"]
    tables.append(
      Table(
        "units", coordinates + ["state", "kept", "clips", "accuracy", "uf1", "uar", "steps", "folder"],
        standings.map { standing in
          Inspection.coordinates(standing.unit, withArm: !arms.isEmpty)
            + Inspection.values(standing, results[standing.unit])
            + [.text(run.unit(standing.unit, seeds: configuration.seeds.count))]
        }))
  }

  private static func coordinates(_ unit: WorkUnit, withArm: Bool) -> [Value] {
    [.text(unit.dataset), .text(unit.variant.rawValue)] + (withArm ? [.text(unit.arm ?? "")] : [])
      + [.text("\(unit.seed)"), unit.isFinal ? .text(unit.foldText) : .count(unit.fold)]
  }

  private static func values(_ standing: UnitStanding, _ result: UnitResult?) -> [Value] {
    let tested = standing.unit.isFinal ? nil : result
    return [
      .text(state(standing, result)), standing.kept?.share.map(Value.share) ?? .none,
      tested.map { .count($0.predictions.count) } ?? .none, tested.map { .number($0.accuracy) } ?? .none,
      tested.map { .number($0.uf1) } ?? .none, tested.map { .number($0.uar) } ?? .none,
      result.map { .count($0.steps) } ?? .none,
    ]
  }

  private static func state(_ standing: UnitStanding, _ result: UnitResult?) -> String {
    standing.state == .finished && result == nil
      ? "finished, but its result file is missing or damaged" : standing.state.rawValue
  }
}
