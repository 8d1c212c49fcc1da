/// One object of the sweep file, read key by key: what is wrong is noted, a default stands in, and reading goes on.
struct SectionReader {
  /// Where the object is: `training`, `datasets[1]`, or nothing for the file itself.
  let path: String
  private(set) var faults: [Fault] = []
  private var values: [String: JSONNode] = [:]

  /// - Parameters:
  ///   - node: the object; anything else is a fault, and then no key is there.
  ///   - keys: all keys it may have.
  init(_ node: JSONNode, path: String, keys: [String]) {
    self.path = path
    guard case .object(let members) = node else {
      faults.append(Fault(at: path.isEmpty ? "sweep file" : path, "is \(node.summary), not an object"))
      return
    }
    for member in members {
      if keys.contains(member.key) {
        values[member.key] = member.value
      } else {
        note(SectionReader.shown(member.key), "is no known key; \(NearestWord.advice(member.key, among: keys))")
      }
    }
  }

  /// The value of `key`, or nil when it is not there.
  func node(_ key: String) -> JSONNode? { values[key] }

  func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  mutating func note(_ key: String, _ problem: String) { faults.append(Fault(at: place(key), problem)) }

  mutating func add(_ more: [Fault]) { faults += more }

  /// An integer in `range`; `least` says why nothing below the range will do.
  mutating func integer<Value: FixedWidthInteger>(
    _ key: String, _ standard: Value, _ range: ClosedRange<Value>, _ least: String
  ) -> Value {
    guard let node = values[key] else { return standard }
    switch ValueCheck.integer(node, range, least) {
    case .success(let value): return value
    case .failure(let problem):
      note(key, problem.text)
      return standard
    }
  }

  /// A finite number in `range`; `least` says why nothing below the range will do.
  mutating func number(_ key: String, _ standard: Double, _ range: ClosedRange<Double>, _ least: String) -> Double {
    guard let node = values[key] else { return standard }
    switch ValueCheck.number(node, range, least) {
    case .success(let value): return value
    case .failure(let problem):
      note(key, problem.text)
      return standard
    }
  }

  /// A text that can stand on one line and, where it is a path, be handed to the system: not empty, no control
  /// characters, at most 1,000 bytes.
  mutating func text(_ key: String, _ standard: String) -> String {
    guard let node = values[key] else { return standard }
    guard case .string(let text) = node else {
      note(key, "is \(node.summary), not a text")
      return standard
    }
    if let problem = ValueCheck.problem(ofText: text) { note(key, problem) }
    return text
  }

  /// One word of a closed list.
  mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String, _ standard: Word) -> Word {
    guard let node = values[key] else { return standard }
    switch ValueCheck.word(node, as: Word.self) {
    case .success(let word): return word
    case .failure(let problem):
      note(key, problem.text)
      return standard
    }
  }

  /// The elements of a list that is not empty, or nil when it is not there or is no such list.
  mutating func list(_ key: String, of what: String) -> [JSONNode]? {
    guard let node = values[key] else { return nil }
    guard case .list(let elements) = node else {
      note(key, "is \(node.summary), not a list of \(what)")
      return nil
    }
    if elements.isEmpty { note(key, "is empty; it lists at least one of the \(what)") }
    return elements.isEmpty ? nil : elements
  }

  /// An unknown key as a place shows it, short and on one line.
  private static func shown(_ key: String) -> String {
    let isPlain = !key.isEmpty && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && key.utf8.count <= 40
    return isPlain ? key : JSONNode.string(key).summary
  }
}

/// Whether a single value of the sweep file is what its key asks for.
enum ValueCheck {
  /// Why a value will not do.
  struct Problem: Error {
    var text: String

    init(_ text: String) { self.text = text }
  }

  static func integer<Value: FixedWidthInteger>(
    _ node: JSONNode, _ range: ClosedRange<Value>, _ least: String
  ) -> Result<Value, Problem> {
    guard case .number(let text) = node else { return .failure(Problem("is \(node.summary), not an integer")) }
    if let value = Value(text), range.contains(value) { return .success(value) }
    guard !text.contains("."), !text.contains("e"), !text.contains("E") else {
      return .failure(Problem("is \(node.summary); an integer has no point and no exponent"))
    }
    let isBelow = text.hasPrefix("-") || Value(text).map { $0 < range.lowerBound } ?? false
    let advice = isBelow ? least : "at most \(range.upperBound) can be asked for"
    return .failure(Problem("is \(node.summary); \(advice)"))
  }

  static func number(_ node: JSONNode, _ range: ClosedRange<Double>, _ least: String) -> Result<Double, Problem> {
    guard case .number(let text) = node, let value = Double(text) else {
      return .failure(Problem("is \(node.summary), not a number"))
    }
    if range.contains(value) { return .success(value == 0 ? 0 : value) }  // -0 is 0
    let isBelow = value < range.lowerBound
    let most =
      range.upperBound == range.upperBound.rounded() && range.upperBound < 1e9
      ? String(Int(range.upperBound)) : String(range.upperBound)
    return .failure(Problem("is \(node.summary); " + (isBelow ? least : "at most \(most) can be asked for")))
  }

  static func word<Word: RawRepresentable<String> & CaseIterable>(
    _ node: JSONNode, as type: Word.Type
  ) -> Result<Word, Problem> {
    word(node, among: Word.allCases.map(\.rawValue)).flatMap { text in
      Word(rawValue: text).map { .success($0) } ?? .failure(Problem("is \(node.summary)"))
    }
  }

  /// One of these words.
  static func word(_ node: JSONNode, among words: [String]) -> Result<String, Problem> {
    guard case .string(let text) = node else {
      return .failure(Problem("is \(node.summary); it is one of \(words.joined(separator: ", "))"))
    }
    if words.contains(text) { return .success(text) }
    return .failure(Problem("is \(node.summary); \(NearestWord.advice(text, among: words))"))
  }

  /// What is wrong with a name or a path, or nil.
  static func problem(ofText text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > 1000 { return "has \(text.utf8.count) bytes; 1000 is the most" }
    let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return hasControl ? "is \(JSONNode.string(text).summary); it must not have control characters" : nil
  }
}
