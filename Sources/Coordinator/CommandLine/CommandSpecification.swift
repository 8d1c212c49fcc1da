import Core

/// A command: its words, what `--help` says of it, and how its words become a value.
struct CommandSpecification: Sendable {
  var name: String
  /// One line, for the list of commands and the top of the command's help.
  var summary: String
  /// What else there is to know, a paragraph.
  var explanation = ""
  var positionals: [Positional] = []
  var options: [Option] = []
  /// Whole command lines.
  var examples: [String] = []
  /// Commands below this one; a command has either these or `read`.
  var subcommands: [CommandSpecification] = []
  /// The command's value from its words.
  var read: (@Sendable (Arguments) throws(Fault) -> Command)?

  /// A word without dashes.
  struct Positional: Sendable {
    /// Its placeholder in capitals: `RUN`.
    var name: String
    var help: String
    var isRequired = true
    /// Whether there may be several; then it is the last.
    var repeats = false
    /// All words that it may be, where these are few.
    var choices: [String] = []
  }

  /// A word with dashes, and its value.
  struct Option: Sendable {
    /// With its dashes: `--config`.
    var name: String
    /// The value's placeholder, or nil for a switch.
    var value: String?
    var help: String
    /// What stands in when it is not given, as the help shows it.
    var standard: String?
    var isRequired = false
    /// Options with the same mark exclude each other.
    var exclusion: String?
    /// All values, where these are few and `value` does not list them.
    var choices: [String] = []
  }

  /// The command that `words` ask for, from this one down.
  ///
  /// - Parameter path: the words up to here, `microfold import`.
  func parse(_ words: ArraySlice<String>, path: String) throws(Fault) -> Command {
    if let read {
      let beforeEnd = words.prefix { $0 != "--" }
      if beforeEnd.contains(where: CommandSpecification.isHelp) { return .help(helpText(path: path)) }
      if beforeEnd.contains("--version") { return CommandSpecification.versionCommand }
      return try read(Arguments(words, of: self, path: path))
    }
    // Without a word more there is nothing to be done but to say what could be.
    guard let word = words.first, !CommandSpecification.isHelp(word) else { return .help(helpText(path: path)) }
    if word == "--version" { return CommandSpecification.versionCommand }
    if let subcommand = subcommands.first(where: { $0.name == word }) {
      return try subcommand.parse(words.dropFirst(), path: "\(path) \(word)")
    }
    if word.hasPrefix("-") {
      throw Fault(at: path, "unknown option \(Arguments.shown(word)) where a command should stand; see \(path) --help")
    }
    let advice = NearestWord.advice(word, among: subcommands.map(\.name))
    throw Fault(at: path, "unknown command \(Arguments.shown(word)); \(advice)")
  }

  static func isHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

  private static var versionCommand: Command { .version("\(Program.name) \(Program.version)") }
}
