/// The landmarks of one clip as a table with a row per frame, as OpenFace writes it: `frame, face_id, timestamp,
/// confidence, success, …, x_0 … x_67, y_0 … y_67, …`, with or without blanks after the commas.
///
/// Only the columns of the points are needed. Names count with their capitals: OpenFace's `X_0` is in space. Where a
/// table has no column `frame`, its rows are all frames in order, or its only row is that of the onset.
struct FrameTable {
  private let path: String
  private let header: [String]
  private let lines: ArraySlice<LandmarkFile.Line>
  /// Positions of the columns by their names.
  private let positions: [String: Int]

  /// What OpenFace calls a frame that it is not sure about ranges from 0 to 1; its trackers fail below about a half.
  static let leastConfidence = 0.5

  /// Nil where the first line is no header of such a table.
  init?(_ lines: [LandmarkFile.Line], at path: String) {
    guard let header = lines.first.map({ FrameTable.cells($0.text) }), FrameTable.isHeader(header) else { return nil }
    (self.path, self.header, self.lines) = (path, header, lines.dropFirst())
    positions = Dictionary(zip(header, 0...)) { first, _ in first }
  }

  /// Whether columns are those of a table with a row per frame of one clip.
  static func isHeader(_ names: [String]) -> Bool {
    !names.contains("name") && (names.contains("x_0") || names.contains("frame") && names.contains("confidence"))
  }

  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map { CellText.trimmed(String($0)) }
  }

  func points(of clip: LandmarkRequest) throws -> FramePoints {
    let columns = try (0..<FaceLandmarks.all).map { index in
      guard let x = positions["x_\(index)"], let y = positions["y_\(index)"] else {
        throw Fault(
          at: path,
          "has no columns x_\(index), y_\(index); x_0, y_0 to x_67, y_67 are needed, which OpenFace writes with "
            + "-2Dfp")
      }
      return (x, y)
    }
    let row = try onset(of: clip)
    try checkSuccess(row)
    let points = try columns.map { SIMD2(try number(row, $0), try number(row, $1)) }
    return FramePoints(points: points, location: row.location)
  }

  private struct Row {
    var cells: [String]
    var location: String
    var frame: Int
  }

  /// The row of the onset frame.
  private func onset(of clip: LandmarkRequest) throws -> Row {
    let rows = try rows()
    if rows.count == 1, positions["frame"] == nil { return rows[0] }
    guard let least = rows.map(\.frame).min(), let most = rows.map(\.frame).max() else {
      throw Fault(at: path, "has no rows")
    }
    // OpenFace counts from 1; a table that counts from 0 says so by its first row.
    let first = min(least, 1)
    let hasAll = clip.files.isEmpty || most - first + 1 == clip.files.count
    guard hasAll || Set(rows.map(\.frame)).count < rows.count else {
      throw Fault(
        at: path,
        "ends with frame \(most), counted from \(first), but the clip has \(clip.files.count) frames; run the program "
          + "on the clip's own folder")
    }
    let wanted = first + clip.position
    let file = clip.file.map { " (`\(printable($0))`)" } ?? ""
    let found = rows.filter { $0.frame == wanted }
    guard let row = found.first else {
      throw Fault(
        at: path, "has no row of frame \(wanted)\(file), the onset; run the program on all frames of the clip")
    }
    guard found.count == 1 else {
      throw Fault(
        at: row.location,
        "is one of \(found.count) faces in frame \(wanted)\(file), the onset; delete the rows of the other person")
    }
    return row
  }

  private func rows() throws -> [Row] {
    try lines.enumerated().map { index, line in
      let location = "\(path), line \(line.number)"
      let cells = FrameTable.cells(line.text)
      guard cells.count == header.count else {
        throw Fault(at: location, "has \(cells.count) cells, the header \(header.count)")
      }
      guard let position = positions["frame"] else { return Row(cells: cells, location: location, frame: index) }
      guard let number = Double(cells[position]), let frame = Int(exactly: number), 0...(1 << 32) ~= frame else {
        throw Fault(at: location, "has frame `\(printable(String(cells[position].prefix(40))))`, which is no number")
      }
      return Row(cells: cells, location: location, frame: frame)
    }
  }

  /// - Throws: a `Fault` where OpenFace says that it did not find the face.
  private func checkSuccess(_ row: Row) throws {
    let success = try positions["success"].map { try number(row, $0) }
    let confidence = try positions["confidence"].map { try number(row, $0) }
    guard success ?? 1 == 0 || confidence ?? 1 < FrameTable.leastConfidence else { return }
    let said = ["success", "confidence"].compactMap { name in
      positions[name].map { "\(name) \(printable(row.cells[$0]))" }
    }
    throw Fault(
      at: row.location,
      "says that the face was not found in the onset frame (\(said.joined(separator: ", "))); give the clip landmarks "
        + "of another program, or leave it out")
  }

  private func number(_ row: Row, _ position: Int) throws -> Double {
    guard let number = Double(row.cells[position]) else {
      let cell = printable(String(row.cells[position].prefix(40)))
      throw Fault(at: row.location, "has \(header[position]) `\(cell)`, which is no number")
    }
    return number
  }
}
