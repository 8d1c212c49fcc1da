import Foundation
import Fuzz
import Testing

@testable import Core

/// Good tables with one damaged cell: a clip never gets another clip's value, and what was not meant as it is read is
/// listed with its line.
@Suite(.serialized) struct SilentValueTests {
  /// What a table says of a clip. No number, subject or name becomes another clip's by a few edits.
  private struct Entry: Equatable {
    var subject: String
    var emotion: String
    var onset, apex, offset: Int?
  }

  private static let emotions = ["happiness", "surprise", "disgust", "sadness", "fear", "anger"]
  private static let entries = (0..<6).map { clip in
    let start = 10_000_000 + clip * 11_111_111
    return Entry(
      subject: String(repeating: "abcdef".map(String.init)[clip], count: 9), emotion: emotions[clip], onset: start,
      apex: start + 3, offset: start + 7)
  }

  private static func cells(_ clip: Int) -> [String] {
    let entry = entries[clip]
    return ["data/\(clip)", entry.subject, entry.emotion]
      + [entry.onset, entry.apex, entry.offset].map { "\($0 ?? 0)" }
  }

  private static let header = ["path", "subject", "emotion", "onset", "apex", "offset"]

  /// What a table is written as.
  enum Form: CustomStringConvertible {
    case text(separator: String)
    case worksheet

    var description: String {
      switch self {
      case .text(let separator): "separator \(separator.debugDescription)"
      case .worksheet: "worksheet"
      }
    }
  }

  /// How a worksheet holds a cell: what is around its text.
  enum CellKind: CaseIterable {
    case text, number, date, formulaText, formulaNumber, formulaWithoutValue, truth, error, isoDate

    func xml(_ text: String) -> String {
      let text = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      return switch self {
      case .text: "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>"
      case .number: "<c><v>\(text)</v></c>"
      case .date: "<c s=\"1\"><v>\(text)</v></c>"
      case .formulaText: "<c t=\"str\"><f>A1</f><v>\(text)</v></c>"
      case .formulaNumber: "<c><f>A1</f><v>\(text)</v></c>"
      case .formulaWithoutValue: "<c><f>\(text)</f></c>"
      case .truth: "<c t=\"b\"><v>\(text)</v></c>"
      case .error: "<c t=\"e\"><v>\(text)</v></c>"
      case .isoDate: "<c t=\"d\"><v>\(text)</v></c>"
      }
    }
  }

  /// The tables that a reader finds in these rows.
  ///
  /// - Parameter damaged: the cell that is not a plain text or number, and its kind.
  private func tables(
    _ rows: [[String]], as form: Form, damaged: (row: Int, column: Int, kind: CellKind)
  ) throws -> [AnnotationSheet] {
    switch form {
    case .text(let separator):
      let lines = ([SilentValueTests.header] + rows).map { $0.joined(separator: separator) + "\n" }
      return AnnotationSheet.csv(lines.joined(), at: "t")
    case .worksheet:
      var lines = ["<row>\(SilentValueTests.header.map(CellKind.text.xml).joined())</row>"]
      for (index, row) in rows.enumerated() {
        let cells = row.enumerated().map { column, text in
          let isDamaged = index == damaged.row && column == damaged.column
          return (isDamaged ? damaged.kind : column < 3 ? .text : .number).xml(text)
        }
        lines.append("<row>\(cells.joined())</row>")
      }
      let sheet = "<worksheet><sheetData>\(lines.joined())</sheetData></worksheet>"
      // 14 is the built-in format of a date.
      let styles = try CellStyles(
        Array("<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".utf8),
        is1904: false, at: "t")
      return [
        AnnotationSheet(
          name: "t", location: "t", unit: .row, rows: try Worksheet(Array(sheet.utf8), [], styles, at: "t").rows)
      ]
    }
  }

