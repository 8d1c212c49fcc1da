extension SweepConfiguration {
  /// One arm of a sweep that compares settings: its name, and the settings that its units are trained with.
  ///
  /// All arms have the same datasets, folds, seeds and methods.
  public struct Arm: Equatable, Sendable {
    public var name: String
    /// The settings that an arm can override, resolved; all others have their defaults and do not count.
    var settings: SweepConfiguration

    /// What of it decides results.
    var science: JSONNode { OverridableSettings.science(of: settings) }
  }

  /// The names of the arms, in the order of their names; a single nil for a sweep without arms.
  public var armNames: [String?] { arms?.map(\.name) ?? [nil] }

  /// The settings that the units of an arm are trained with: a sweep without arms that gives the same results.
  ///
  /// - Parameter arm: one of `armNames`.
  public func resolved(_ arm: String?) -> SweepConfiguration {
    guard let arm else { return self }
    guard let own = arms?.first(where: { $0.name == arm }) else { preconditionFailure("the sweep has no arm \(arm)") }
    var resolved = self
    resolved.arms = nil
    for setting in SweepConfiguration.overridable { setting.copy(own.settings, &resolved) }
    return resolved
  }

  /// The configurations of all arms, in the order of `armNames`.
  public var resolvedArms: [SweepConfiguration] { armNames.map(resolved) }

  /// Whether units trained without arms have the settings of this arm.
  func hasScience(of arm: Arm) -> Bool { OverridableSettings.science(of: self) == arm.science }

  /// The arm that the others are compared with: the one that overrides nothing, else the first; nil without arms.
  public var referenceArm: String? {
    (arms?.first { hasScience(of: $0) } ?? arms?.first)?.name
  }

  /// The lanes of a batch that every arm has at least: the most ranks per fold.
  public var commonLanes: Int { resolvedArms.map(\.training.lanes).min() ?? training.lanes }

  /// The settings in which an arm differs from the sweep file's own sections: path and value of each, in the order of
  /// the paths.
  ///
  /// - Parameter arm: one of `armNames`.
  public func overrides(of arm: String?) -> [(key: String, value: JSONNode)] {
    guard let arm, let own = arms?.first(where: { $0.name == arm }) else { return [] }
    return OverridableSettings.overrides(own, self).leaves
  }

  /// The same in words: `network.width 8, training.selection validation`.
  public func settingsText(of arm: String) -> String {
    let overrides = overrides(of: arm).map { $0.value.setting($0.key) }
    return overrides.isEmpty ? "the file's own settings" : overrides.joined(separator: ", ")
  }

  /// The settings without arms whose digest this sweep has: with arms, only their resolved settings count.
  var withoutOverridden: SweepConfiguration {
    guard arms != nil else { return self }
    var sweep = self
    for setting in SweepConfiguration.overridable { setting.copy(SweepConfiguration(), &sweep) }
    return sweep
  }

  /// Settings to compare: each arm overrides a part of the file's own `network`, `training` and so on.
  static let armsSetting = Setting<SweepConfiguration>(
    "arms",
    SettingDescription(
      key: "arms", standard: .null, allowed: "an object of objects, or null",
      help: "settings to compare: a name for each arm, and what it overrides of "
        + "`\(OverridableSettings.keys.joined(separator: "`, `"))`",
      more: "sweep-file.md#comparing-settings-arms"),
    read: { node, sweep, path, faults in sweep.arms = ArmReader(sweep, path: path).read(node, &faults) },
    write: { sweep, _, purpose in
      sweep.arms.map { arms in
        .object(
          arms.map { arm in
            let value =
              purpose == .file
              ? OverridableSettings.overrides(arm, sweep) : OverridableSettings.table.json(arm.settings, purpose)
            return JSONNode.Member(key: arm.name, value: value)
          })
      }
    },
    copy: { $1.arms = $0.arms })
}

extension SweepConfiguration.Arm: Codable {
  private enum Key: String, CodingKey { case name, settings }

  /// Settings that the version that wrote it did not know have their defaults.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    name = try members.decode(String.self, forKey: .name)
    var faults: [Fault] = []
    let node = try members.decode(JSONNode.self, forKey: .settings)
    let read = OverridableSettings.table.read(node, over: SweepConfiguration(), at: "arms.\(name)", &faults)
    guard let read, faults.isEmpty else { throw Faults(faults) }
    settings = read
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(name, forKey: .name)
    try members.encode(OverridableSettings.table.json(settings, .file), forKey: .settings)
  }
}

