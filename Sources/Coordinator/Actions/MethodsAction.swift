import Core

/// `microfold methods`: what a sweep can compare.
struct MethodsAction {
  let options: MethodsOptions
  let console: Console

  func run() {
    if options.isJSON {
      console.text(MethodsAction.json(Catalogue.methods.map(\.about)).canonicalText() + "\n")
    } else {
      console.line(Catalogue.methods.map(\.about).map(MethodsAction.text).joined(separator: "\n\n"))
    }
  }

  /// A method under its name, a fact a row, what was changed as a list.
  static func text(_ method: MethodDescription) -> String {
    let facts =
      [method.paper.map { ("paper", $0) }].compactMap { $0 } + method.settings.map { ($0.name, $0.value) }
      + method.changes.enumerated().map { ($0 == 0 ? "changed" : "", $1) }
    return Paragraph.table("\(method.name): \(method.title)", facts)
  }

  static func json(_ methods: [MethodDescription]) -> JSONNode {
    .list(
      methods.map { method in
        .record([
          "name": .string(method.name), "title": .string(method.title),
          "paper": method.paper.map(JSONNode.string) ?? .null,
          "settings": .list(
            method.settings.map { .record(["name": .string($0.name), "value": .string($0.value)]) }),
          "changes": .list(method.changes.map(JSONNode.string)),
        ])
      })
  }
}
