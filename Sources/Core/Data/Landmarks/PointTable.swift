import Foundation

/// A table with the columns `x` and `y` and one row per landmark, in the scheme's order.
struct PointTable: Equatable {
  struct Row: Equatable {
    /// Pixels.
    var point: SIMD2<Double>
    /// The line, and what it says, for faults.
    var location, text: String
  }

  let rows: [Row]
  let path: String

  /// The columns of the table.
  private enum Field: String, TableField { case x, y }

  /// The most bytes of a table of 68 points.
  private static let mostBytes = 1 << 16

  /// - Throws: a `Fault` naming the path, and the line, when the text is not such a table.
  init(parsing text: String, at path: String) throws {
    self.path = path
    rows = try AnnotationTable<Field>(in: AnnotationSheet.csv(text, at: path), at: path).rows.map { row in
      do {
        try row.requireCells()
        guard let x = try row.decimal(.x), let y = try row.decimal(.y) else {
          throw Fault(at: row.location, "is not a landmark; write two numbers, in pixels")
        }
        return Row(point: SIMD2(x, y), location: row.location, text: "\(try row.needed(.x)),\(try row.needed(.y))")
      } catch let fault as Fault {
        throw Fault(at: "\(path), \(fault.location)", fault.problem)
      }
    }
  }

  /// Reads the file of a clip, `FOLDER/CLIP.csv`.
  ///
  /// - Throws: a `Fault` naming the file that is missing or wrong.
  init(of clip: String, in folder: String, _ names: inout NamesOnDisk) throws {
    guard !clip.split(separator: "/").contains("..") else {
      throw Fault(
        at: "\(folder)/\(clip).csv", "is outside its folder; a clip with landmarks needs a name without `..`")
    }
    let path = "\(folder)/\(try names.spelling(of: "\(clip).csv", below: folder, at: folder))"
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size > 0, size <= PointTable.mostBytes, let data = FileManager.default.contents(atPath: path) else {
      throw Fault(
        at: path,
        "is missing or is not a table of landmarks\(Fault.lookedIn(for: path)); each clip of the store needs one: the "
          + "header `x,y` and 68 rows")
    }
    guard let text = data.withUnsafeBytes(decodedText) else { throw Fault(at: path, "is not UTF-8 text") }
    try self.init(parsing: text, at: path)
  }
}
