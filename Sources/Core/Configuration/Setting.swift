/// One setting of the sweep file: where its value is kept, what it may be and what it means.
///
/// Everything else comes from this one declaration: reading the file, its canonical form and digest, `microfold
/// settings` and the table in docs/sweep-file.md. The default is that of the stored property.
///
///     Setting(\.batch, "batch", .integer(2...65536, least: "a batch needs at least 2 clips"), "clips per step")
struct Setting<Section: Sendable>: Sendable {
  /// The setting's name in its object.
  let key: String
  /// Why it must be given; nil where it has a default.
  let required: String?
  /// Whether the value counts, given the settings above it.
  let isUsed: @Sendable (Section) -> Bool
  /// Reads a value into the section, or adds what is wrong to the faults.
  let read: @Sendable (JSONNode, inout Section, _ path: String, inout [Fault]) -> Void
  /// The value as JSON, or nil where it is not written; the second section has the defaults.
  let write: @Sendable (Section, Section, SettingPurpose) -> JSONNode?
  /// The setting at a path, and those inside it, with the defaults of a section.
  let describe: @Sendable (Section, _ path: String) -> [SettingDescription]
  /// Gives the second section the first one's value.
  let copy: @Sendable (Section, inout Section) -> Void

  /// When a setting is written into a file.
  enum Writing: Sendable {
    case always
    /// Runs of a program without this setting keep their digest as long as it has its default: for every new setting.
    case unlessDefault
    /// Another setting keeps the same property.
    case never
  }

  /// How a setting counts in the digest.
  enum Digest: Sendable {
    /// It changes results.
    case value
    /// It changes no result, and the digest has its default.
    case standard
    /// It changes no result, and the digest lacks it: for new settings that change none.
    case absent
  }

  /// - Parameters:
  ///   - property: what keeps the value.
  ///   - key: its name in the file.
  ///   - kind: what it may be.
  ///   - help: its meaning, beginning with a small letter and without a full stop; nil for an object whose settings
  ///     explain themselves.
  ///   - more: a page and heading of the documentation with more about it.
  ///   - required: why it must be given; nil where it has a default.
  ///   - standard: in words, when it is required, where that depends on other settings.
  init<Value: Equatable & Sendable>(
    _ property: WritableKeyPath<Section, Value> & Sendable, _ key: String, _ kind: SettingValue<Value>,
    _ help: String? = nil, more: String? = nil, required: String? = nil, standard: String? = nil,
    written: Writing = .always, digest: Digest = .value, isUsed: @escaping @Sendable (Section) -> Bool = { _ in true }
  ) {
    (self.key, self.required, self.isUsed) = (key, required, isUsed)
    read = { node, section, path, faults in
      if let value = kind.read(node, section[keyPath: property], path, &faults) { section[keyPath: property] = value }
    }
    write = { section, defaults, purpose in
      let asDefault = purpose == .digest && digest == .standard
      let (value, usual) = ((asDefault ? defaults : section)[keyPath: property], defaults[keyPath: property])
      if written == .never { return nil }
      if written == .unlessDefault, value == usual, purpose != .comparison { return nil }
      return purpose == .digest && digest == .absent ? nil : kind.write(value, purpose)
    }
    describe = { defaults, path in
      let inside = kind.inside(path)
      guard let help else { return inside }
      let json = kind.write(defaults[keyPath: property], .file)
      let description = SettingDescription(
        key: path, standard: required == nil && standard == nil ? json : nil,
        standardText: required != nil ? "required" : standard, allowed: kind.allowed, help: help, more: more)
      return [description] + inside
    }
    copy = { $1[keyPath: property] = $0[keyPath: property] }
  }

  /// A setting whose value depends on the settings above it: it reads and writes the section itself.
  init(
    _ key: String, _ description: SettingDescription,
    read: @escaping @Sendable (JSONNode, inout Section, _ path: String, inout [Fault]) -> Void,
    write: @escaping @Sendable (Section, Section, SettingPurpose) -> JSONNode?,
    copy: @escaping @Sendable (Section, inout Section) -> Void
  ) {
    (self.key, required, isUsed) = (key, nil, { _ in true })
    (self.read, self.write, self.copy) = (read, write, copy)
    describe = { _, _ in [description] }
  }
}

/// A setting as people read about it.
public struct SettingDescription: Equatable, Sendable {
  /// Its path in the sweep file: `training.batch`, `datasets[].name`.
  public var key: String
  /// The default as JSON, or nil where there is none.
  var standard: JSONNode?
  /// When it is required, where there is no default: `required`.
  var standardText: String?
  /// What it may be: `2 to 65536`.
  public var allowed: String
  /// Its meaning, beginning with a small letter and without a full stop.
  public var help: String
  /// A page of the documentation and a heading on it: `datasets.md#classes`.
  public var more: String?

  /// Whether it must be given, always or in some cases.
  public var isRequired: Bool { standardText != nil }

  /// The default on one line, as the file has it, or what stands for it.
  public var defaultText: String { standardText ?? standard?.canonicalText() ?? "" }

  /// The setting for scripts: `key`, `default` (null where it is required), `required`, `allowed`, `help`.
  public var json: JSONNode {
    .members([
      "key": .string(key), "default": standard ?? .null, "required": .bool(isRequired),
      "allowed": .string(allowed), "help": .string(help),
    ])
  }
}
