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
      Each can stand in the sweep file's `methods`. All are run on the same clips, folds and seeds. docs/methods.md has \
      their equations.
      """,
    options: [Option(name: "--json", help: "print JSON")],
    examples: ["microfold methods"],
    read: { arguments throws(Fault) in .methods(MethodsOptions(isJSON: arguments.isOn("--json"))) })
}
