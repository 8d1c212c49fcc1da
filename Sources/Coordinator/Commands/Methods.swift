import Core

/// What `microfold methods` is to print.
struct MethodsOptions: Equatable {
  var isJSON = false
}

extension CommandSpecification {
  static let methods = CommandSpecification(
    name: "methods",
    summary: "List the methods that a sweep can compare, with their papers and settings.",
    explanation: """
      The sweep file's `methods` takes their names, and programs of your own: {"name": "mine", "command": \
      ["python3", "mine.py"]}. All are run on the same clips, folds and seeds. docs/methods.md has their equations, \
      and says what a program is given.
      """,
    defaults: MethodsOptions(),
    options: [.json(\.isJSON)],
    examples: ["microfold methods"],
    run: .alone { options, console in
      let methods = Catalogue.methods.map(\.about)
      console.line(
        options.isJSON
          ? JSONNode.list(methods.map(json)).canonicalText() : methods.map(text).joined(separator: "\n\n"))
      return .success
    })

  /// A method under its name, one row per fact, what was changed as a list.
  private static func text(_ method: MethodDescription) -> String {
    let facts =
      [method.paper.map { ("paper", $0) }].compactMap { $0 } + method.settings.map { ($0.name, $0.value) }
      + method.changes.enumerated().map { ($0 == 0 ? "changed" : "", $1) }
    return Paragraph.table("\(method.name): \(method.title)", facts)
  }

  private static func json(_ method: MethodDescription) -> JSONNode {
    .record([
      "name": .string(method.name), "title": .string(method.title),
      "paper": method.paper.map(JSONNode.string) ?? .null,
      "settings": .list(method.settings.map { .record(["name": .string($0.name), "value": .string($0.value)]) }),
      "changes": .list(method.changes.map(JSONNode.string)),
    ])
  }
}
