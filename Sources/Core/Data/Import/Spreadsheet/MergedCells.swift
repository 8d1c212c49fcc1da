/// The merged ranges of a worksheet: one value that stands for several rows.
struct MergedCells {
  private struct Range {
    var column: Int
    var rows: ClosedRange<Int>
  }
  private var ranges: [Range] = []

  /// - Parameter reference: `B2:B5`.
  /// - Throws: a `Fault` at `location` when it is no range.
  mutating func add(_ reference: String, at location: String) throws {
    let corners = reference.split(separator: ":").map { corner in
      (Worksheet.column(String(corner)), Int(corner.drop { !CellNumber.isDigit($0) }))
    }
    guard corners.count == 2, let column = corners[0].0, corners[1].0 != nil, let first = corners[0].1,
      let last = corners[1].1, first > 0, first <= last, last <= Worksheet.mostRows
    else {
      throw Fault(at: location, "has the merged cells `\(printable(String(reference.prefix(40))))`, which are none")
    }
    if first < last { ranges.append(Range(column: column, rows: first...last)) }
  }

  /// Gives the value of each range to all rows that it spans, in its first column. Rows that are not there stay so.
  ///
  /// - Throws: a `Fault` at `location` when that is more than the workbook may hold.
  func fill(_ rows: inout [AnnotationSheet.Row], within allowance: inout WorkbookAllowance, at location: String) throws
  {
    for range in ranges {
      let start = rows.lowerBound { $0.number < range.rows.lowerBound }
      guard start < rows.count, rows[start].number == range.rows.lowerBound else { continue }
      let text = rows[start].cells.indices.contains(range.column) ? rows[start].cells[range.column] : ""
      let mark = rows[start].marks[range.column]
      guard mark != nil || !CellText.isBlank(text) else { continue }
      for index in rows[(start + 1)...].indices {
        guard rows[index].number <= range.rows.upperBound else { break }
        let missing = range.column + 1 - rows[index].cells.count
        try allowance.take(cells: max(1, missing), text: text.utf8.count, at: location)
        guard rows[index].marks[range.column] == nil,
          missing > 0 || CellText.isBlank(rows[index].cells[range.column])
        else { continue }
        if missing > 0 { rows[index].cells += Array(repeating: "", count: missing) }
        rows[index].cells[range.column] = text
        rows[index].marks[range.column] = mark
      }
    }
  }
}
