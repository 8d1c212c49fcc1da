import Foundation
import Testing

@testable import Coordinator

private func has(_ program: String) -> Bool {
  ["/usr/bin", "/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}

@Suite struct CompletionTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What bash offers for words of which the last is begun.
  private func offered(_ words: [String]) throws -> [String] {
    let script = try scratch.file("completion", text: BashCompletion.script(.program))
    let program = """
      source "$1"; shift
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _microfold; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let ending = try BuiltProgram.run(words: ["bash", "-c", program, "bash", script, "microfold"] + words, in: scratch)
    #expect(ending.status == 0)
    return ending.output
  }

  @Test func bashOffersCommandsOptionsAndValues() throws {
    #expect(try offered(["s"]) == ["sweep", "settings", "synth", "status", "step"])
    #expect(try offered(["import", "c"]) == ["casme2", "casme", "casme-squared", "casme3", "csv"])
    #expect(try offered(["sweep", "--pro"]) == ["--progress"])
    #expect(try offered(["sweep", "--progress", ""]) == ["auto", "board", "lines", "none"])
    #expect(try offered(["sweep", "--progress", "=", "b"]) == ["board"])
    #expect(try offered(["import", "csv", "--classes", "sam"]) == ["samm-5", "samm-basic5"])
    #expect(try offered(["completion", ""]) == ["bash", "zsh"])
    #expect(try offered(["sweep", "--threads", ""]) == [])
    #expect(try offered(["sweep", "--ranks-per-fold", ""]) == ["auto"])
    #expect(try offered(["synth", "synth-s"]) == ["synth-sdu", "synth-samm", "synth-smic"])
  }

  @Test func bashOffersFilesAndFolders() throws {
    try scratch.file("some/sweep.json", text: "")
    #expect(try offered(["sweep", "--config", "som"]) == ["some"])
    #expect(try offered(["sweep", "--config", "some/"]) == ["some/sweep.json"])
    #expect(try offered(["report", "some/"]) == [])
    #expect(try offered(["report", "so"]) == ["some"])
  }

  /// Every command's options are offered behind it.
  @Test func bashKnowsEveryOption() throws {
    let script = BashCompletion.script(.program)
    for (words, command) in CommandSpecification.program.tree() {
      #expect(script.contains("\"\(words.joined(separator: " "))\")"))
      for option in command.options { #expect(script.contains(option.name)) }
    }
  }

  @Test(.enabled(if: has("zsh"), "zsh is not installed")) func zshReadsItsScript() throws {
    let script = try scratch.file("_microfold", text: ZshCompletion.script(.program))
    let checked = try BuiltProgram.run(words: ["zsh", "-n", script], in: scratch)
    #expect(checked.status == 0 && checked.errors.isEmpty, "\(checked.errors)")
    let words = [
      "zsh", "-f", "-c", "autoload -U compinit; compinit -u -D; source \(script); echo ${_comps[microfold]}",
    ]
    #expect(try BuiltProgram.run(words: words, in: scratch).output == ["_microfold"])
  }
}

@Suite struct ManualTests {
  @Test func theManualNamesAllThatTheHelpDoes() {
    let page = ManualPage.text(.program).replacingOccurrences(of: "\\-", with: "-")
    for (words, command) in CommandSpecification.program.tree() where command.subcommands.isEmpty {
      #expect(page.contains((["microfold"] + words).joined(separator: " ")))
      for option in command.options { #expect(page.contains("\\fB\(option.name)\\fR")) }
    }
    for status in ExitStatus.allCases { #expect(page.contains(".B \(status.rawValue)\n")) }
  }

  @Test func noLineOfTextIsReadAsARequest() {
    let known: Set = [".TH", ".SH", ".SS", ".B", ".br", ".PP", ".TP", ".nf", ".fi", ".RS", ".RE", ".\\\""]
    for line in ManualPage.text(.program).split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(known.contains(String(line.split(separator: " ")[0])), "\(line)")
    }
    #expect(ManualPage.text(.program).allSatisfy { $0.isASCII })
  }

  @Test(.enabled(if: has("mandoc"), "mandoc is not installed")) func mandocHasNothingAgainstIt() throws {
    let scratch = try Scratch()
    let page = try scratch.file("microfold.1", text: ManualPage.text(.program))
    let ending = try BuiltProgram.run(words: ["mandoc", "-Tlint", "-Wwarning", page], in: scratch)
    #expect(ending.status == 0, "\(ending.output)")
  }
}
