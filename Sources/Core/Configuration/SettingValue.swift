/// A kind of value that a setting may have: what is allowed, how it is read from JSON and how it is written.
struct SettingValue<Value: Sendable>: Sendable {
  /// What is allowed, for people: `2 to 65536`.
  var allowed: String
  /// Reads a value; nil where nothing of it can be used, after adding what is wrong to the faults.
  ///
  /// The arguments: the JSON value; the value that the setting has so far, which an object changes in part; the
  /// setting's path in the file; the faults found so far.
  var read: @Sendable (JSONNode, Value?, String, inout [Fault]) -> Value?
  /// The value as JSON, for a file or for the digest.
  var write: @Sendable (Value, SettingPurpose) -> JSONNode
  /// The settings inside the value: none but for objects and lists of objects.
  var inside: @Sendable (_ path: String) -> [SettingDescription] = { _ in [] }
}

/// What settings are written for.
enum SettingPurpose {
  /// A sweep file.
  case file
  /// The text whose digest says whether two sweeps compute the same.
  case digest
  /// A comparison with another section, setting by setting: those that have their defaults too.
  case comparison
}

/// What is wrong with one value; who reads it adds where it is.
public struct ValueProblem: Error {
  public var text: String

  public init(_ text: String) { self.text = text }
}

extension SettingValue {
  /// A single value: a number, a text or a word.
  static func scalar(
    _ allowed: String, read: @escaping @Sendable (JSONNode) throws(ValueProblem) -> Value,
    write: @escaping @Sendable (Value) -> JSONNode
  ) -> SettingValue {
    SettingValue(
      allowed: allowed,
      read: { node, _, path, faults in
        do throws(ValueProblem) {
          return try read(node)
        } catch {
          faults.append(Fault(at: path, error.text))
          return nil
        }
      },
      write: { value, _ in write(value) })
  }

  /// The same kind of value, or `null` for none.
  static func optional<Wrapped>(_ kind: SettingValue<Wrapped>) -> SettingValue where Value == Wrapped? {
    SettingValue(
      allowed: "\(kind.allowed), or null",
      read: { node, base, path, faults in
        node == .null ? .some(nil) : kind.read(node, base ?? nil, path, &faults).map { .some($0) }
      },
      write: { value, purpose in value.map { kind.write($0, purpose) } ?? .null },
      inside: kind.inside)
  }

  /// An object with settings of its own; those that it does not name keep their values.
  static func section(_ table: SettingTable<Value>) -> SettingValue {
    SettingValue(
      allowed: "an object",
      read: { node, base, path, faults in
        table.read(node, over: base ?? table.standard, at: path, &faults, isOverride: base != nil)
      },
      write: { value, purpose in table.json(value, purpose) },
      inside: { table.descriptions(at: $0) })
  }

  /// A list, of at least one element unless it may be empty.
  ///
  /// - Parameters:
  ///   - kind: of the elements.
  ///   - name: of the elements, in the plural.
  ///   - repeated: why an element may be in the list only once; nil where it may be repeated.
  static func list<Element: Equatable>(
    of kind: SettingValue<Element>, _ name: String, repeated: String? = nil, mayBeEmpty: Bool = false
  ) -> SettingValue where Value == [Element] {
    SettingValue(
      allowed: "a list of: \(kind.allowed)",
      read: { node, _, path, faults in
        guard case .list(let nodes) = node else {
          faults.append(Fault(at: path, "is \(node.summary), not a list of \(name)"))
          return nil
        }
        if nodes.isEmpty, !mayBeEmpty {
          faults.append(Fault(at: path, "is empty; list at least one of the \(name)"))
        }
        var elements: [Element] = []
        for (index, node) in nodes.enumerated() {
          guard let element = kind.read(node, nil, "\(path)[\(index)]", &faults) else { continue }
          if let repeated, elements.contains(element) {
            faults.append(Fault(at: "\(path)[\(index)]", "is \(node.summary) again; \(repeated)"))
          }
          elements.append(element)
        }
        return elements.isEmpty && !mayBeEmpty ? nil : elements
      },
      write: { elements, purpose in .list(elements.map { kind.write($0, purpose) }) },
      inside: { kind.inside("\($0)[]") })
  }

  /// A list of one element, which is written without brackets.
  static func single<Element>(_ kind: SettingValue<Element>) -> SettingValue where Value == [Element] {
    SettingValue(
      allowed: kind.allowed,
      read: { node, _, path, faults in kind.read(node, nil, path, &faults).map { [$0] } },
      write: { elements, purpose in elements.first.map { kind.write($0, purpose) } ?? .null })
  }
}

extension SettingValue where Value == Bool {
  /// Yes or no.
  static var flag: SettingValue {
    .scalar(
      "true or false",
      read: { node throws(ValueProblem) in
        guard case .bool(let value) = node else { throw ValueProblem("is \(node.summary), not true or false") }
        return value
      }, write: { .bool($0) })
  }
}

