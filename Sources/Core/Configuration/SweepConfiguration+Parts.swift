extension SweepConfiguration {
  /// The parts of a composite dataset.
  static var partList: SettingValue<[Part]> {
    var kind = SettingValue.list(of: part, "parts")
    let read = kind.read
    kind.read = { node, base, path, faults in
      let parts = read(node, base, path, &faults)
      guard let parts, parts.count == node.elements?.count else { return parts }
      if parts.count == 1 {
        faults.append(
          Fault(at: path, "has one part; a composite dataset has at least 2, a single store needs no parts"))
      }
      faults += repeatedNames(parts.map(\.name), at: path, "the name keeps the subjects of a part apart")
      return parts
    }
    return kind
  }

  private static let part = SettingValue<Part>(
    allowed: "an object",
    read: { node, _, path, faults in
      PartKeys.table.read(node, over: PartKeys(), at: path, &faults).map { Part(name: $0.name, source: $0.source) }
    },
    write: { part, purpose in PartKeys.table.json(PartKeys(part), purpose) },
    inside: { PartKeys.table.descriptions(at: $0) })

  /// Notes it unless exactly one of the keys that say where clips are is given.
  static func checkSources(_ keys: [String], _ reader: inout SectionReader) {
    let given = keys.filter { reader.isGiven($0) }
    guard given.count != 1 else { return }
    let problem =
      given.isEmpty
      ? "has no clips; give \(keys.dropLast().joined(separator: ", ")) or \(keys[keys.count - 1])"
      : "has both \(given.joined(separator: " and ")); give one of them"
    reader.faults.append(Fault(at: reader.path, problem))
  }
}

extension SweepConfiguration.Dataset {
  /// The databases of a composite dataset; nil for one with a single source.
  public var parts: [SweepConfiguration.Part]? {
    if case .parts(let parts) = source { parts } else { nil }
  }

  /// Whether all its clips are synthetic.
  public var isSynthetic: Bool { sources.allSatisfy { if case .synthetic = $0.source { true } else { false } } }

  /// Where its clips come from: one source, or that of each part, with the name that a synthetic one is made by.
  public var sources: [(name: String, source: Source)] { parts?.map { ($0.name, $0.source) } ?? [(name, source)] }
}

/// A part of a composite dataset, key by key.
private struct PartKeys: Sendable {
  var name = ""
  var store: String?
  var synthetic: SweepConfiguration.Synthetic?

  init() {}

  init(_ part: SweepConfiguration.Part) {
    name = part.name
    switch part.source {
    case .store(let path): store = path
    case .synthetic(let settings): synthetic = settings
    // The sweep file has no form for parts in parts.
    case .parts: break
    }
  }

  var source: SweepConfiguration.Dataset.Source { synthetic.map { .synthetic($0) } ?? .store(store ?? "") }

  static let table = SettingTable(
    PartKeys(),
    [
      Setting(
        \.name, "name", .text("up to 64 letters, digits, `.`, `_` and `-`"),
        "stands before the names of the part's clips and subjects; a synthetic part has the name of its suite",
        required: "it keeps the part's subjects apart from those of other parts"),
      Setting(
        \.store, "store", .optional(.text("a path")), "the part's clip store; give either this or `synthetic`",
        written: .unlessDefault),
      Setting(
        \.synthetic, "synthetic", .optional(.section(SweepConfiguration.Synthetic.table)),
        "a synthetic dataset as the part; its settings are those of `datasets[].synthetic`", written: .unlessDefault),
    ],
    check: { part, reader in
      if !part.name.isEmpty {
        let problem =
          reader.isGiven("synthetic")
          ? ClassPreset.problemOfSynthetic(part.name) : FolderName.problem(part.name, of: "a part")
        if let problem { reader.note("name", "is \(JSONNode.string(part.name).summary)\(problem)") }
      }
      SweepConfiguration.checkSources(["store", "synthetic"], &reader)
    })
}
