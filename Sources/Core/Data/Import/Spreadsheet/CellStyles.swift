/// Which cells of a workbook are shown as dates (`xl/styles.xml`), and what its dates are counted from.
struct CellStyles: XMLVisitor {
  /// Whether day 0 is 1 January 1904, as in workbooks that began on an old Mac.
  var is1904 = false
  private var formats: [Int: DateFormat] = [:]
  /// The number format of each style, by the style's number.
  private var styles: [Int] = []
  private var isInFormats = false
  private var isInStyles = false
  private var location = ""

  /// More than Excel allows.
  private static let most = 1 << 16

  /// Styles of a workbook without any.
  init() {}

  init(_ bytes: [UInt8], is1904: Bool, at location: String) throws {
    (self.is1904, self.location) = (is1904, location)
    try walk(bytes, at: location)
  }

  mutating func start(_ element: String, _ attributes: [String: String]) throws {
    switch element {
    case "numFmts": isInFormats = true
    case "cellXfs": isInStyles = true
    case "numFmt" where isInFormats:
      guard let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] else { return }
      formats[id] = DateFormat(code)
    case "xf" where isInStyles:
      guard styles.count < CellStyles.most else { throw Fault(at: location, "has more than \(CellStyles.most) styles") }
      styles.append(attributes["numFmtId"].flatMap { Int($0) } ?? 0)
    default: break
    }
  }

  mutating func text(_ text: String) {}

  mutating func end(_ element: String) {
    if element == "numFmts" { isInFormats = false }
    if element == "cellXfs" { isInStyles = false }
  }

  /// What a number is when a cell of this style shows it; nil for a number.
  ///
  /// - Returns: the date or time as text, and why it is not what the cell should hold.
  func date(_ number: Double, style: Int) -> (text: String, mark: AnnotationSheet.Mark)? {
    guard styles.indices.contains(style), let format = formats[styles[style]] ?? DateFormat(builtIn: styles[style])
    else { return nil }
    guard format.hasDay || format.hasMonth || format.hasYear,
      let date = CellDate(serial: number, is1904: is1904)
    else {
      let time = CellDate.time(of: number)
      return (time, .problem("the cell holds a time, \(time)"))
    }
    let problem = "the cell holds a date, \(date.text)"
    let isDayAndMonth = format.hasDay && format.hasMonth && !format.hasYear && !format.hasTime
    return (date.text, isDayAndMonth ? .date(day: date.day, month: date.month, problem: problem) : .problem(problem))
  }
}
