/// What a row of a coding sheet says about a clip, after its typing errors were corrected.
struct CodingRow: Equatable {
  var filename: String
  var subject: String
  var emotion: String
  /// Frame numbers; nil for the clip's first frame, the middle and the last.
  var onset, apex, offset: Int?
  /// The onset as the sheet has it.
  var writtenOnset: Int?
  var actionUnits: String?
  /// The number in the name of the recording that the clip is cut from; nil where the file name is the folder's.
  var recording: Int?
  /// What was corrected.
  var repairs: [String] = []
  /// What a person should look at.
  var doubts: [String] = []

  /// - Parameters:
  ///   - index: among the rows after the header, from 0.
  ///   - naming: what other sheets of the workbook say about names; nil where the release has none.
  /// - Throws: a `Fault` when the row has no clip, subject or emotion, a cell that cannot be read, or no end in a
  ///   recording of several expressions.
  init(_ row: TableRow<CodingField>, _ release: Release, index: Int, naming: NamingRules? = nil) throws {
    try row.requireCells()
    filename = try row.needed(.filename)
    guard !filename.contains(where: { $0 == "/" || $0 == "\\" }), filename != "..", filename != "." else {
      throw Fault(at: row.location, "the file name `\(filename)` is a path; the name of a clip's folder is needed")
    }
    let subjectText = try row.needed(.subject)
    guard let subject = release.subject(subjectText) else {
      throw Fault(at: row.location, "has the subject `\(subjectText)`; a number is needed")
    }
    self.subject = try naming?.subject(subjectText, at: row.location) ?? subject
    recording = naming?.recording(filename)
    emotion = try row.needed(.emotion)
    let units = row.actionUnits(.actionUnits)
    actionUnits = units.text
    doubts = [units.doubt].compactMap { $0 }
    (onset, apex, offset) = (try row.frame(.onset), try row.frame(.apex), try row.frame(.offset))
    writtenOnset = onset
    let about = release.about
    if about.isRecorded { leaveOutZeros() }
    correct(about.typingErrors, index)
    if onset == nil, !about.isRecorded { repairs.append(try row.repair(.onset, standIn: "the clip's first frame")) }
    if apex == nil { repairs.append(try row.repair(.apex, standIn: "the middle")) }
    if about.isRecorded {
      try closeRecording(row)
    } else {
      if offset == nil { repairs.append(try row.repair(.offset, standIn: "the clip's last frame")) }
      repairOffset()
    }
    repairApex()
    if let repair = units.repair { repairs.append(repair) }
  }

  /// The frames of recordings count from 1.
  private mutating func leaveOutZeros() {
    if onset == 0 {
      onset = 1
      repairs.append("onset 0 is not a frame, recordings begin with 1, which is used")
    }
    if apex == 0 { apex = nil }
    if offset == 0 { offset = nil }
  }

  /// Whether the frame numbers may be right: an apex that is wrong alone is no reason to doubt the offset.
  private var isPlausible: Bool {
    guard let onset else { return true }
    guard let offset else { return false }
    let apex = apex ?? onset
    return offset > onset && offset - onset <= Release.implausibleLength
      && !(offset < apex && apex - onset <= Release.implausibleLength)
  }

  /// Puts known typing errors right where the numbers are impossible, and possible with the correction.
  private mutating func correct(_ errors: [ReleaseDescription.TypingError], _ index: Int) {
    // Sheets are counted in several ways, so that a neighbouring row may be meant.
    guard let nearest = errors.map(\.row).min(by: { abs($0 - index) < abs($1 - index) }), abs(nearest - index) <= 1
    else { return }
    var corrected = self
    for error in errors where error.row == nearest {
      guard let path = CodingRow.frames[error.field] else { continue }
      let isWrongApex = error.field == .apex && !isInside(self[keyPath: path])
      guard error.field == .apex ? isWrongApex : !isPlausible, self[keyPath: path] != error.frame else { continue }
      corrected[keyPath: path] = error.frame
      let name = error.field.rawValue.split(separator: " ")[0].lowercased()
      let found = self[keyPath: path].map(String.init) ?? "(none)"
      corrected.repairs.append("\(name) \(found) is a known typing error, \(error.frame) is used")
    }
    guard corrected.isPlausible, corrected.apex == apex || corrected.isInside(corrected.apex) else { return }
    self = corrected
  }

  private static let frames: [CodingField: WritableKeyPath<CodingRow, Int?> & Sendable] = [
    .onset: \.onset, .apex: \.apex, .offset: \.offset,
  ]

  private func isInside(_ frame: Int?) -> Bool {
    guard let frame, let onset, let offset, onset <= offset else { return false }
    return onset...offset ~= frame
  }

  /// Finds the end of a clip whose folder goes on with other expressions.
  private mutating func closeRecording(_ row: TableRow<CodingField>) throws {
    guard let onset else {
      throw Fault(
        at: row.location,
        "has no onset (`\(try row.text(.onset) ?? "")`), and its recording may hold other expressions; write it")
    }
    guard offset.map({ $0 <= onset }) ?? true else { return }
    let found = try row.text(.offset) ?? ""
    guard let apex, apex > onset else {
      throw Fault(
        at: row.location,
        "has the offset `\(found)`, which is not after onset \(onset), and no apex to stand in for it; write it")
    }
    offset = apex
    repairs.append("offset `\(found)` is not after onset \(onset), the apex \(apex) is used as the last frame")
  }

  private mutating func repairOffset() {
    guard let onset, let offset, offset <= onset else { return }
    self.offset = nil
    repairs.append("offset \(offset) is not after onset \(onset), the clip's last frame is used")
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
