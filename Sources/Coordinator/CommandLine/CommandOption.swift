import Core

/// An option of a command, declared once: its name, its value, what it means and which property keeps it. Parsing, the
/// help, the manual page and completion come from it; the default is that of the property.
///
///     .value(\.rounds, "--rounds", .integer(1...1000), "steps that are measured")
struct CommandOption<Options: Sendable>: Sendable {
  let name: String
  /// What the help and the shells say about it, with the defaults of a value of `Options`.
  let describe: @Sendable (Options) -> CommandSpecification.Option
  /// Sets the property from what the user typed; the option is given.
  let apply: @Sendable (Arguments, inout Options) throws(Fault) -> Void

  /// An option with a default.
  ///
  /// - Parameters:
  ///   - standard: the default in words where the property's does not say it.
  ///   - exclusion: options with the same mark cannot be combined.
  static func value<Value>(
    _ property: WritableKeyPath<Options, Value> & Sendable, _ name: String, _ kind: OptionKind<Value>, _ help: String,
    standard: String? = nil, exclusion: String? = nil
  ) -> CommandOption {
    CommandOption(
      name, kind, help, exclusion, shown: { $0.standard = standard ?? kind.shown($1[keyPath: property]) },
      set: { $1[keyPath: property] = $0 })
  }

  /// An option without which its property is nil.
  ///
  /// - Parameters:
  ///   - standard: what then holds, in words.
  ///   - exclusion: options with the same mark cannot be combined.
  static func optional<Value>(
    _ property: WritableKeyPath<Options, Value?> & Sendable, _ name: String, _ kind: OptionKind<Value>, _ help: String,
    standard: String? = nil, exclusion: String? = nil
  ) -> CommandOption {
    CommandOption(
      name, kind, help, exclusion, shown: { option, _ in option.standard = standard },
      set: { $1[keyPath: property] = $0 })
  }

  /// An option that must be given.
  static func required<Value>(
    _ property: WritableKeyPath<Options, Value> & Sendable, _ name: String, _ kind: OptionKind<Value>, _ help: String
  ) -> CommandOption {
    CommandOption(
      name, kind, help, shown: { option, _ in option.isRequired = true }, set: { $1[keyPath: property] = $0 })
  }

  /// An option without a value, which sets its property to a given one.
  static func flag<Value: Sendable>(
    _ property: WritableKeyPath<Options, Value> & Sendable, _ value: Value, _ name: String, _ help: String,
    standard: String? = nil, exclusion: String? = nil
  ) -> CommandOption {
    CommandOption(
      name: name,
      describe: { _ in
        CommandSpecification.Option(name: name, help: help, standard: standard, exclusion: exclusion)
      },
      apply: { _, options throws(Fault) in options[keyPath: property] = value })
  }
}

extension CommandOption {
  /// An option with a value.
  ///
  /// - Parameters:
  ///   - shown: completes what the help says, from the defaults.
  ///   - set: keeps the value.
  private init<Value>(
    _ name: String, _ kind: OptionKind<Value>, _ help: String, _ exclusion: String? = nil,
    shown: @escaping @Sendable (inout CommandSpecification.Option, Options) -> Void,
    set: @escaping @Sendable (Value, inout Options) -> Void
  ) {
    self.name = name
    describe = { defaults in
      var option = CommandSpecification.Option(
        name: name, value: kind.placeholder, help: help, exclusion: exclusion, completable: kind.completion)
      shown(&option, defaults)
      return option
    }
    apply = { arguments, options throws(Fault) in
      do throws(ValueProblem) {
        set(try kind.read(arguments.value(name) ?? ""), &options)
      } catch {
        throw arguments.fault(name, error.text)
      }
    }
  }
}

/// A word of a command without dashes, declared once like an option.
struct CommandPositional<Options: Sendable>: Sendable {
  let description: CommandSpecification.Positional
  /// Sets the property from these words, of which there is at least one.
  let apply: @Sendable ([String], _ path: String, inout Options) throws(Fault) -> Void

  /// A word that must be given.
  static func required(
    _ property: WritableKeyPath<Options, String> & Sendable, _ name: String, _ help: String, _ completion: Completable
  ) -> CommandPositional {
    CommandPositional(
      description: CommandSpecification.Positional(name: name, help: help, completable: completion),
      apply: { words, _, options throws(Fault) in options[keyPath: property] = words[0] })
  }

  /// A word without which its property is nil.
  static func optional(
    _ property: WritableKeyPath<Options, String?> & Sendable, _ name: String, _ help: String, _ completion: Completable
  ) -> CommandPositional {
    CommandPositional(
      description: CommandSpecification.Positional(name: name, help: help, isRequired: false, completable: completion),
      apply: { words, _, options throws(Fault) in options[keyPath: property] = words[0] })
  }

  /// A word of a list that must be given.
  ///
  /// - Parameter noun: what a fault calls it.
  static func required<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ property: WritableKeyPath<Options, Word> & Sendable, _ name: String, _ noun: String, _ help: String
  ) -> CommandPositional {
    let all = Word.allCases.map(\.rawValue)
    return CommandPositional(
      description: CommandSpecification.Positional(name: name, help: help, completable: .words(all)),
      apply: { words, path, options throws(Fault) in
        guard let word = Word(rawValue: words[0]) else { throw unknown(noun, words[0], all, path) }
        options[keyPath: property] = word
      })
  }

  /// One path or more.
  static func paths(
    _ property: WritableKeyPath<Options, [String]> & Sendable, _ name: String, _ help: String, _ completion: Completable
  ) -> CommandPositional {
    CommandPositional(
      description: CommandSpecification.Positional(name: name, help: help, repeats: true, completable: completion),
      apply: { words, _, options throws(Fault) in options[keyPath: property] = words })
  }

  /// Any number of words of a list, each once; without a word the property keeps its default.
  ///
  /// - Parameter noun: what a fault calls each.
  static func several(
    _ property: WritableKeyPath<Options, [String]> & Sendable, _ name: String, _ noun: String, _ help: String,
    among all: [String]
  ) -> CommandPositional {
    CommandPositional(
      description: CommandSpecification.Positional(
        name: name, help: help, isRequired: false, repeats: true, completable: .words(all)),
      apply: { words, path, options throws(Fault) in
        for (index, word) in words.enumerated() {
          guard all.contains(word) else { throw unknown(noun, word, all, path) }
          if words[..<index].contains(word) { throw Fault(at: path, "\(word) is given twice") }
        }
        options[keyPath: property] = words
      })
  }

  private static func unknown(_ noun: String, _ word: String, _ all: [String], _ path: String) -> Fault {
    Fault(at: path, "unknown \(noun) \(Arguments.shown(word)); \(NearestWord.advice(word, among: all))")
  }
}
