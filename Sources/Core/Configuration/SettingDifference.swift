/// A setting that decides results and is not the same in several sweeps.
public struct SettingDifference: Equatable, Sendable {
  /// Its path: `training.learningRate`, `datasets.casme2.classes`.
  public var path: String
  /// Its value in each sweep, as a sweep file has it; nil where the sweep lacks the dataset.
  public var values: [String?]

  /// All of them, in the order of the paths; those of datasets last.
  ///
  /// - Parameter sweeps: of a single arm each, see `resolvedArms`.
  public static func all(_ sweeps: [SweepConfiguration]) -> [SettingDifference] {
    let names = sweeps.flatMap(\.datasets).map(\.name).distinct
    return all(at: nil, sweeps.map(Settings.init))
      + named("datasets", sweeps.map { $0.datasets.map(\.name) })
      + names.flatMap { name in all(at: "datasets.\(name)", sweeps.map { Settings(ofDataset: name, in: $0) }) }
  }

  private static func named(_ path: String, _ lists: [[String]]) -> [SettingDifference] {
    let isSame = lists.allSatisfy { Set($0) == Set(lists[0]) }
    return isSame ? [] : [SettingDifference(path: path, values: lists.map { $0.joined(separator: ", ") })]
  }

  /// - Parameter parts: the same part of each sweep, nil where a sweep lacks it.
  private static func all(at path: String?, _ parts: [Settings?]) -> [SettingDifference] {
    let known = parts.compactMap { $0 }
    return Set(known.flatMap(\.science.keys)).sorted().compactMap { key in
      guard known.contains(where: { $0.science[key] != known[0].science[key] }) else { return nil }
      return SettingDifference(
        path: (path.map { "\($0)." } ?? "") + key, values: parts.map { part in part.map { $0.text(of: key) } })
    }
  }

  /// A part of a sweep file, by path.
  private struct Settings {
    /// What decides the results, and the same settings with their defaults.
    var science, shown: [String: JSONNode]

    init(_ sweep: SweepConfiguration) {
      science = sweep.members(.digest, without: ["arms", "datasets"]).leavesByPath
      shown = sweep.members(.comparison, without: ["arms", "datasets"]).leavesByPath
    }

    init?(ofDataset name: String, in sweep: SweepConfiguration) {
      func settings(_ purpose: SettingPurpose) -> [String: JSONNode]? {
        sweep.settingsOfDatasets(purpose).first { $0.name == name }?.settings.leavesByPath
      }
      guard let science = settings(.digest), let shown = settings(.comparison) else { return nil }
      (self.science, self.shown) = (science, shown)
    }

    /// On one line; a list without its brackets, with the emotions of a class as in `fear+sadness`.
    func text(of key: String) -> String {
      guard let value = shown[key] else { return "not set" }
      if let elements = value.elements {
        return elements.isEmpty ? "none" : elements.map(line).joined(separator: ", ")
      }
      return line(value)
    }

    private func line(_ value: JSONNode) -> String {
      if let texts = value.elements?.compactMap(\.text), texts.count == value.elements?.count {
        return texts.joined(separator: "+")
      }
      return value.plainText.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }
}
