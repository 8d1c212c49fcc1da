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
  /// What a person should look at.
  var doubts: [String] = []

  /// - Parameters:
  ///   - index: among the rows after the header, from 0.
  /// - Throws: a `Fault` when the row has no clip, subject or emotion, or a cell that cannot be read.
  init(_ row: TableRow<CodingField>, _ release: Release, index: Int) throws {
    try row.requireCells()
    filename = try row.needed(.filename)
    guard !filename.contains(where: { $0 == "/" || $0 == "\\" }), filename != "..", filename != "." else {
      throw Fault(at: row.location, "the file name `\(filename)` is a path; the name of a clip's folder is needed")
    }
    let subjectText = try row.needed(.subject)
    guard let subject = release.subject(subjectText) else {
      throw Fault(at: row.location, "has the subject `\(subjectText)`; a number is needed")
    }
    self.subject = subject
    emotion = try row.needed(.emotion)
    let units = row.actionUnits(.actionUnits)
    actionUnits = units.text
    doubts = [units.doubt].compactMap { $0 }
    onset = try frame(.onset, row, standIn: "the clip's first frame")
    apex = try frame(.apex, row, standIn: "the middle")
    offset = try frame(.offset, row, standIn: "the clip's last frame")
    repairOffset(release.mistypedOffset, index)
    repairApex()
    if let repair = units.repair { repairs.append(repair) }
  }

  private mutating func frame(
    _ field: CodingField, _ row: TableRow<CodingField>, standIn: String
  ) throws -> Int? {
    if let number = try row.frame(field) { return number }
    repairs.append(try row.repair(field, standIn: standIn))
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
