/// Completion for bash, of version 3.2 or later and without the package bash-completion.
enum BashCompletion {
  /// The script for a program and all its commands.
  static func script(_ program: CommandSpecification) -> String {
    let commands = program.tree()
    let paths = commands.dropFirst().map { "\"\($0.words.joined(separator: " "))\"" }.joined(separator: " | ")
    let cases = commands.map { branch($0.words, $0.command) }.joined(separator: "\n")
    return """
      # bash completion for \(program.name); made by: \(program.name) completion bash
      _\(program.name)_offer() {
        local word
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@")
      }

      _\(program.name)_files() {
        compopt -o filenames 2>/dev/null
        _\(program.name)_offer "$1" -- "$2"
      }

      _\(program.name)() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' index words=''
        COMPREPLY=()
        # --option=value comes in three words.
        if [ "$current" = "=" ]; then
          current=''
        elif [ "$previous" = "=" ] && [ "$COMP_CWORD" -ge 2 ]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        for ((index = 1; index < COMP_CWORD; index++)); do
          case "${command:+$command }${COMP_WORDS[index]}" in
            \(paths)) command=${command:+$command }${COMP_WORDS[index]} ;;
            *) break ;;
          esac
        done
        case "$command" in
      \(cases)
        esac
      }
      complete -F _\(program.name) \(program.name)

      """
  }

  private static func branch(_ words: [String], _ command: CommandSpecification) -> String {
    var lines = ["    \"\(words.joined(separator: " "))\")"]
    var kinds: [(kind: Completable, names: [String])] = []
    for option in command.options {
      guard let kind = option.completable else { continue }
      if let index = kinds.firstIndex(where: { $0.kind == kind }) {
        kinds[index].names.append(option.name)
      } else {
        kinds.append((kind, [option.name]))
      }
    }
    if !kinds.isEmpty {
      lines.append("      case \"$previous\" in")
      for (kind, names) in kinds {
        let offer = offer(kind).map { $0 + "; " } ?? ""
        lines.append("        \(names.joined(separator: " | "))) \(offer)return ;;")
      }
      lines.append("      esac")
    }
    let options = (command.options.map(\.name) + ["--help", "--version"]).joined(separator: " ")
    lines.append("      case \"$current\" in")
    lines.append("        -*) words='\(options)' ;;")
    let rest: Completable =
      command.subcommands.isEmpty
      ? command.positionals.last?.completable ?? .nothing : .words(command.subcommands.map(\.name))
    if case .words(let words) = rest {
      lines.append("        *) words='\(words.joined(separator: " "))' ;;")
    } else if let offer = offer(rest) {
      lines.append("        *) \(offer); return ;;")
    }
    lines.append("      esac")
    lines.append("      if [ -n \"$words\" ]; then _microfold_offer -W \"$words\" -- \"$current\"; fi")
    lines.append("      ;;")
    return lines.joined(separator: "\n")
  }

  private static func offer(_ kind: Completable) -> String? {
    switch kind {
    case .words(let words): "_microfold_offer -W '\(words.joined(separator: " "))' -- \"$current\""
    case .files: "_microfold_files -f \"$current\""
    case .folders: "_microfold_files -d \"$current\""
    case .nothing: nil
    }
  }
}
