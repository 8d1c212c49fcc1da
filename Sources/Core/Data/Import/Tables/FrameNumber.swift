/// A frame number as a table has it.
enum FrameNumber: Equatable {
  /// Nothing is there, or a slash, as in CASME II.
  case missing
  case number(Int)
  /// What is wrong; it follows the text: `is negative`.
  case unreadable(String)

  /// Reads a whole number from 0: with zeros behind a decimal point or comma (`46.0`), with thousands in groups
  /// (`1,046`, `1 046`, `1'046`), in full-width digits, after an apostrophe.
  ///
  /// - Parameter decimalCommas: whether a comma is likely to be a decimal one, so that `1,046` may mean 1046 or 1.046.
  init(_ text: String, decimalCommas: Bool = false) {
    var plain = CellNumber.plain(text)
    if plain.isEmpty || plain == "/" {
      self = .missing
      return
    }
    if plain.first == "+" { plain.removeFirst() }
    let digits = plain.split(whereSeparator: { !CellNumber.isDigit($0) })
    let marks = plain.filter { !CellNumber.isDigit($0) }
    guard plain.utf8.count <= 400, plain.first.map(CellNumber.isDigit) == true,
      plain.last.map(CellNumber.isDigit) == true, digits.count == marks.count + 1, marks.allSatisfy(".,' ".contains)
    else {
      self = .unreadable(FrameNumber.problem(of: plain))
      return
    }
    self = FrameNumber.read(digits, marks, decimalCommas)
  }

  /// - Parameters:
  ///   - digits: at least one part.
  ///   - marks: what stands between them.
  private static func read(_ digits: [Substring], _ marks: String, _ decimalCommas: Bool) -> FrameNumber {
    guard let last = marks.last else { return whole(digits[0]) }
    if Set(marks).count == 1 {
      let isGrouped = CellNumber.isGrouped(digits)
      let isDecimalMark = marks.count == 1 && (last == "." || last == ",")
      if isGrouped, !isDecimalMark || last == "," && !decimalCommas { return whole(digits.joined()) }
      if isGrouped, last == "," || digits[1] == "000" {
        return .unreadable("could be \(digits.joined()) or \(digits[0]).\(digits[1]); write it without `\(last)`")
      }
      return isDecimalMark ? rounded(String(digits[0]), digits[1]) : .unreadable(nothing)
    }
    // Groups, then a decimal point or comma: `1,046.0`.
    let groups = digits.dropLast()
    guard last == "." || last == ",", Set(marks.dropLast()).count == 1, !marks.dropLast().contains(last),
      CellNumber.isGrouped(Array(groups))
    else { return .unreadable(nothing) }
    return rounded(groups.joined(), digits[digits.count - 1])
  }

  private static let nothing = "is not a frame number"

  private static func whole(_ digits: some StringProtocol) -> FrameNumber {
    guard let number = Int(digits), number < 1 << 31 else { return .unreadable("is larger than any clip") }
    return .number(number)
  }

  /// Computed frame numbers miss a whole one by a rounding error: 46.00000000000001.
  private static func rounded(_ digits: String, _ fraction: Substring) -> FrameNumber {
    guard let part = Double("0.\(fraction)") else { return .unreadable(nothing) }
    if part <= 1e-6 { return whole(digits) }
    guard part >= 1 - 1e-6, case .number(let number) = whole(digits) else {
      return .unreadable("is not a whole number")
    }
    return whole("\(number + 1)")
  }

  private static func problem(of plain: String) -> String {
    guard CellNumber.decimal(plain) != nil else { return nothing }
    if plain.hasPrefix("-") { return "is negative" }
    if plain.lowercased().contains("e") { return "has an exponent and may have lost digits; write the whole number" }
    return nothing
  }
}
