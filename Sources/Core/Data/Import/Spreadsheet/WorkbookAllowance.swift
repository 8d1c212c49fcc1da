/// How much more a workbook may hold, all its sheets together: many times any coding sheet, and little memory.
///
/// Sheets may name the same part, and cells the same text, so a small file can hold a lot.
struct WorkbookAllowance: Equatable {
  static let mostCells = 500_000
  static let mostText = 16 << 20
  static let mostUnpacked = 16 << 20

  /// Cells, with the empty ones between others.
  private(set) var cells = mostCells
  /// Bytes of text in cells.
  private(set) var text = mostText
  /// Bytes that parts unpack to.
  private(set) var unpacked = mostUnpacked

  /// - Throws: a `Fault` at `location`, the sheet, where that is too much.
  mutating func take(cells: Int, text: Int, at location: String) throws {
    (self.cells, self.text) = (self.cells - cells, self.text - text)
    guard self.cells >= 0 else {
      throw Fault(
        at: location, "brings the workbook to more than \(WorkbookAllowance.mostCells) cells; no coding sheet has")
    }
    guard self.text >= 0 else {
      throw Fault(
        at: location,
        "brings the workbook to more than \(WorkbookAllowance.mostText >> 20) MiB of text; no coding sheet has")
    }
  }

  /// - Throws: a `Fault` at `location`, the workbook.
  mutating func take(unpacked bytes: Int, at location: String) throws {
    unpacked -= bytes
    guard unpacked >= 0 else {
      throw Fault(
        at: location,
        "its parts unpack to more than \(WorkbookAllowance.mostUnpacked >> 20) MiB; no coding sheet's do")
    }
  }
}
