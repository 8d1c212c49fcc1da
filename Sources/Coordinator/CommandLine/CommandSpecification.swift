import Core
import Worker

/// A command: its name, what `--help` says about it, and how the words after it become something that can be run.
struct CommandSpecification: Sendable {
  let name: String
  /// One line, for the list of commands and the top of the command's help.
  let summary: String
  /// What else there is to know, one paragraph.
  let explanation: String
  let positionals: [Positional]
  let options: [Option]
  /// Whole command lines.
  let examples: [String]
  /// Commands below this one; a command has either these or `read`.
  let subcommands: [CommandSpecification]
  private let read: (@Sendable (Arguments) throws(Fault) -> Invocation)?

  /// A word without dashes, as the help shows it.
  struct Positional: Sendable {
    /// Its placeholder in capitals: `RUN`.
    var name: String
    var help: String
    var isRequired = true
    /// Whether there may be several; then it is the last.
    var repeats = false
    var completable: Completable
  }

  /// A word with dashes and its value, as the help shows it.
  struct Option: Sendable {
    /// With its dashes: `--config`.
    var name: String
    /// The value's placeholder, or nil where it takes none.
    var value: String?
    var help: String
    /// The default, as the help shows it.
    var standard: String?
    var isRequired = false
    /// Options with the same mark cannot be combined.
    var exclusion: String?
    /// Nil where it takes no value.
    var completable: Completable?
  }

  /// A command that does nothing itself but has commands below it.
  init(
    name: String, summary: String, explanation: String = "", examples: [String], subcommands: [CommandSpecification]
  ) {
    (self.name, self.summary, self.explanation, self.examples) = (name, summary, explanation, examples)
    (positionals, options, self.subcommands, read) = ([], [], subcommands, nil)
  }

  /// A command that does something.
  ///
  /// - Parameters:
  ///   - defaults: its options where none are given.
  ///   - writes: whether processes that do not know of each other would do harm with it.
  ///   - stops: whether SIGUSR1, SIGTERM and SIGINT ask it to stop instead of ending it.
  ///   - check: looks at the options together, once all are read.
  ///   - run: what it does.
  init<Options: Equatable & Sendable>(
    name: String, summary: String, explanation: String = "", defaults: Options,
    positionals: [CommandPositional<Options>] = [], options: [CommandOption<Options>] = [], examples: [String],
    writes: Bool = false, stops: Bool = false,
    check: @escaping @Sendable (inout Options, Arguments) throws(Fault) -> Void = { _, _ throws(Fault) in },
    run: CommandRun<Options>
  ) {
    (self.name, self.summary, self.explanation, self.examples) = (name, summary, explanation, examples)
    self.positionals = positionals.map(\.description)
    self.options = options.map { $0.describe(defaults) }
    subcommands = []
    read = { arguments throws(Fault) in
      var value = defaults
      for option in options where arguments.isGiven(option.name) { try option.apply(arguments, &value) }
      var words = arguments.positionals[...]
      for positional in positionals where !words.isEmpty {
        let count = positional.description.repeats ? words.count : 1
        try positional.apply(Array(words.prefix(count)), arguments.path, &value)
        words = words.dropFirst(count)
      }
      try check(&value, arguments)
      return Invocation(options: value, writes: writes, stops: stops, work: run.work(value))
    }
  }

  /// What `words` ask for, from this command down.
  ///
  /// - Parameter path: the words up to here, `microfold import`.
  func parse(_ words: ArraySlice<String>, path: String) throws(Fault) -> Request {
    if let read {
      let beforeEnd = words.prefix { $0 != "--" }
      if beforeEnd.contains(where: CommandSpecification.isHelp) { return .print(helpText(path: path)) }
      if beforeEnd.contains("--version") { return CommandSpecification.version }
      return .run(try read(Arguments(words, of: self, path: path)))
    }
    // Without another word the help says which commands there are.
    guard let word = words.first, !CommandSpecification.isHelp(word) else { return .print(helpText(path: path)) }
    if word == "--version" { return CommandSpecification.version }
    if let subcommand = subcommands.first(where: { $0.name == word }) {
      return try subcommand.parse(words.dropFirst(), path: "\(path) \(word)")
    }
    if word.hasPrefix("-") {
      throw Fault(at: path, "unknown option \(Arguments.shown(word)); a command must come first; see \(path) --help")
    }
    let advice = NearestWord.advice(word, among: subcommands.map(\.name))
    throw Fault(at: path, "unknown command \(Arguments.shown(word)); \(advice)")
  }

  /// Every command from this one down, with the words that lead to it.
  func tree(_ words: [String] = []) -> [(words: [String], command: CommandSpecification)] {
    [(words, self)] + subcommands.flatMap { $0.tree(words + [$0.name]) }
  }

  private static func isHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

  private static var version: Request { .print("\(Program.name) \(Program.version)") }
}

/// What the user asked for.
enum Request {
  /// Print this text on standard output.
  case print(String)
  case run(Invocation)
}

/// A command with its options.
struct Invocation: Sendable {
  let options: any Equatable & Sendable
  /// Whether processes that do not know of each other would do harm with it.
  let writes: Bool
  /// Whether signals ask it to stop instead of ending it.
  let stops: Bool
  let work: Work

  enum Work: Sendable {
    /// One process does it; other ranks have nothing to do.
    case alone(@Sendable (Console) throws -> ExitStatus)
    /// All ranks do it together. A rank may wait for others for so many seconds.
    case together(stallTimeout: Int, @Sendable (any Communicator, Console) throws -> ExitStatus)
  }
}

/// What a command does with its options.
enum CommandRun<Options: Sendable>: Sendable {
  /// One process does it; other ranks have nothing to do.
  case alone(@Sendable (Options, Console) throws -> ExitStatus)
  /// All ranks do it together.
  case together(
    stallTimeout: @Sendable (Options) -> Int = { _ in SweepOptions.standardStallTimeout },
    @Sendable (Options, any Communicator, Console) throws -> ExitStatus)

  fileprivate func work(_ options: Options) -> Invocation.Work {
    switch self {
    case .alone(let body): .alone { console in try body(options, console) }
    case .together(let timeout, let body):
      .together(stallTimeout: timeout(options)) { world, console in try body(options, world, console) }
    }
  }
}
