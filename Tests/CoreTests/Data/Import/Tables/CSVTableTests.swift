import Testing

@testable import Core

@Suite struct CSVTableTests {
  @Test func quotedCellsLineEndsAndTheByteOrderMarkAreUnderstood() throws {
    let text = "\u{FEFF}a,b\r\n\"x, \"\"y\"\"\",2\r\n\r\n\"two\r\nlines\",\n,\"x\""
    #expect(
      CSVTable(parsing: text, at: "t").rows == [
        .init(line: 1, cells: ["a", "b"]), .init(line: 2, cells: ["x, \"y\"", "2"]),
        .init(line: 4, cells: ["two\r\nlines", ""]), .init(line: 6, cells: ["", "x"]),
      ])
    #expect(CSVTable(parsing: "", at: "t").rows.isEmpty)
    #expect(CSVTable(parsing: "a\n", at: "t").rows == [.init(line: 1, cells: ["a"])])
  }

  @Test func wrongQuotesAreFaultsWithTheirLine() {
    for (text, line) in [("a\n\"b", 2), ("a\nb\"c\"", 2), ("\"a\"b", 1)] {
      let table = CSVTable(parsing: text, at: "t")
      #expect(table.fault?.location == "t, line \(line)")
      #expect(table.rows.count == line - 1, "what is before the fault is read")
    }
  }

  @Test func linesEndInAnyOfThreeWays() {
    for end in ["\n", "\r\n", "\r"] {
      let table = CSVTable(parsing: ["a,b", "\"c\",d", "", "e,\"f\""].joined(separator: end) + end, at: "t")
      #expect(
        table.rows == [
          .init(line: 1, cells: ["a", "b"]), .init(line: 2, cells: ["c", "d"]), .init(line: 4, cells: ["e", "f"]),
        ])
    }
  }

  @Test func rowsOfBlanksAreNoRows() {
    let table = CSVTable(parsing: "a,b\n,\n , \n\u{A0},\"\"\n\t\n1,\n,,,\n", at: "t")
    #expect(table.rows == [.init(line: 1, cells: ["a", "b"]), .init(line: 6, cells: ["1", ""])])
  }

  @Test func textMayBeUTF16WithAByteOrderMark() throws {
    let scratch = try Scratch()
    for (mark, isLittle) in [([0xFF, 0xFE] as [UInt8], true), ([0xFE, 0xFF], false)] {
      let units = "path\té\u{1F600}\r\n".utf16.flatMap { unit in
        isLittle ? [UInt8(unit & 0xFF), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      }
      #expect(try annotationText(scratch.file("a", mark + units)) == "path\té\u{1F600}\r\n")
      #expect(throws: Fault.self) { try annotationText(scratch.file("b", mark + units + [0x41])) }
    }
    for bytes in [[0xFF, 0xFE, 0x00, 0xD8], [0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0], [0x41, 0xE9]] as [[UInt8]] {
      #expect(throws: Fault.self) { try annotationText(scratch.file("c", bytes)) }
    }
  }
}
