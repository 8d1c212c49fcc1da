import Foundation

/// Crop boxes by clip or by subject, from a CSV file with the columns `name, width, height, x, y`.
///
/// A name is a clip's (`006/006_1_2`), that of its folder (`006_1_2`), a subject's (`006`) or `*` for all others; the
/// first of these that exists counts.
struct CropTable: Equatable {
  private(set) var boxes: [String: CropBox] = [:]
  let path: String

  private static let columns = ["name", "width", "height", "x", "y"]

  init(reading path: String) throws { try self.init(parsing: annotationText(path), at: path) }

  /// - Throws: a `Fault` when a column is missing, `Faults` listing the lines that are wrong.
  init(parsing text: String, at path: String) throws {
    self.path = path
    let table = try CSVTable(parsing: text, at: path)
    let header = (table.rows.first?.cells ?? []).map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    let positions = CropTable.columns.compactMap { header.firstIndex(of: $0) }
    guard positions.count == CropTable.columns.count else {
      let missing = CropTable.columns.filter { !header.contains($0) }.map { "`\($0)`" }.joined(separator: ", ")
      throw Fault(
        at: path,
        "has no column \(missing); its columns are: \(printable(String(header.joined(separator: ", ").prefix(200))))")
    }
    var faults: [Fault] = []
    for row in table.rows.dropFirst() {
      let location = "\(path), line \(row.line)"
      do {
        let cells = positions.map { row.cells.indices.contains($0) ? row.cells[$0] : "" }
          .map { $0.trimmingCharacters(in: .whitespaces) }
        guard !cells[0].isEmpty else { throw Fault(at: location, "has no name") }
        guard let box = CropBox(cells.dropFirst().map(CSVImport.frameNumber)) else {
          let text = printable(cells.dropFirst().joined(separator: ":"))
          throw Fault(at: location, "`\(text)` is not a crop box; it takes \(CropBox.form)")
        }
        guard boxes.updateValue(box, forKey: cells[0]) == nil else {
          throw Fault(at: location, "has a box for `\(printable(cells[0]))` again")
        }
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// The box of a clip, and the name that it stands under.
  func box(clip name: String, path: String, subject: String) -> (name: String, box: CropBox)? {
    let folder = path.split(separator: "/").last.map(String.init) ?? path
    for name in [name, folder, subject, "*"] {
      if let box = boxes[name] { return (name, box) }
    }
    return nil
  }
}
