import Foundation

/// A subject's name as it is compared with others: people write one person as `S01`, `s01`, `S1` or `S 01`.
public struct SubjectName: Hashable, Sendable {
  /// Without capitals, blanks, leading zeros and variants of one character.
  private let plain: String

  public init(_ name: String) {
    let letters = name.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace }
    let isDigit = { (character: Character) in character.isASCII && character.isNumber }
    var plain = ""
    var rest = letters[...]
    while let first = rest.first {
      let run = rest.prefix { isDigit($0) == isDigit(first) }
      // One zero is left of `000`.
      plain += isDigit(first) ? run.dropLast().drop { $0 == "0" } + run.suffix(1) : run
      rest = rest[run.endIndex...]
    }
    self.plain = plain
  }

  /// Groups of two or more different names that are probably one person, each sorted.
  public static func similar(_ names: some Sequence<String>) -> [[String]] {
    let different = Dictionary(names.map { (Array($0.utf8), $0) }) { first, _ in first }.values
    return Dictionary(grouping: different, by: SubjectName.init).values.filter { $0.count > 1 }
      .map { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
      .sorted { $0[0] < $1[0] }
  }

  /// What makes similar names differ, for people.
  public static let differences = "only in capitals, blanks, leading zeros or Unicode form"

  /// That names are similar, for people.
  static func remark(_ names: [String]) -> String {
    "the subjects \(names.map { "`\(printable($0))`" }.joined(separator: ", ")) differ \(differences)"
  }
}

extension SweepConfiguration.Dataset {
  /// Checks that no two subjects are probably one person, who could then be in training and in test.
  ///
  /// - Throws: `Faults` naming them.
  public func requireDistinctSubjects(_ store: ClipStore) throws {
    let members = store.clips.filter { classes.index(of: $0.emotion) != nil }
    let faults = SubjectName.similar(members.map(\.subject)).map { names in
      Fault(
        at: store.path,
        "\(SubjectName.remark(names)); name one person in one way and import again, or set \(name)'s similarSubjects "
          + "to distinct if they are different people")
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}
