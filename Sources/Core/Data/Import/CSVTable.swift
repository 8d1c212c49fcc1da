import Foundation

/// A table of comma-separated values (RFC 4180): quoted cells, doubled quotes, CR LF or LF, a byte order mark.
struct CSVTable {
  struct Row: Equatable {
    /// The line of its first cell, from 1.
    var line: Int
    var cells: [String]
  }

  /// All rows but empty lines; the header is the first.
  var rows: [Row]

  /// The most cells that a table may have.
  private static let mostCells = 500_000

  /// - Parameter separator: an ASCII character.
  /// - Throws: a `Fault` naming the path and the line where a quote is wrong.
  init(parsing text: String, at path: String, separator: Character = ",") throws {
    let separator = separator.asciiValue ?? UInt8(ascii: ",")
    var rows: [Row] = []
    var cells: [String] = []
    var cell: [UInt8] = []
    var state = State.start
    var line = 1
    var first = 1

    var cellCount = 0

    func endCell() {
      cellCount += 1
      cells.append(String(decoding: cell, as: UTF8.self))
      cell = []
      state = .start
    }
    func endRow() {
      endCell()
      if cells != [""] { rows.append(Row(line: first, cells: cells)) }
      cells = []
    }

    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    while let byte = bytes.popFirst() {
      guard cellCount <= CSVTable.mostCells else {
        throw Fault(at: path, "has more than \(CSVTable.mostCells) cells; no table of clips has")
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch (state, byte) {
      case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
      case (.quoted, _): cell.append(byte)
      case (.quoteInQuoted, UInt8(ascii: "\"")):
        cell.append(byte)
        state = .quoted
      case (.start, UInt8(ascii: "\"")): state = .quoted
      case (_, separator): endCell()
      case (_, UInt8(ascii: "\r")) where bytes.first == UInt8(ascii: "\n"): break
      case (_, UInt8(ascii: "\n")):
        endRow()
        first = line
      case (.quoteInQuoted, _): throw Fault(at: "\(path), line \(line)", "has text after a closing quote")
      case (_, UInt8(ascii: "\"")): throw Fault(at: "\(path), line \(line)", "has a quote inside an unquoted cell")
      default:
        cell.append(byte)
        state = .plain
      }
    }
    guard state != .quoted else { throw Fault(at: "\(path), line \(first)", "has a quote that is not closed") }
    if !cell.isEmpty || !cells.isEmpty || state != .start { endRow() }
    self.rows = rows
  }

  private enum State { case start, plain, quoted, quoteInQuoted }
}

/// The text of an annotation file.
///
/// - Throws: a `Fault` naming the path when it cannot be read, is not UTF-8 or larger than any list of clips.
func annotationText(_ path: String) throws -> String {
  let largest = 64 << 20
  let text = try MappedFile(path).withBytes { bytes in
    guard bytes.count <= largest else { throw Fault(at: path, "is larger than 64 MiB; no list of clips is") }
    return String(validating: bytes, as: UTF8.self)
  }
  guard let text else { throw Fault(at: path, "is not UTF-8 text; save it as UTF-8") }
  return text
}
