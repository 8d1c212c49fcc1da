import Foundation

/// Imports a dataset that is described by a list, one line per clip: `relative/path label`.
///
/// The label is the last word of a line, or what follows the only tab, semicolon or comma if every line has one: an
/// emotion, or the index of a class from 0 when classes are given. The subject is the first folder of the path
/// (`S03/clip7 surprise` is of subject S03). All frames are stored, the onset is the first, the offset the last, the
/// apex the middle. Empty lines and lines that begin with # are ignored. Where no frames per second are given, SDU's 50
/// are used, and listed as assumed.
struct ListImport: ImportLayout {
  var settings: ImportSettings

  private let hasOwnRate: Bool

  init(_ settings: ImportSettings) {
    self.settings = settings
    hasOwnRate = settings.fps != nil
    self.settings.fps = settings.fps ?? ImportSettings.assumedRate
  }

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    let rows = try rows(try annotationText(settings.annotations), &report)
    if !hasOwnRate, !rows.isEmpty {
      report.add(
        .assumed, settings.annotations,
        "a list has no frame rate: \(Int(ImportSettings.assumedRate)) frames per second, unless --fps says otherwise")
    }
    return rows
  }

  /// - Throws: a `Fault` when labels are indices of other classes.
  func rows(_ text: String, _ report: inout ImportReport) throws -> [ImportRow] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { (location: "line \($0.offset + 1)", text: CellText.trimmed(String($0.element))) }
      .filter { !$0.text.isEmpty && !$0.text.hasPrefix("#") }
    let separator = ListImport.separator(of: lines.map(\.text))
    var rows: [ImportRow] = []
    for line in lines {
      guard let (path, label) = ListImport.parts(line.text, separator) else {
        report.add(.lost, line.location, "has no label; a line is `path label`")
        continue
      }
      let folders = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).filter { $0 != "." }
      guard folders.count > 1 else {
        report.add(.lost, line.location, "`\(printable(path))` has no subject folder before the clip")
        continue
      }
      rows.append(ImportRow(location: line.location, path: path, subject: String(folders[0]), emotion: label))
    }
    return try named(rows)
  }

  /// The separator that every line has once, before a label; nil where that is a blank.
  private static func separator(of lines: [String]) -> Character? {
    for separator: Character in ["\t", ";", ","] {
      let isSeparated = lines.allSatisfy { line in
        guard line.count(where: { $0 == separator }) == 1, let (path, label) = parts(line, separator) else {
          return false
        }
        // A comma may belong to a path: `S01/a,b joy`.
        return !path.isEmpty && (separator == "\t" || !label.contains(where: \.isWhitespace))
      }
      if isSeparated { return separator }
    }
    return nil
  }

  private static func parts(_ line: String, _ separator: Character?) -> (path: String, label: String)? {
    guard let position = line.lastIndex(where: { $0 == separator || separator == nil && $0.isWhitespace }) else {
      return nil
    }
    let label = CellText.trimmed(String(line[line.index(after: position)...]))
    return label.isEmpty ? nil : (CellText.trimmed(String(line[..<position])), label)
  }

  /// The rows with the names of classes where labels are their indices.
  private func named(_ rows: [ImportRow]) throws -> [ImportRow] {
    guard let classes = settings.classes else { return rows }
    let indices = rows.map { Int($0.emotion) }
    let last = classes.groups.count - 1
    let advice = "the classes have the indices 0 to \(last); do these count from 1? Write the emotions' names instead"
    if let wrong = indices.firstIndex(where: { $0.map { !(0...last ~= $0) } ?? false }) {
      throw Fault(
        at: "\(settings.annotations), \(rows[wrong].location)",
        "has the label \(printable(String(rows[wrong].emotion.prefix(40)))), but \(advice)")
    }
    if !rows.isEmpty, indices.allSatisfy({ $0 != nil && $0 != 0 }) {
      throw Fault(at: settings.annotations, "has the label 0 in no line, but \(advice)")
    }
    return try zip(rows, indices).map { row, index in
      guard let index else { return row }
      // A class with a name of its own may be several emotions, and the list does not say which.
      guard !classes.hasOwnName(index) || classes.groups[index].count == 1 else {
        throw Fault(
          at: "\(settings.annotations), \(row.location)",
          "has the label \(index), the class \(classes.names[index]) of several emotions; write the emotion's name "
            + "instead")
      }
      var row = row
      row.emotion = classes.groups[index][0]
      return row
    }
  }
}
