/// What a row of a coding sheet says about a clip, after its typing errors were corrected.
struct CodingRow: Equatable {
  var filename: String
  var subject: String
  var emotion: String
  /// Frame numbers; nil for the clip's first frame, the middle and the last.
  var onset, apex, offset: Int?
  var actionUnits: String?
  /// What was corrected.
  var repairs: [String] = []

  /// - Parameters:
  ///   - index: among the rows after the header, from 0.
  ///   - location: for faults.
  /// - Throws: a `Fault` when the row has no clip, subject or emotion.
  init(
    _ row: AnnotationSheet.Row, _ columns: CodingColumns, _ release: Release, index: Int, at location: String
  ) throws {
    func needed(_ field: CodingColumns.Field) throws -> String {
      guard let text = columns.text(field, in: row) else { throw Fault(at: location, "has no \(field.rawValue)") }
      return printable(text)
    }
    filename = try needed(.filename)
    guard !filename.contains(where: { $0 == "/" || $0 == "\\" }), filename != "..", filename != "." else {
      throw Fault(at: location, "the file name `\(filename)` is a path; the name of a clip's folder is needed")
    }
    let subjectText = try needed(.subject)
    guard let subject = release.subject(subjectText) else {
      throw Fault(at: location, "has the subject `\(subjectText)`; a number is needed")
    }
    self.subject = subject
    emotion = try needed(.emotion)
    actionUnits = columns.text(.actionUnits, in: row).map(printable)
    onset = frame(.onset, row, columns, standIn: "the clip's first frame")
    apex = frame(.apex, row, columns, standIn: "the middle")
    offset = frame(.offset, row, columns, standIn: "the clip's last frame")
    repairOffset(release.mistypedOffset, index)
    repairApex()
  }

  private mutating func frame(
    _ field: CodingColumns.Field, _ row: AnnotationSheet.Row, _ columns: CodingColumns, standIn: String
  ) -> Int? {
    let text = columns.text(field, in: row) ?? ""
    if let number = CSVImport.frameNumber(text) { return number }
    let name = field.rawValue.split(separator: " ")[0].lowercased()
    repairs.append("\(name) `\(printable(text))` is not a frame number, \(standIn) is used")
    return nil
  }

  private mutating func repairOffset(_ known: Release.MistypedOffset?, _ index: Int) {
    guard let onset else { return }
    let apex = apex ?? onset
    // A wrong apex alone is no reason to doubt the offset: then the apex is after any plausible offset.
    let isImpossible =
      offset.map { found in
        found <= onset || found - onset > Release.implausibleLength
          || found < apex && apex - onset <= Release.implausibleLength
      } ?? true
    guard isImpossible else { return }
    if let known, known.rows.contains(index), known.offset > max(onset, apex),
      known.offset - onset <= Release.implausibleLength
    {
      // The last repair is that of the missing offset.
      if offset == nil { repairs.removeLast() }
      repairs.append("offset \(offset.map(String.init) ?? "(none)") is a known typing error, \(known.offset) is used")
      offset = known.offset
    } else if let offset, offset <= onset {
      self.offset = nil
      repairs.append("offset \(offset) is not after onset \(onset), the clip's last frame is used")
    }
  }

  private mutating func repairApex() {
    guard let apex, let onset, let offset, offset > onset else { return }
    if apex == onset {
      self.apex = nil
      repairs.append("apex \(apex) is the onset itself, the middle is used")
    } else if !(onset...offset ~= apex) {
      self.apex = nil
      repairs.append("apex \(apex) is not between onset \(onset) and offset \(offset), the middle is used")
    }
  }
}
