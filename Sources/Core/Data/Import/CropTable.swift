/// Crop boxes by clip or by subject, from a table with the columns `name, width, height, x, y`.
///
/// A name is a clip's (`006/006_1_2`), its path below the source directory, its folder's name (`006_1_2`), a subject's
/// (`006`) or `*` for all others; the first of these that exists counts.
struct CropTable: Equatable {
  private(set) var boxes: [String: CropBox] = [:]
  /// The file and line of each box, by its name.
  private(set) var locations: [String: String] = [:]
  /// What should be known about how it was read: other sheets, hidden rows.
  let notes: [ImportReport.Entry]
  let path: String
  /// Names of the table by the subjects that a release writes otherwise.
  private var spellings: [String: String] = [:]

  /// The columns of the table.
  private enum Field: String, TableField { case name, width, height, x, y }

  /// - Parameter unzip: the program that opens .xlsx files.
  init(reading path: String, unzip: String) throws {
    try self.init(AnnotationSheet.candidates(path, unzip: unzip), at: path)
  }

  /// - Throws: a `Fault` when a column is missing or twice there, `Faults` listing the rows that are wrong.
  init(_ sheets: [AnnotationSheet], at path: String) throws {
    self.path = path
    let table = try AnnotationTable<Field>(in: sheets, at: path)
    var report = ImportReport()
    table.note(in: &report)
    notes = report.entries
    var faults: [Fault] = []
    for row in table.rows {
      do {
        try add(row)
      } catch let fault as Fault {
        faults.append(Fault(at: "\(path), \(fault.location)", fault.problem))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  private mutating func add(_ row: TableRow<Field>) throws {
    try row.requireCells()
    guard let name = try row.raw(.name) else { throw Fault(at: row.location, "has no name") }
    let fields: [Field] = [.width, .height, .x, .y]
    let numbers = try fields.map { field in
      guard let number = try row.frame(field) else { throw Fault(at: row.location, "has no \(field.rawValue)") }
      return number
    }
    guard let box = CropBox(numbers) else {
      let text = numbers.map(String.init).joined(separator: ":")
      throw Fault(at: row.location, "`\(text)` is not a crop box; it takes \(CropBox.form)")
    }
    guard boxes.updateValue(box, forKey: name) == nil else {
      throw Fault(at: row.location, "has a box for `\(printable(name))` again")
    }
    locations[name] = "\(path), \(row.location)"
  }

  /// Lets a number stand for the subject as the release writes it: `6` for SAMM's `006`.
  ///
  /// - Throws: a `Fault` when two names are one subject.
  mutating func adopt(_ release: Release) throws {
    for name in boxes.keys.sorted() {
      guard let subject = release.subject(name), subject != name else { continue }
      if let other = spellings.updateValue(name, forKey: subject) ?? boxes[subject].map({ _ in subject }) {
        throw Fault(
          at: path, "has boxes for `\(printable(other))` and `\(printable(name))`, which are the subject \(subject)")
      }
    }
  }

  /// The box of a clip, and the name that it stands under.
  func box(clip name: String, path: String, subject: String) -> (name: String, box: CropBox)? {
    let folder = path.split(separator: "/").last.map(String.init) ?? path
    for name in [name, path, folder, subject, "*"] {
      let name = spellings[name] ?? name
      if let box = boxes[name] { return (name, box) }
    }
    return nil
  }
}
