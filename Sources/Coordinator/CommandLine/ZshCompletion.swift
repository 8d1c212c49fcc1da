/// Completion for zsh, by its own `_arguments`.
enum ZshCompletion {
  /// The script for a program and all its commands.
  static func script(_ program: CommandSpecification) -> String {
    let functions = program.tree().reversed().map { words, command in
      command.subcommands.isEmpty ? leaf(words, command) : group(words, command)
    }
    return """
      #compdef \(program.name)
      # zsh completion for \(program.name); made by: \(program.name) completion zsh

      \(functions.joined(separator: "\n\n"))

      if [ "${funcstack[1]}" = "_\(program.name)" ]; then
        _\(program.name) "$@"
      else
        compdef _\(program.name) \(program.name)
      fi

      """
  }

  private static func function(_ words: [String]) -> String { (["_microfold"] + words).joined(separator: "_") }

  private static let general = [
    "'(- : *)'{-h,--help}'[print help]'", "'(- : *)--version[print the version]'",
  ]

  private static func group(_ words: [String], _ command: CommandSpecification) -> String {
    let names = command.subcommands.map { "    \(quoted("\($0.name):\(escaped($0.summary, ":\\"))"))" }
    let cases = command.subcommands.map { "        \($0.name)) \(function(words + [$0.name])) ;;" }
    return """
      \(function(words))() {
        local context state state_descr line
        typeset -A opt_args
        local -a commands=(
      \(names.joined(separator: "\n"))
        )
        _arguments -C \(general.joined(separator: " ")) '1:command:->command' '*::argument:->argument'
        case $state in
          command) _describe command commands ;;
          argument)
            case $words[1] in
      \(cases.joined(separator: "\n"))
            esac
            ;;
        esac
      }
      """
  }

  private static func leaf(_ words: [String], _ command: CommandSpecification) -> String {
    let options = command.options.map { option in
      let others = command.options.filter {
        $0.name != option.name && $0.exclusion != nil && $0.exclusion == option.exclusion
      }
      let exclusion = others.isEmpty ? "" : "(\(others.map(\.name).joined(separator: " ")))"
      let value = option.value.map { ":\(escaped($0, ":")):\(action(option.completable))" } ?? ""
      return quoted("\(exclusion)\(option.name)\(value.isEmpty ? "" : "=")[\(escaped(option.help, "[]\\"))]\(value)")
    }
    let positionals = command.positionals.enumerated().map { index, positional in
      let position = positional.repeats ? "*" : "\(index + 1)"
      return quoted("\(position):\(escaped(positional.name, ":")):\(action(positional.completable))")
    }
    let all = (general + options + positionals).map { "    \($0)" }
    return "\(function(words))() {\n  _arguments -s \\\n\(all.joined(separator: " \\\n"))\n}"
  }

  private static func action(_ kind: Completable?) -> String {
    switch kind {
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .files: "_files"
    case .folders: "_files -/"
    case .nothing, nil: " "
    }
  }

  /// With a backslash before each of `characters`.
  private static func escaped(_ text: String, _ characters: String) -> String {
    text.map { characters.contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }

  /// In single quotes.
  private static func quoted(_ text: String) -> String {
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}