extension SettingValue where Value: FixedWidthInteger {
  /// An integer in a range.
  ///
  /// - Parameter least: why nothing below the range is allowed: `a batch needs at least 2 clips`.
  static func integer(_ range: ClosedRange<Value>, least: String) -> SettingValue {
    .scalar(
      range.upperBound == .max
        ? "an integer, \(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)",
      read: { node throws(ValueProblem) in try integer(node, range, least) }, write: { .number("\($0)") })
  }

  /// A power of two, from 1.
  static func powerOfTwo(upTo largest: Value, least: String, reason: String) -> SettingValue {
    let powers = (0..<Value.bitWidth - 1).map { Value(1) << Value($0) }.filter { $0 <= largest }
    let list = powers.dropLast().map { "\($0)" }.joined(separator: ", ") + " or \(largest)"
    return .scalar(
      list,
      read: { node throws(ValueProblem) in
        let value = try integer(node, 1...largest, least)
        guard powers.contains(value) else { throw ValueProblem("is \(value); \(reason), so take \(list)") }
        return value
      }, write: { .number("\($0)") })
  }

  private static func integer(
    _ node: JSONNode, _ range: ClosedRange<Value>, _ least: String
  ) throws(ValueProblem) -> Value {
    guard case .number(let text) = node, let number = Double(text), number == number.rounded() else {
      throw ValueProblem("is \(node.summary), not an integer")
    }
    if let value = Value(text), range.contains(value) { return value }
    let isBelow = number < Double(range.lowerBound)
    throw ValueProblem(
      "is \(node.summary); " + (isBelow ? least : "the largest allowed is \(range.upperBound)"))
  }
}

extension SettingValue where Value == Double {
  /// A finite number in a range.
  ///
  /// - Parameters:
  ///   - least: why nothing below the range is allowed: `a weight is 0 or more`.
  ///   - allowed: the range in words where its bounds do not say it.
  static func number(_ range: ClosedRange<Double>, least: String, allowed: String? = nil) -> SettingValue {
    func plain(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
    let largest = plain(range.upperBound)
    return .scalar(
      allowed ?? "\(plain(range.lowerBound)) to \(largest)",
      read: { node throws(ValueProblem) in
        guard case .number(let text) = node, let value = Double(text) else {
          throw ValueProblem("is \(node.summary), not a number")
        }
        if range.contains(value) { return value == 0 ? 0 : value }  // -0 is 0
        throw ValueProblem(
          "is \(node.summary); " + (value < range.lowerBound ? least : "the largest allowed is \(largest)"))
      }, write: { .number("\($0)") })
  }
}

extension SettingValue where Value == String {
  /// A text that can stand on one line and, where it is a path, be given to the system: not empty, no control
  /// characters, at most 1,000 bytes.
  static func text(_ allowed: String) -> SettingValue {
    .scalar(
      allowed,
      read: { node throws(ValueProblem) in
        guard case .string(let text) = node else { throw ValueProblem("is \(node.summary), not a text") }
        if let problem = problem(ofText: text) { throw ValueProblem(problem) }
        return text
      }, write: { .string($0) })
  }

  /// One of these words.
  static func word(among words: [String]) -> SettingValue {
    .scalar(
      words.joined(separator: ", "),
      read: { node throws(ValueProblem) in
        guard case .string(let text) = node else {
          throw ValueProblem("is \(node.summary); it is one of \(words.joined(separator: ", "))")
        }
        guard words.contains(text) else {
          throw ValueProblem("is \(node.summary); \(NearestWord.advice(text, among: words))")
        }
        return text
      }, write: { .string($0) })
  }

  /// What is wrong with a name or a path, or nil.
  static func problem(ofText text: String) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > 1000 { return "has \(text.utf8.count) bytes; 1000 is the most" }
    let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return hasControl ? "is \(JSONNode.string(text).summary); it must not have control characters" : nil
  }
}

extension SettingValue where Value: RawRepresentable<String> {
  /// A text as `text` takes it, some of which have a meaning of their own.
  static func meaning(_ allowed: String) -> SettingValue {
    let kind = SettingValue<String>.text(allowed)
    return SettingValue(
      allowed: allowed,
      read: { node, _, path, faults in kind.read(node, nil, path, &faults).flatMap(Value.init) },
      write: { value, _ in .string(value.rawValue) })
  }

  /// One word of an enumeration: all of them, or these.
  static func word(among cases: [Value]) -> SettingValue {
    let kind = SettingValue<String>.word(among: cases.map(\.rawValue))
    return SettingValue(
      allowed: kind.allowed,
      read: { node, _, path, faults in kind.read(node, nil, path, &faults).flatMap(Value.init) },
      write: { value, _ in .string(value.rawValue) })
  }
}

extension SettingValue where Value: RawRepresentable<String> & CaseIterable {
  /// One word of an enumeration.
  static var word: SettingValue { .word(among: Array(Value.allCases)) }
}
