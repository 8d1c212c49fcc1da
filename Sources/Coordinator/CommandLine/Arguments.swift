import Core

/// The words behind a command, split into options and positionals, with accessors that check them.
struct Arguments {
  /// The command, as faults name it: `microfold sweep`.
  let path: String
  private(set) var positionals: [String] = []
  private var values: [String: String] = [:]
  private var switches: Set<String> = []
  private let specification: CommandSpecification

  /// Splits `words`; `--option value` and `--option=value` are the same, `--` ends the options.
  init(_ words: ArraySlice<String>, of specification: CommandSpecification, path: String) throws(Fault) {
    self.specification = specification
    self.path = path
    var rest = words
    var isOption = true
    while let word = rest.popFirst() {
      if isOption, word == "--" {
        isOption = false
      } else if isOption, word.hasPrefix("-"), word != "-" {
        try take(option: word, &rest)
      } else {
        try take(positional: word)
      }
    }
    try checkPresence()
  }

  private mutating func take(option word: String, _ rest: inout ArraySlice<String>) throws(Fault) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = specification.options.first(where: { $0.name == name }) else { throw unknown(name) }
    if values[name] != nil || switches.contains(name) { throw fault(name, "is given twice") }
    guard let placeholder = option.value else {
      if parts.count > 1 { throw fault(name, "takes no value") }
      switches.insert(name)
      return
    }
    if parts.count > 1 {
      values[name] = String(parts[1])
    } else if let next = rest.first, !next.hasPrefix("--") {
      values[name] = rest.removeFirst()
    } else {
      throw fault(name, "needs a value, \(placeholder)")
    }
  }

  private mutating func take(positional word: String) throws(Fault) {
    let most = specification.positionals.last?.repeats == true ? Int.max : specification.positionals.count
    if positionals.count >= most {
      throw Fault(at: path, "\(Arguments.shown(word)) is one word too many; see \(path) --help")
    }
    positionals.append(word)
  }

  private func checkPresence() throws(Fault) {
    for option in specification.options where option.isRequired && values[option.name] == nil {
      let value = option.value.map { " " + $0 } ?? ""
      throw Fault(at: path, "needs \(option.name)\(value), \(option.help); see \(path) --help")
    }
    let required = specification.positionals.filter(\.isRequired)
    if positionals.count < required.count {
      let missing = required[positionals.count]
      throw Fault(at: path, "needs \(missing.name), \(missing.help); see \(path) --help")
    }
    var given: [String: String] = [:]
    for option in specification.options where switches.contains(option.name) || values[option.name] != nil {
      guard let exclusion = option.exclusion else { continue }
      if let other = given.updateValue(option.name, forKey: exclusion) {
        throw fault(option.name, "excludes \(other); give one of them")
      }
    }
  }

  private func unknown(_ name: String) -> Fault {
    let names = specification.options.map { String($0.name.dropFirst(2)) }
    let nearest = NearestWord.suggest(String(name.drop { $0 == "-" }), among: names)
    let advice = nearest.map { "did you mean --\($0)?" } ?? "see \(path) --help"
    return Fault(at: path, "unknown option \(Arguments.shown(name)); \(advice)")
  }

  func fault(_ option: String, _ problem: String) -> Fault { Fault(at: "\(path) \(option)", problem) }

  /// What the user typed, as a fault shows it: quoted, on one line, not too long.
  static func shown(_ word: String) -> String {
    (word.count <= 60 ? word : word.prefix(60) + "…").debugDescription
  }
}

extension Arguments {
  /// Whether a switch is given.
  func isOn(_ name: String) -> Bool { switches.contains(name) }

  /// A value as it was typed, or nil; an empty one is a fault.
  func text(_ name: String) throws(Fault) -> String? {
    guard let text = values[name] else { return nil }
    if text.isEmpty { throw fault(name, "is empty") }
    return text
  }

  /// The value of an option that its specification requires.
  func requiredText(_ name: String) throws(Fault) -> String {
    guard let text = try text(name) else { throw Fault(at: path, "needs \(name); see \(path) --help") }
    return text
  }

  /// The path of a file to write that its specification requires; its name must end in `ending`.
  func requiredFile(_ name: String, ending: String) throws(Fault) -> String {
    guard let file = try file(name, ending: ending) else { throw Fault(at: path, "needs \(name); see \(path) --help") }
    return file
  }

  /// The path of a file to write, whose name must end in `ending`.
  func file(_ name: String, ending: String) throws(Fault) -> String? {
    guard let file = try text(name) else { return nil }
    if file.hasSuffix(ending), file != ending, !file.hasSuffix("/" + ending) { return file }
    throw fault(name, "is \(Arguments.shown(file)); the file's name ends in \(ending)")
  }

  /// One of the words of an enumeration, or nil.
  func word<Word: CaseIterable & RawRepresentable<String>>(_ name: String) throws(Fault) -> Word? {
    guard let text = try text(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      let advice = NearestWord.advice(text, among: Word.allCases.map(\.rawValue))
      throw fault(name, "is \(Arguments.shown(text)); \(advice)")
    }
    return word
  }

  /// A whole number in `range`, or nil.
  func integer<Value: FixedWidthInteger>(_ name: String, _ range: ClosedRange<Value>) throws(Fault) -> Value? {
    guard let text = try text(name) else { return nil }
    guard let value = Value(text), range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      throw fault(name, "is \(Arguments.shown(text)); it takes a whole number \(bounds)")
    }
    return value
  }

  /// A number in `range`, or nil.
  func number(_ name: String, _ range: ClosedRange<Double>) throws(Fault) -> Double? {
    guard let text = try text(name) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      throw fault(name, "is \(Arguments.shown(text)); it takes a number \(bounds)")
    }
    return value
  }
}
