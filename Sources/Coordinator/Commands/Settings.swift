import Core

/// What `microfold settings` is to print.
struct SettingsOptions: Equatable {
  /// The beginning of the settings' names, or nil for all.
  var part: String?
  var form = Form.text

  enum Form { case text, json, markdown }
}

extension CommandSpecification {
  static let settings = CommandSpecification(
    name: "settings",
    summary: "List the settings of the sweep file, with their defaults.",
    explanation: """
      Each setting with its default, and below it what it means and what is allowed. A dot separates an object from \
      its settings; [] stands for each element of a list. docs/sweep-file.md has the same list.
      """,
    defaults: SettingsOptions(),
    positionals: [.optional(\.part, "PART", "settings that begin with this, for instance training", .nothing)],
    options: [
      .flag(\.form, .json, "--json", "print JSON", exclusion: "form"),
      .flag(\.form, .markdown, "--markdown", "print the table of docs/sweep-file.md", exclusion: "form"),
    ],
    examples: ["microfold settings", "microfold settings training", "microfold settings --json"],
    run: .alone { options, console in
      let all = SweepConfiguration.settings
      let settings = all.filter { options.part.map($0.key.hasPrefix) ?? true }
      if settings.isEmpty, let part = options.part {
        throw Fault(
          at: "microfold settings",
          "no setting begins with \(Arguments.shown(part)); "
            + NearestWord.advice(part, among: SettingsText.parts(all)))
      }
      switch options.form {
      case .text: console.line(SettingsText.text(settings))
      case .json: console.line(JSONNode.list(settings.map(\.json)).canonicalText())
      case .markdown: console.line(SettingsText.markdown(settings))
      }
      return .success
    })
}

/// The settings of the sweep file as people read them.
enum SettingsText {
  /// Each setting with its default, and below it what it means and what is allowed.
  static func text(_ settings: [SettingDescription]) -> String {
    settings.map { setting in
      let standard = setting.isRequired ? " (\(setting.defaultText))" : " = \(setting.defaultText)"
      let text = "\(Paragraph.sentence(setting.help)) Allowed: \(setting.allowed)."
      return setting.key + (standard + "\n" + Paragraph.wrapped(text, indentation: 4)).filter { $0 != "`" }
    }.joined(separator: "\n")
  }

  /// The table of docs/sweep-file.md.
  static func markdown(_ settings: [SettingDescription]) -> String {
    let rows = settings.map { setting in
      let standard = setting.isRequired ? setting.defaultText : "`\(setting.defaultText)`"
      let more = setting.more.map { " ([more](\($0)))" } ?? ""
      return "| `\(setting.key)` | \(standard) | \(setting.allowed) | \(setting.help)\(more) |"
    }
    return (["| key | default | allowed | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
  }

  /// The first parts of the settings' names.
  static func parts(_ settings: [SettingDescription]) -> [String] {
    var parts: [String] = []
    for setting in settings {
      let part = String(setting.key.prefix { $0 != "." && $0 != "[" })
      if !parts.contains(part) { parts.append(part) }
    }
    return parts
  }
}
