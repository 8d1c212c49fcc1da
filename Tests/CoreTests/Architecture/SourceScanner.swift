import Foundation

/// Names that the files of a folder declare and use, found by reading their text.
///
/// It knows just enough Swift for this project's style: comments and strings are removed, a declaration is a keyword
/// with a name after it, and a name is used where it stands without a point before it, as a type or as a call.
struct SourceScanner {
  /// Types and functions that other folders can use: declared at the top level and not private.
  private(set) var offered: Set<String> = []
  /// Everything that is declared, at any level.
  private(set) var declared: Set<String> = []
  /// Names that begin with a capital, and functions that are called.
  private(set) var used: Set<String> = []
  /// Imported modules.
  private(set) var imports: Set<String> = []

  private static let modifiers: Set<String> = [
    "public", "private", "fileprivate", "internal", "final", "indirect", "static", "mutating", "nonisolated",
  ]
  private static let types: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
  private static let values: Set<String> = ["func", "let", "var", "case"]

  /// Adds a file of the folder.
  mutating func add(_ text: String) {
    let code = SourceScanner.code(text)
    for line in code.split(separator: "\n") { addDeclaration(line) }
    addUses(Array(code.utf8))
  }

  /// The names of `other` that this folder uses: what the other offers and this one does not declare itself.
  func uses(of other: SourceScanner) -> Set<String> { used.intersection(other.offered).subtracting(declared) }

  private mutating func addDeclaration(_ line: Substring) {
    var words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }.map(String.init)[...]
    var isPrivate = false
    while let word = words.first, SourceScanner.modifiers.contains(word) || word.hasPrefix("@") {
      isPrivate = isPrivate || word == "private" || word == "fileprivate"
      words = words.dropFirst()
    }
    guard let keyword = words.first, let name = words.dropFirst().first else { return }
    let isType = SourceScanner.types.contains(keyword)
    if keyword == "import" { imports.insert(name) }
    guard isType || SourceScanner.values.contains(keyword) else { return }
    declared.insert(name)
    if !line.hasPrefix(" "), !isPrivate, isType || keyword == "func" { offered.insert(name) }
  }

  private mutating func addUses(_ code: [UInt8]) {
    func isName(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || byte >= 128 || (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
    }
    var start = 0
    while start < code.count {
      guard isName(code[start]) else {
        start += 1
        continue
      }
      let end = code[start...].firstIndex { !isName($0) } ?? code.count
      let isMember = start > 0 && code[start - 1] == UInt8(ascii: ".")
      let isCall = end < code.count && code[end] == UInt8(ascii: "(")
      if !isMember, isCall || (65...90).contains(code[start]) {
        used.insert(String(decoding: code[start..<end], as: UTF8.self))
      }
      start = end
    }
  }

  /// The text without strings and comments.
  private static func code(_ text: String) -> String {
    text.replacing(#/"""[\s\S]*?"""/#, with: "")
      .replacing(#/"(?:\\.|[^"\\\n])*"/#, with: "")
      .replacing(#/\/\/[^\n]*/#, with: "")
      .replacing(#/\/\*[\s\S]*?\*\//#, with: "")
  }
}
