import Core
import Testing

@testable import Coordinator

/// What words that are separated by spaces ask for.
func request(_ words: String) throws -> Request {
  try CommandLine.parse(words.split(separator: " ").map(String.init))
}

/// The options of a command, whose words are separated by spaces.
func parse<Options>(_ words: String) throws -> Options {
  guard case .run(let invocation) = try request(words) else { throw Fault(at: words, "is not a command that is run") }
  return try #require(invocation.options as? Options, "\(invocation.options)")
}

/// The text that words ask for; nil where they ask for something else.
func printed(_ words: [String]) throws -> String? {
  guard case .print(let text) = try CommandLine.parse(words) else { return nil }
  return text
}

/// The fault of words that are separated by spaces, as it is printed.
func fault(_ words: String) -> String {
  do {
    return "\(try request(words))"
  } catch {
    return "\(error)"
  }
}
