import Core

/// The words after a command, split into options and positional arguments.
struct Arguments {
  /// The command, as faults name it: `microfold sweep`.
  let path: String
  private(set) var positionals: [String] = []
  private var values: [String: String] = [:]
  private var flags: Set<String> = []
  private let specification: CommandSpecification

  /// Splits `words`; `--option value` and `--option=value` are the same, `--` ends the options.
  init(_ words: ArraySlice<String>, of specification: CommandSpecification, path: String) throws(Fault) {
    self.specification = specification
    self.path = path
    var rest = words
    var mayBeOption = true
    while let word = rest.popFirst() {
      if mayBeOption, word == "--" {
        mayBeOption = false
      } else if mayBeOption, word.hasPrefix("-"), word != "-" {
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
    if isGiven(name) { throw fault(name, "is given twice") }
    guard let placeholder = option.value else {
      if parts.count > 1 { throw fault(name, "takes no value") }
      flags.insert(name)
      return
    }
    if parts.count > 1 {
      values[name] = String(parts[1])
    } else if let next = rest.first, !next.hasPrefix("--") {
      values[name] = rest.removeFirst()
    } else {
      throw fault(name, "needs a value, \(placeholder)")
    }
    if values[name] == "" { throw fault(name, "is empty") }
  }

  private mutating func take(positional word: String) throws(Fault) {
    let most = specification.positionals.last?.repeats == true ? Int.max : specification.positionals.count
    if positionals.count >= most {
      throw Fault(at: path, "does not take \(Arguments.shown(word)); see \(path) --help")
    }
    let name = specification.positionals[min(positionals.count, specification.positionals.count - 1)].name
    if word.isEmpty { throw Fault(at: path, "\(name) is empty") }
    positionals.append(word)
  }

  private func checkPresence() throws(Fault) {
    for option in specification.options where option.isRequired && values[option.name] == nil {
      throw Fault(at: path, "needs \(option.title), \(option.help); see \(path) --help")
    }
    let required = specification.positionals.filter(\.isRequired)
    if positionals.count < required.count {
      let missing = required[positionals.count]
      throw Fault(at: path, "needs \(missing.name), \(missing.help); see \(path) --help")
    }
    var given: [String: String] = [:]
    for option in specification.options where isGiven(option.name) {
      guard let exclusion = option.exclusion else { continue }
      if let other = given.updateValue(option.name, forKey: exclusion) {
        throw fault(option.name, "cannot be combined with \(other); give one of them")
      }
    }
  }

  private func unknown(_ name: String) -> Fault {
    let names = specification.options.map { String($0.name.dropFirst(2)) }
    let nearest = NearestWord.suggest(String(name.drop { $0 == "-" }), among: names)
    let advice = nearest.map { "did you mean --\($0)?" } ?? "see \(path) --help"
    return Fault(at: path, "unknown option \(Arguments.shown(name)); \(advice)")
  }

  /// Whether an option is given.
  func isGiven(_ name: String) -> Bool { values[name] != nil || flags.contains(name) }

  /// An option's value as it was typed, or nil.
  func value(_ name: String) -> String? { values[name] }

  func fault(_ option: String, _ problem: String) -> Fault { Fault(at: "\(path) \(option)", problem) }

  /// What the user typed, as a fault shows it: quoted, on one line, not too long.
  static func shown(_ word: String) -> String {
    (word.count <= 60 ? word : word.prefix(60) + "…").debugDescription
  }
}
