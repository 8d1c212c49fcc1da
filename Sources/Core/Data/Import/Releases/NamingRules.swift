/// What the sheets `naming rule1` and `naming rule2` of CAS(ME)²'s workbook say: which folders a row means.
///
/// The coding sheet numbers subjects from 1 and names films (`disgust2_1`); folders have other numbers for both
/// (`s15/15_0102eatingworms`).
struct NamingRules: Equatable {
  /// A subject's folder by its number in the coding sheet.
  private(set) var subjects: [Int: String] = [:]
  /// A film's number in folders by its name in the coding sheet.
  private(set) var films: [String: Int] = [:]

  init(_ sheets: [AnnotationSheet]) {
    for row in sheets.lazy.filter({ plainName($0.name).hasPrefix("namingrule") }).flatMap(\.rows) {
      guard row.cells.count > 1 else { continue }
      let name = CellText.trimmed(row.cells[1])
      if let subject = NamingRules.folder(name) {
        if row.cells.count > 2, let number = NamingRules.number(row.cells[2]) { subjects[number] = subject }
      } else if let number = NamingRules.number(row.cells[0]), name.contains(where: \.isLetter) {
        films[plainName(name)] = number
      }
    }
  }

  /// The folder of a subject: by its number in the coding sheet, or the folder's name itself.
  ///
  /// - Throws: a `Fault` at `location` for a number that the rules do not have.
  func subject(_ text: String, at location: String) throws -> String {
    if let folder = NamingRules.folder(text) { return folder }
    if let folder = NamingRules.number(text).flatMap({ subjects[$0] }) { return folder }
    throw Fault(
      at: location,
      "has the subject `\(text)`, and no sheet `naming rule1` says which folder is meant; import the release's "
        + "workbook without --sheet, or write the folder's name (s15)")
  }

  /// The number of the recording's film: that of `disgust2` for the expression `disgust2_1`.
  func recording(_ filename: String) -> Int? {
    films[plainName(String(filename.prefix { $0 != "_" }))]
  }

  /// `S15` as its folder is written; nil without the letter.
  private static func folder(_ text: String) -> String? {
    text.lowercased().hasPrefix("s") ? Release.casmeSquared.subject(text) : nil
  }

  private static func number(_ text: String) -> Int? {
    if case .number(let number) = FrameNumber(text) { number } else { nil }
  }
}
