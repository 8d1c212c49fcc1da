import Core

/// Shells that `microfold completion` knows.
enum Shell: String, CaseIterable { case bash, zsh }

/// What `microfold completion` is to print.
struct CompletionOptions: Equatable {
  var shell = Shell.bash
}

extension CommandSpecification {
  static let completion: CommandSpecification = CommandSpecification(
    name: "completion",
    summary: "Print a script that makes bash or zsh complete microfold's commands and options.",
    explanation: """
      For the current bash: source <(microfold completion bash). For the current zsh, after compinit: source \
      <(microfold completion zsh). Permanently: make install, or write the output to a file \
      bash_completion.d/microfold or, in a folder of zsh's fpath, _microfold.
      """,
    defaults: CompletionOptions(),
    positionals: [.required(\.shell, "SHELL", "shell", "bash or zsh")],
    examples: ["microfold completion bash", "microfold completion zsh"],
    run: .alone { options, console in
      console.text(options.shell == .bash ? BashCompletion.script(.program) : ZshCompletion.script(.program))
      return .success
    })
}