  /// Shows the reader a table in which one cell is changed, and judges every row.
  private func judge(_ form: Form) {
    let name = "\(form)"
    let words = [
      ",", ";", "\t", "\"", "'", " ", "\u{A0}", "\r", "\n", "/", ".", ".0", ",0", "E+03", "-", "+", "０", "x", "#REF!",
      "1,046", "#", "00", "\u{FEFF}", "sep=;",
    ]
    let draws = CounterRandom(CounterRandom.coordinate("silent values"), CounterRandom.coordinate(name))
    var wrong: [String] = []
    var kept = 0
    // The index of each input is all that is drawn from.
    let indices = Mutator(name, seeds: [[0]], words: [])
    var index: UInt64 = 0
    let figures = Fuzz.run(indices, "silent values, \(name)", quick: 3000) { _ in
      index += 1
      func below(_ bound: Int, _ draw: UInt64) -> Int { draws.integer(below: bound, at: index * 8 + draw) }
      var rows = Self.entries.indices.map(Self.cells)
      let (clip, column) = (below(rows.count, 0), 1 + below(5, 1))
      var cell = Array(rows[clip][column])
      let offset = below(cell.count, 2)
      let word = words[below(words.count, 3)]
      switch below(4, 4) {
      case 0: cell.insert(contentsOf: word, at: offset)
      case 1: cell.replaceSubrange(offset..<min(cell.count, offset + 1 + below(3, 5)), with: word)
      case 2: cell.removeSubrange(offset..<min(cell.count, offset + 1 + below(3, 5)))
      default: cell = Array(word)
      }
      rows[clip][column] = String(cell)
      var kind = column < 3 ? CellKind.text : .number
      if case .worksheet = form {
        kind = CellKind.allCases[below(CellKind.allCases.count, 6)]
        // Half of the cells are changed in their kind alone.
        if below(2, 7) == 0 { rows[clip] = Self.cells(clip) }
      }
      var report = ImportReport()
      let settings = ImportSettings(source: "s", annotations: "t", output: "o")
      let tables = try tables(rows, as: form, damaged: (clip, column, kind))
      let read = try CSVImport(settings).rows(tables, &report)
      kept += read.count
      for row in read {
        guard let number = Int(row.path.dropFirst(5)), Self.entries.indices.contains(number) else {
          wrong.append("input \(index): a row of `\(row.path)`")
          continue
        }
        let found = Entry(
          subject: row.subject, emotion: row.emotion, onset: row.onset, apex: row.apex, offset: row.offset)
        // What is written in the one cell may differ; an empty frame is listed.
        let isListed = !row.repairs.isEmpty || report.entries.contains { $0.location == row.location }
        let others = Self.entries.enumerated().filter { $0.offset != number }.map(\.element)
        let isAnothers = others.contains {
          $0.subject == found.subject || $0.emotion == found.emotion
            || [$0.onset, $0.apex, $0.offset].contains { value in
              [found.onset, found.apex, found.offset].contains { $0 == value }
            }
        }
        if isAnothers || number != clip && found != Self.entries[number] && !isListed {
          wrong.append("input \(index): \(kind) `\(rows[clip][column])` gives \(row)")
        }
        let frames = [(found.onset, 3), (found.apex, 4), (found.offset, 5)]
        for (value, place) in frames where number == clip && value != nil {
          // The digits that are read are those that are written, but for zeros behind a point.
          let written = rows[clip][place].precomposedStringWithCompatibilityMapping.filter(\.isNumber)
          let asNumber = CellNumber.decimal(rows[clip][place]).map { Int(exactly: $0.rounded()) } ?? nil
          let isTheNumber = kind != .text && asNumber == value
          if !"\(written)".hasPrefix("\(value ?? 0)"), Int(written) != value, !isTheNumber {
            wrong.append("input \(index): `\(rows[clip][place])` is read as \(value ?? 0)")
          }
        }
        for (value, place) in frames where number == clip && value == nil && !isListed {
          wrong.append("input \(index): `\(rows[clip][place])` is read as no frame, in silence")
        }
      }
    }
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    #expect(kept > figures.inputs * 2, "most rows are read")
  }

  @Test(arguments: [Form.text(separator: ","), .text(separator: ";"), .text(separator: "\t"), .worksheet])
  func aDamagedCellNeverBecomesAnotherValue(_ form: Form) { judge(form) }
}