/// The part of the sweep file that an arm can override.
private enum OverridableSettings {
  static let table = SettingTable(SweepConfiguration(), SweepConfiguration.overridable)
  static let keys = SweepConfiguration.overridable.map(\.key)

  /// What decides the results, as in the digest.
  static func science(of settings: SweepConfiguration) -> JSONNode { table.json(settings, .digest) }

  /// The arm as a sweep file has it: only the settings in which it differs from the file's own sections.
  static func overrides(_ arm: SweepConfiguration.Arm, _ sweep: SweepConfiguration) -> JSONNode {
    table.json(arm.settings, .comparison)
      .differences(from: table.json(sweep, .comparison), whole: table.json(arm.settings, .file))
  }
}

/// Reads the arms of a sweep file whose other settings have been read.
private struct ArmReader {
  let sweep: SweepConfiguration
  let path: String

  init(_ sweep: SweepConfiguration, path: String) { (self.sweep, self.path) = (sweep, path) }

  func read(_ node: JSONNode, _ faults: inout [Fault]) -> [SweepConfiguration.Arm]? {
    if node == .null { return nil }
    guard let members = node.members else {
      faults.append(Fault(at: path, "is \(node.summary), not an object that has an object for each arm"))
      return nil
    }
    if members.isEmpty { faults.append(Fault(at: path, "is empty; name at least one arm, or leave out arms")) }
    var arms: [SweepConfiguration.Arm] = []
    for member in members {
      let before = faults.count
      let arm = arm(member, &faults)
      if let same = arms.first(where: { $0.name.lowercased() == member.key.lowercased() }) {
        faults.append(
          Fault(
            at: path,
            "has \(member.key) and \(same.name), which differ only in capitals; each has a folder of its name"))
      }
      guard let arm, faults.count == before else { continue }
      let science = OverridableSettings.science(of: arm.settings)
      if let same = arms.first(where: { OverridableSettings.science(of: $0.settings) == science }) {
        faults.append(
          Fault(
            at: "\(path).\(arm.name)",
            "comes out with the same settings as \(path).\(same.name); change one of them, or remove it"))
      }
      arms.append(arm)
    }
    return arms
  }

  /// One arm; nil where it cannot be read.
  private func arm(_ member: JSONNode.Member, _ faults: inout [Fault]) -> SweepConfiguration.Arm? {
    if let problem = FolderName.problem(member.key, of: "an arm") {
      faults.append(Fault(at: path, "has \(JSONNode.string(member.key).summary)\(problem)"))
      return nil
    }
    let path = "\(path).\(member.key)"
    var overrides = member.value
    if let all = overrides.members {
      let others = SweepConfiguration.table.settings.map(\.key).filter { !OverridableSettings.keys.contains($0) }
      for refused in all where others.contains(refused.key) {
        faults.append(
          Fault(
            at: "\(path).\(refused.key)",
            "cannot differ between arms, which share datasets, folds, seeds and methods; an arm overrides "
              + OverridableSettings.keys.joined(separator: ", ")))
      }
      overrides = .object(all.filter { !others.contains($0.key) })
    }
    guard let settings = OverridableSettings.table.read(overrides, over: sweep, at: path, &faults) else { return nil }
    var own = SweepConfiguration()
    for setting in SweepConfiguration.overridable { setting.copy(settings, &own) }
    return SweepConfiguration.Arm(name: member.key, settings: own)
  }
}

extension JSONNode {
  /// The members of an object that another one has not, or has otherwise; objects in both are compared in turn.
  ///
  /// - Parameter whole: the same object as files have it, from which members are taken that the other one has not.
  fileprivate func differences(from base: JSONNode, whole: JSONNode?) -> JSONNode {
    .object(
      (members ?? []).compactMap { member in
        let other = base[member.key]
        if member.value == other { return nil }
        let written = whole?[member.key]
        guard member.value.members != nil, let other, other.members != nil else {
          return Member(key: member.key, value: written ?? member.value)
        }
        return Member(key: member.key, value: member.value.differences(from: other, whole: written))
      })
  }

  /// A setting in words: `network.width 8`.
  func setting(_ key: String) -> String { "\(key) \(plainText)" }

  /// The values of an object that are no objects themselves, with their paths, in the order of the paths.
  var leaves: [(key: String, value: JSONNode)] {
    (members ?? []).sorted { $0.key < $1.key }.flatMap { member -> [(key: String, value: JSONNode)] in
      guard member.value.members != nil else { return [(member.key, member.value)] }
      return member.value.leaves.map { ("\(member.key).\($0.key)", $0.value) }
    }
  }
}
