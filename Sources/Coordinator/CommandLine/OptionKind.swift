import Core

/// A kind of value that an option takes: how the help names it, how it is read and how a shell completes it.
struct OptionKind<Value: Sendable>: Sendable {
  /// In the help: `FILE`, `N`, `auto|board`.
  var placeholder: String
  var completion = Completable.nothing
  /// The value of what the user typed, or what is wrong with it.
  var read: @Sendable (String) throws(ValueProblem) -> Value
  /// A default as the help shows it, or nil.
  var shown: @Sendable (Value) -> String? = { _ in nil }

  /// The same kind with its values turned into others.
  func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> OptionKind<Other> {
    let read = read
    return OptionKind<Other>(
      placeholder: placeholder, completion: completion,
      read: { text throws(ValueProblem) in transform(try read(text)) })
  }
}

/// What a shell can offer in a part of a command line.
enum Completable: Equatable, Sendable {
  case words([String])
  case files
  case folders
  /// A number, or a new name.
  case nothing
}

extension OptionKind where Value == String {
  /// A file that is read.
  static var file: OptionKind { OptionKind(placeholder: "FILE", completion: .files, read: { $0 }, shown: { $0 }) }

  /// A file that is written, whose name has one of these endings.
  static func newFile(_ placeholder: String = "FILE", _ endings: String...) -> OptionKind {
    OptionKind(
      placeholder: placeholder, completion: .files,
      read: { text throws(ValueProblem) in
        let isNamed = endings.contains { text.hasSuffix($0) && text != $0 && !text.hasSuffix("/" + $0) }
        if isNamed { return text }
        throw ValueProblem(
          "is \(Arguments.shown(text)); the file's name must end in \(endings.joined(separator: " or "))")
      })
  }

  /// A file or a directory that is read.
  static var path: OptionKind { OptionKind(placeholder: "FILE|DIR", completion: .files, read: { $0 }) }

  static var folder: OptionKind { OptionKind(placeholder: "DIR", completion: .folders, read: { $0 }) }

  static func text(_ placeholder: String) -> OptionKind { OptionKind(placeholder: placeholder, read: { $0 }) }

  /// One of these words.
  static func word(among words: [String], _ placeholder: String) -> OptionKind {
    OptionKind(
      placeholder: placeholder, completion: .words(words),
      read: { text throws(ValueProblem) in
        if words.contains(text) { return text }
        throw ValueProblem("is \(Arguments.shown(text)); \(NearestWord.advice(text, among: words))")
      }, shown: { $0 })
  }
}

extension OptionKind where Value == SweepConfiguration.Dataset.LandmarkSource {
  /// A folder of landmarks, or those of the store.
  static var landmarks: OptionKind {
    OptionKind(placeholder: "DIR|\(Value.word)", completion: .folders, read: { Value(rawValue: $0) })
  }
}

extension OptionKind where Value: FixedWidthInteger {
  static func integer(_ range: ClosedRange<Value>, _ placeholder: String = "N") -> OptionKind {
    within(range, "an integer", placeholder)
  }
}

extension OptionKind where Value == Double {
  static func number(_ range: ClosedRange<Double>, _ placeholder: String = "X") -> OptionKind {
    within(range, "a number", placeholder)
  }
}

extension OptionKind where Value: Comparable & LosslessStringConvertible {
  fileprivate static func within(_ range: ClosedRange<Value>, _ noun: String, _ placeholder: String) -> OptionKind {
    OptionKind(
      placeholder: placeholder,
      read: { text throws(ValueProblem) in
        if let value = Value(text), range.contains(value) { return value }
        throw ValueProblem(
          "is \(Arguments.shown(text)); it takes \(noun) from \(range.lowerBound) to \(range.upperBound)")
      }, shown: { "\($0)" })
  }
}

extension OptionKind where Value: RawRepresentable<String> {
  /// One word of an enumeration.
  ///
  /// - Parameter placeholder: nil for all words.
  static func word(among cases: [Value], _ placeholder: String? = nil) -> OptionKind {
    let words = cases.map(\.rawValue)
    let kind = OptionKind<String>.word(among: words, placeholder ?? words.joined(separator: "|"))
    return OptionKind(
      placeholder: kind.placeholder, completion: kind.completion,
      read: { text throws(ValueProblem) in
        let word = try kind.read(text)
        guard let value = Value(rawValue: word) else { throw ValueProblem("is \(Arguments.shown(text))") }
        return value
      }, shown: { $0.rawValue })
  }
}

extension OptionKind where Value == Variant {
  /// The name of a method or variant; of which sweep is not known yet, so it may be that of any program.
  static let method = OptionKind(
    placeholder: "METHOD", completion: .words(Catalogue.variants.map(\.rawValue)),
    read: { text throws(ValueProblem) in
      guard let variant = Variant(rawValue: text) else {
        let advice = NearestWord.advice(text, among: Catalogue.variants.map(\.rawValue))
        throw ValueProblem("is \(Arguments.shown(text)); \(advice)")
      }
      return variant
    }, shown: { $0.rawValue })
}

extension OptionKind where Value: RawRepresentable<String> & CaseIterable {
  static var word: OptionKind { .word(among: Array(Value.allCases)) }
}
