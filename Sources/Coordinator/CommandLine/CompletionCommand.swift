import Core

/// Shells that `microfold completion` knows.
enum Shell: String, CaseIterable { case bash, zsh }

extension CommandSpecification {
  static let completion: CommandSpecification = CommandSpecification(
    name: "completion",
    summary: "Print what makes bash or zsh complete microfold's words.",
    explanation: """
      For one bash: source <(microfold completion bash). For one zsh, after compinit: source <(microfold completion \
      zsh). For good: make install, or write it to a file bash_completion.d/microfold or, in a folder of zsh's fpath, \
      _microfold.
      """,
    positionals: [Positional(name: "SHELL", help: "bash or zsh", choices: Shell.allCases.map(\.rawValue))],
    examples: ["microfold completion bash", "microfold completion zsh"],
    read: { arguments throws(Fault) in
      let word = arguments.positionals[0]
      switch Shell(rawValue: word) {
      case .bash: return .text(BashCompletion.script(.program))
      case .zsh: return .text(ZshCompletion.script(.program))
      case nil:
        let advice = NearestWord.advice(word, among: Shell.allCases.map(\.rawValue))
        throw Fault(at: arguments.path, "unknown shell \(Arguments.shown(word)); \(advice)")
      }
    })

  static let manual: CommandSpecification = CommandSpecification(
    name: "manual",
    summary: "Print the manual page, for man.",
    explanation: "It is made of the same words as the help. make install puts it where man looks.",
    examples: ["microfold manual"],
    read: { _ throws(Fault) in .text(ManualPage.text(.program)) })

  /// Every command from this one down, with the words that lead to it.
  func tree(_ words: [String] = []) -> [(words: [String], command: CommandSpecification)] {
    [(words, self)] + subcommands.flatMap { $0.tree(words + [$0.name]) }
  }
}

/// What may stand in a place of a command line, as far as a shell can complete it.
enum Completable: Equatable {
  case words([String])
  case files
  case folders
  /// A number, or a new name.
  case nothing

  /// - Parameters:
  ///   - placeholder: as the help shows it, `FILE` or `auto|board`.
  ///   - choices: all values, where they are known.
  init(_ placeholder: String, choices: [String]) {
    if !choices.isEmpty {
      self = .words(choices)
    } else if placeholder.contains("|") {
      // A capital letter stands for a number: N|auto.
      self = .words(placeholder.split(separator: "|").map(String.init).filter { $0 != $0.uppercased() })
    } else if placeholder == "PRESET" {
      self = .words(ClassPreset.names)
    } else if placeholder.hasPrefix("FILE") || placeholder.hasSuffix("FILE") {
      self = .files
    } else {
      self = ["DIR", "RUN"].contains(placeholder) ? .folders : .nothing
    }
  }
}

extension CommandSpecification.Option {
  /// Nil for a switch.
  var completable: Completable? { value.map { Completable($0, choices: choices) } }
}

extension CommandSpecification.Positional {
  var completable: Completable { Completable(name, choices: choices) }
}
