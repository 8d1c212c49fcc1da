/// The settings of one object of the sweep file, in the order in which they are read and described.
struct SettingTable<Section: Sendable>: Sendable {
  /// The object with all defaults.
  let standard: Section
  let settings: [Setting<Section>]
  /// Compares settings with each other once all are read, and notes what does not fit together.
  let check: @Sendable (inout Section, inout SectionReader) -> Void

  init(
    _ standard: Section, _ settings: [Setting<Section>],
    check: @escaping @Sendable (inout Section, inout SectionReader) -> Void = { _, _ in }
  ) {
    (self.standard, self.settings, self.check) = (standard, settings, check)
  }

  /// Reads an object over given values: those that it does not name stay, so that an object may also override a part
  /// of another one.
  ///
  /// - Parameters:
  ///   - node: the object.
  ///   - base: the values of settings that it does not name.
  ///   - path: where the object is; empty for the file itself.
  ///   - faults: what is wrong is added here; a faulty value counts as not given.
  ///   - isOverride: whether the given values are those of such an object, so that nothing in it is required.
  /// - Returns: nil where there is no object.
  func read(
    _ node: JSONNode, over base: Section, at path: String, _ faults: inout [Fault], isOverride: Bool = false
  ) -> Section? {
    guard case .object(let members) = node else {
      faults.append(Fault(at: path.isEmpty ? "sweep file" : path, "is \(node.summary), not an object"))
      return nil
    }
    var reader = SectionReader(members, path: path, keys: settings.map(\.key))
    var section = base
    for setting in settings where setting.isUsed(section) {
      if let node = reader.node(setting.key) {
        setting.read(node, &section, reader.path(of: setting.key), &reader.faults)
      } else if let reason = setting.required, !isOverride {
        reader.note(setting.key, "is missing; \(reason)")
      }
    }
    check(&section, &reader)
    faults += reader.faults
    return section
  }

  /// The object as JSON.
  func json(_ section: Section, _ purpose: SettingPurpose) -> JSONNode {
    .object(
      settings.compactMap { setting in
        setting.write(section, standard, purpose).map { JSONNode.Member(key: setting.key, value: $0) }
      })
  }

  /// All settings, those inside others after them.
  func descriptions(at path: String) -> [SettingDescription] {
    settings.flatMap { $0.describe(standard, path.isEmpty ? $0.key : "\(path).\($0.key)") }
  }
}

/// One object of the sweep file while it is read: its values by key, and what is wrong with them.
struct SectionReader {
  /// Where the object is: `training`, `datasets[1]`, or nothing for the file itself.
  let path: String
  var faults: [Fault] = []
  private var values: [String: JSONNode] = [:]

  /// - Parameter keys: all keys that it may have; any other one is a fault.
  init(_ members: [JSONNode.Member], path: String, keys: [String]) {
    self.path = path
    for member in members {
      if keys.contains(member.key) {
        values[member.key] = member.value
      } else {
        note(
          SectionReader.shown(member.key), "is not a known key; \(NearestWord.advice(member.key, among: keys))")
      }
    }
  }

  /// The value of a key, or nil where it is not given.
  func node(_ key: String) -> JSONNode? { values[key] }

  /// Whether a key has a value other than null.
  func isGiven(_ key: String) -> Bool { values[key].map { $0 != .null } ?? false }

  /// Where a key is in the file.
  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  mutating func note(_ key: String, _ problem: String) { faults.append(Fault(at: path(of: key), problem)) }

  /// An unknown key in short and on one line.
  private static func shown(_ key: String) -> String {
    let isPlain = !key.isEmpty && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && key.utf8.count <= 40
    return isPlain ? key : JSONNode.string(key).summary
  }
}
