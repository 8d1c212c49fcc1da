import Foundation
import Testing

@testable import Coordinator

@Suite struct HelpTests {
  @Test func everyLevelHasHelpThatNamesAllItTakes() throws {
    let commands = CommandSpecification.program.tree()
    #expect(commands.count == 44)
    for (words, command) in commands {
      let text = try #require(try printed(words + ["--help"]))
      #expect(text.hasPrefix((["Usage: microfold"] + words).joined(separator: " ")))
      for option in command.options { #expect(text.contains(option.name)) }
      for positional in command.positionals { #expect(text.contains(positional.name)) }
      for subcommand in command.subcommands { #expect(text.contains("  \(subcommand.name)  ")) }
      #expect(text.contains("Examples:") && text.contains("--help") && text.contains("--version"))
      #expect(try printed(words + ["-h"]) == text && printed(["help"] + words) == text)
    }
  }

  @Test func helpFitsIntoEightyColumns() throws {
    for (words, command) in CommandSpecification.program.tree() {
      // Examples and the usage are whole command lines, to be copied.
      let laidOut = command.helpText(path: words.joined(separator: " ")).components(before: "\nExamples:")
      for line in laidOut.split(separator: "\n").dropFirst() { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test func everyExampleIsRight() throws {
    for (_, command) in CommandSpecification.program.tree() {
      for example in command.examples {
        let words = example.split(separator: " ").map(String.init)
        let own = words.drop { $0 != "microfold" }.dropFirst()
        #expect(throws: Never.self, "\(example)") { try CommandLine.parse(Array(own)) }
      }
    }
  }

  @Test func helpWinsOverAWrongWord() throws {
    #expect(try printed(["sweep", "--confg", "--help"])?.hasPrefix("Usage: microfold sweep") == true)
  }

  @Test func withoutWordsTheCommandsAreShown() throws {
    #expect(try printed([]) == printed(["--help"]) && printed([]) != nil)
    #expect(try printed(["import"]) == printed(["import", "--help"]) && printed(["import"]) != nil)
  }
}

extension String {
  /// The text before `mark`, or all of it.
  fileprivate func components(before mark: String) -> String { components(separatedBy: mark)[0] }
}
