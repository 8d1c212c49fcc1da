/// A table of landmarks with one row per clip, CSV or .xlsx: `name, x_0 … x_67, y_0 … y_67` in any order, and
/// optionally `width` and `height` of the picture that they were found in.
struct LandmarkTable: LandmarkReader {
  let path: String
  /// What should be known about how it was read: other sheets, hidden rows.
  let notes: [ImportReport.Entry]
  /// The points by the clip's name, as the table writes it; or what is wrong with its row.
  private let rows: [String: Result<FramePoints, Fault>]

  /// The columns of the table.
  private struct Field: TableField {
    let rawValue: String

    init(rawValue: String) { self.rawValue = rawValue }

    static let (name, width, height) = (Field(rawValue: "name"), Field(rawValue: "width"), Field(rawValue: "height"))
    static let points = (0..<FaceLandmarks.all).map { (x: Field(rawValue: "x_\($0)"), y: Field(rawValue: "y_\($0)")) }
    static let allCases = [name, width, height] + points.flatMap { [$0.x, $0.y] }

    // One point is enough to know the header.
    var isNeeded: Bool { self == Field.name || self == Field.points[0].x || self == Field.points[0].y }
  }

  var names: [String] { rows.keys.sorted() }

  /// A sheet whose rows are names and 136 numbers, with a header: x and y of each landmark, one after another.
  static func withHeader(_ sheet: AnnotationSheet) -> AnnotationSheet {
    guard let first = sheet.rows.first, first.cells.count == 1 + 2 * FaceLandmarks.all,
      first.cells.dropFirst().allSatisfy({ CellNumber.decimal($0) != nil })
    else { return sheet }
    var sheet = sheet
    let names = [Field.name.rawValue] + Field.points.flatMap { [$0.x.rawValue, $0.y.rawValue] }
    sheet.rows.insert(AnnotationSheet.Row(number: 0, cells: names), at: 0)
    return sheet
  }

  /// - Throws: a `Fault` when a column is missing or twice there, or a clip is.
  init(_ sheets: [AnnotationSheet], at path: String) throws {
    self.path = path
    let table = try AnnotationTable<Field>(in: sheets, at: path)
    try LandmarkTable.checkColumns(table)
    var report = ImportReport()
    table.note(in: &report)
    notes = report.entries
    var rows: [String: Result<FramePoints, Fault>] = [:]
    for row in table.rows {
      let location = "\(path), \(row.location)"
      guard let name = try? row.raw(.name).map(NamesOnDisk.plain) else { throw Fault(at: location, "has no name") }
      let points = Result { try LandmarkTable.points(row, at: location) }.mapError { error in
        Fault(at: location, (error as? Fault)?.problem ?? "\(error)")
      }
      guard rows.updateValue(points, forKey: name) == nil else {
        throw Fault(at: location, "has landmarks of `\(printable(name))` again; a clip has one row")
      }
    }
    self.rows = rows
  }

  func points(of clip: LandmarkRequest) throws -> FramePoints {
    guard let found = clip.names.lazy.compactMap({ rows[$0] }).first else {
      throw Fault(at: path, "has no landmarks of clip `\(printable(clip.name))`; add a row of this name")
    }
    return try found.get()
  }

  /// - Throws: a `Fault` when there are not the columns of 68 points.
  private static func checkColumns(_ table: AnnotationTable<Field>) throws {
    let found = Field.points.count { table.positions[$0.x] != nil && table.positions[$0.y] != nil }
    guard found < FaceLandmarks.all else { return }
    throw Fault(
      at: "\(table.sheet.location), \(table.sheet.unit) \(table.sheet.rows[table.header].number)",
      "has the columns of \(found) landmarks; x_0, y_0 to x_67, y_67 are needed, the 68 points of the iBUG scheme")
  }

  private static func points(_ row: TableRow<Field>, at location: String) throws -> FramePoints {
    try row.requireCells()
    func number(_ field: Field) throws -> Double {
      guard let number = try row.decimal(field) else { throw Fault(at: location, "has no \(field.rawValue)") }
      return number
    }
    let points = try Field.points.map { SIMD2(try number($0.x), try number($0.y)) }
    let (width, height) = (try row.frame(.width), try row.frame(.height))
    let shape = width.flatMap { width in height.map { FrameShape(width: width, height: $0) } }
    return FramePoints(points: points, shape: shape, location: location)
  }
}
