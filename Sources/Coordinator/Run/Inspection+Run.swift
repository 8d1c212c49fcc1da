import Core
import Worker

extension Inspection {
  /// The state of a run, one line per unit.
  ///
  /// - Throws: a `Fault` when the directory holds no run, or its files cannot be read.
  init(of run: RunDirectory) throws {
    let identity = try run.identity()
    let configuration = identity.configuration
    let standing = Ledger.replay(try run.entries())
    let results = try run.outcomes(configuration).reduce(into: [WorkUnit: UnitResult]()) { results, outcome in
      if case .finished(let result) = outcome { results[outcome.unit] = result }
    }
    let units = standing.keys.sorted { one, other in
      (one.dataset, one.variant.rawValue, one.seed, one.fold)
        < (other.dataset, other.variant.rawValue, other.seed, other.fold)
    }
    self.init("run", at: run.path)
    let network = configuration.network
    facts = [
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
        "units", "\(units.count), of which \(results.count) have a result",
        ["unitCount": .count(units.count), "resultCount": .count(results.count)]),
    ]
    tables = [
      Table(
        "units", ["dataset", "variant", "seed", "fold", "state", "clips", "accuracy", "uf1", "uar", "steps", "folder"],
        units.map { unit in
          let result = results[unit]
          return [
            .text(unit.dataset), .text(unit.variant.rawValue), .text("\(unit.seed)"), .count(unit.fold),
            .text(Inspection.state(standing[unit]?.event, result)),
            result.map { .count($0.predictions.count) } ?? .none, result.map { .number($0.accuracy) } ?? .none,
            result.map { .number($0.uf1) } ?? .none, result.map { .number($0.uar) } ?? .none,
            result.map { .count($0.steps) } ?? .none,
            .text(run.unit(unit, seeds: configuration.seeds.count)),
          ]
        })
    ]
  }

  private static func state(_ event: LedgerEntry.Event?, _ result: UnitResult?) -> String {
    event == .finished && result == nil ? "finished, but its result file is missing or damaged" : event?.rawValue ?? ""
  }
}
