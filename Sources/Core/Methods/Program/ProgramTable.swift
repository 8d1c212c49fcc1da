import Foundation

/// The table that a program wrote: a column `clip` and one per class, in any order; one row per test clip, in any
/// order.
enum ProgramTable {
  /// How far the sum of a clip's probabilities may be from 1, and a probability outside 0 to 1: rounding.
  static let tolerance = 1e-3
  private static let largest = 1 << 28
  private static let mostNames = 3

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - clips: the test clips.
  ///   - classes: the names of the classes.
  /// - Returns: one row per clip and one probability per class, in the given order.
  /// - Throws: a `Fault` saying what is wrong, and the line.
  static func read(_ path: String, clips: [String], classes: [String]) throws -> [[Float]] {
    guard access(path, F_OK) == 0 else {
      throw Fault(at: path, "was not written; write `clip` and a column for each class, and a row for each test clip")
    }
    let file = try OpenFile(path)
    guard file.count <= largest else { throw Fault(at: path, "has \(file.count) bytes; no table of a fold has") }
    let bytes = try file.bytes(0..<file.count, location: path)
    return try parse(String(decoding: bytes, as: UTF8.self), at: path, clips: clips, classes: classes)
  }

  static func parse(_ text: String, at path: String, clips: [String], classes: [String]) throws -> [[Float]] {
    let table = CSVTable(parsing: text, at: path)
    if let fault = table.fault { throw fault }
    guard let header = table.rows.first else { throw Fault(at: path, "is empty; its first line names the columns") }
    let columns = try columns(header.cells.map(trimmed), ["clip"] + classes, at: path)
    let places = Dictionary(clips.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var rows = [[Float]?](repeating: nil, count: clips.count)
    for row in table.rows.dropFirst() {
      let location = "\(path), line \(row.line)"
      guard row.cells.count == header.cells.count else {
        throw Fault(at: location, "has \(row.cells.count) cells; the first line names \(header.cells.count) columns")
      }
      let clip = trimmed(row.cells[columns[0]])
      guard let place = places[clip] else {
        throw Fault(at: location, "has the clip \(quoted(clip)), which is not a test clip of this fold")
      }
      guard rows[place] == nil else { throw Fault(at: location, "has the clip \(quoted(clip)) again") }
      rows[place] = try probabilities(columns.dropFirst().map { row.cells[$0] }, classes, at: "\(location), \(clip)")
    }
    let missing = zip(clips, rows).filter { $1 == nil }.map(\.0)
    guard missing.isEmpty else {
      throw Fault(at: path, "lacks \(missing.count) of \(clips.count) test clips: \(list(missing))")
    }
    return rows.compactMap { $0 }
  }

  /// Where each of the names is in the header.
  private static func columns(_ header: [String], _ names: [String], at path: String) throws -> [Int] {
    for (index, name) in header.enumerated() {
      if !names.contains(name) {
        throw Fault(at: path, "has the column \(quoted(name)); its columns are \(names.joined(separator: ", "))")
      }
      if header[..<index].contains(name) { throw Fault(at: path, "has the column \(quoted(name)) twice") }
    }
    return try names.map { name in
      guard let index = header.firstIndex(of: name) else {
        throw Fault(at: path, "has no column \(quoted(name)); its columns are \(names.joined(separator: ", "))")
      }
      return index
    }
  }

  private static func probabilities(_ cells: [String], _ classes: [String], at location: String) throws -> [Float] {
    let values = try zip(cells, classes).map { cell, name in
      guard let value = Double(trimmed(cell)), value.isFinite else {
        throw Fault(at: location, "has \(quoted(trimmed(cell))) for \(name), which is no finite number")
      }
      guard (-tolerance...1 + tolerance).contains(value) else {
        throw Fault(at: location, "has \(value) for \(name); a probability is between 0 and 1")
      }
      return value
    }
    let sum = values.reduce(0, +)
    guard abs(sum - 1) <= tolerance else {
      throw Fault(at: location, "has probabilities that add up to \(Float(sum)), not to 1")
    }
    return values.map { Float(min(1, max(0, $0))) }
  }

  private static func list(_ names: [String]) -> String {
    let more = names.count > mostNames ? ", …" : ""
    return names.prefix(mostNames).map(printable).joined(separator: ", ") + more
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }
  private static func quoted(_ text: String) -> String { JSONNode.string(text).summary }
}
