/// What a sweep file has beyond that of a run, whose units are kept: other methods, variants, arms, seeds and datasets,
/// and models trained on all clips.
public struct SweepGrowth: Equatable, Sendable {
  /// What is new, in words: `method lbp-top`.
  public var added: [String] = []
  /// The arm that has the settings of a run without arms, so that the run's units become its own; else nil.
  public var adoptingArm: String?

  /// Compares the settings that decide results.
  ///
  /// - Parameters:
  ///   - old: the run's.
  ///   - new: the sweep file's.
  /// - Throws: `Faults`, one for each setting that changes what was trained and each part that is missing now.
  public init(from old: SweepConfiguration, to new: SweepConfiguration) throws {
    var comparison = Comparison()
    compareArms(old, new, &comparison)
    var parts = Set(["seed", "seeds", "datasets", "methods", "variants", "arms", "final"])
    // With arms it is their settings that count.
    if new.arms != nil { parts.formUnion(SweepConfiguration.overridable.map(\.key)) }
    comparison.compare(old.members(.digest, without: parts), new.members(.digest, without: parts), at: nil)
    compareDatasets(old, new, &comparison)
    if old.seeds.first != new.seeds.first {
      comparison.faults.append(
        Fault(at: "seeds", "the first was \(old.seeds[0]), now \(new.seeds[0]); it decides the folds and stays first"))
    }
    added += comparison.grown("methods", "method", old.methods, new.methods)
    for (index, name) in new.methods.enumerated() {
      guard let before = old.program(named: name), let now = new.program(named: name) else { continue }
      comparison.compare(before.science, now.science, at: "methods[\(index)]")
    }
    added += comparison.grown("variants", "variant", old.variants.map(\.rawValue), new.variants.map(\.rawValue))
    added += comparison.grown("seeds", "seed", old.seeds.map(String.init), new.seeds.map(String.init))
    if new.final, !old.final { added.append("models trained on all clips") }
    if old.final, !new.final {
      comparison.faults.append(Fault(at: "final", "was true; a run keeps what it has trained: set it again"))
    }
    guard comparison.faults.isEmpty else { throw Faults(comparison.faults) }
  }

  private mutating func compareDatasets(
    _ old: SweepConfiguration, _ new: SweepConfiguration, _ comparison: inout Comparison
  ) {
    added += comparison.grown("datasets", "dataset", old.datasets.map(\.name), new.datasets.map(\.name))
    for (name, settings) in old.settingsOfDatasets(.digest) {
      let all = new.settingsOfDatasets(.digest).enumerated()
      guard let (index, (_, now)) = all.first(where: { $0.element.name == name }) else { continue }
      comparison.compare(settings, now, at: "datasets[\(index)]")
    }
  }

  private mutating func compareArms(
    _ old: SweepConfiguration, _ new: SweepConfiguration, _ comparison: inout Comparison
  ) {
    switch (old.arms, new.arms) {
    case (nil, nil): break
    case (nil, let arms?):
      adoptingArm = arms.first { old.hasScience(of: $0) }?.name
      if adoptingArm == nil {
        comparison.faults.append(
          Fault(at: "arms", "the run has none; one of the arms must have the settings that it was trained with"))
      }
      added += arms.filter { $0.name != adoptingArm }.map { "arm \($0.name)" }
    case (let before?, let arms):
      added += comparison.grown("arms", "arm", before.map(\.name), (arms ?? []).map(\.name))
      for arm in before {
        guard let now = arms?.first(where: { $0.name == arm.name }) else { continue }
        comparison.compare(arm.science, now.science, at: "arms.\(arm.name)")
      }
    }
  }

  /// Collects what differs.
  private struct Comparison {
    var faults: [Fault] = []

    /// - Parameter path: of both objects; nil for the sweep file itself.
    mutating func compare(_ old: JSONNode, _ new: JSONNode, at path: String?) {
      let (before, now) = (old.leavesByPath, new.leavesByPath)
      for key in Set(before.keys).union(now.keys).sorted() where before[key] != now[key] {
        faults.append(
          Fault(at: (path.map { "\($0)." } ?? "") + key, "was \(text(before[key])), now \(text(now[key]))"))
      }
    }

    private func text(_ value: JSONNode?) -> String { value?.plainText ?? "not set" }

    /// What of a list is new, in words; what is missing is a fault.
    mutating func grown(_ key: String, _ what: String, _ old: [String], _ new: [String]) -> [String] {
      let missing = old.filter { !new.contains($0) }
      if !missing.isEmpty {
        faults.append(
          Fault(at: key, "had \(missing.joined(separator: ", ")); a run keeps what it has trained: name it again"))
      }
      return new.filter { !old.contains($0) }.map { "\(what) \($0)" }
    }
  }
}

extension SweepConfiguration {
  /// The settings without some of the file's members; for a digest, what decides the results.
  func members(_ purpose: SettingPurpose, without keys: Set<String>) -> JSONNode {
    .object((SweepConfiguration.table.json(self, purpose).members ?? []).filter { !keys.contains($0.key) })
  }

  /// The same of each dataset, by its name.
  func settingsOfDatasets(_ purpose: SettingPurpose) -> [(name: String, settings: JSONNode)] {
    guard case .list(let nodes)? = SweepConfiguration.table.json(self, purpose)["datasets"] else { return [] }
    return Array(zip(datasets.map(\.name), nodes))
  }
}

extension JSONNode {
  /// The values of an object that are no objects themselves, by their paths.
  var leavesByPath: [String: JSONNode] {
    Dictionary(leaves.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
