/// `microfold manual` has no options.
struct ManualOptions: Equatable {}

extension CommandSpecification {
  static let manual: CommandSpecification = CommandSpecification(
    name: "manual",
    summary: "Print the manual page, for man.",
    explanation: "It has the same texts as the help. make install puts it where man finds it.",
    defaults: ManualOptions(),
    examples: ["microfold manual"],
    run: .alone { _, console in
      console.text(ManualPage.text(.program))
      return .success
    })
}
