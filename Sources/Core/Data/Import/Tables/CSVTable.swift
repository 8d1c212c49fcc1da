import Foundation

/// A table of separated values (RFC 4180): quoted cells, doubled quotes, a byte order mark, lines that end in CR LF, LF
/// or CR.
struct CSVTable {
  struct Row: Equatable {
    /// The line of its first cell, from 1.
    var line: Int
    var cells: [String]
  }

  /// All rows with something in them, up to the fault.
  private(set) var rows: [Row] = []
  /// What is wrong with the file, and the line; nil for nothing.
  private(set) var fault: Fault?

  /// The most cells that a table may have.
  private static let mostCells = 500_000

  private enum State { case start, plain, quoted, quoteInQuoted }

  /// - Parameter separator: an ASCII character.
  init(parsing text: String, at path: String, separator: Character = ",") {
    let separator = separator.asciiValue ?? UInt8(ascii: ",")
    let (carriageReturn, newline, quote) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: "\""))
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
      if !cells.allSatisfy(CellText.isBlank) { rows.append(Row(line: first, cells: cells)) }
      cells = []
      first = line
    }

    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    while let byte = bytes.popFirst(), fault == nil {
      if cellCount > CSVTable.mostCells {
        fault = Fault(at: path, "has more than \(CSVTable.mostCells) cells; no table of clips has")
      }
      let endsLine = byte == newline || byte == carriageReturn && bytes.first != newline
      if endsLine { line += 1 }
      switch (state, byte) {
      case (.quoted, quote): state = .quoteInQuoted
      case (.quoted, _): cell.append(byte)
      case (.quoteInQuoted, quote):
        cell.append(byte)
        state = .quoted
      case (.start, quote): state = .quoted
      case (_, separator): endCell()
      case (_, carriageReturn), (_, newline): if endsLine { endRow() }
      case (.quoteInQuoted, _): fault = Fault(at: "\(path), line \(line)", "has text after a closing quote")
      case (_, quote): fault = Fault(at: "\(path), line \(line)", "has a quote inside an unquoted cell")
      default:
        cell.append(byte)
        state = .plain
      }
    }
    guard fault == nil else { return }
    if state == .quoted {
      fault = Fault(at: "\(path), line \(first)", "has a quote that is not closed")
    } else if !cell.isEmpty || !cells.isEmpty || state != .start {
      endRow()
    }
  }
}
