extension ActionUnits {
  /// Why a text has no action units; it follows the text.
  public struct Problem: Error, Equatable {
    public var reason: String
  }

  /// Reads what coding sheets have: `4+7`, `1, 2`, `AU 6+12`, `L14`, `12B`, `(R6 or R12)+R15`, `6?`, `?`.
  ///
  /// Units are separated by `+`, `,`, `;`, `/`, `&`, `-`, `and` or blanks. Of units between which there is an `or` none
  /// is certain, nor is any of those in a bracket beside it. A date is two units, see `ActionUnitText`.
  ///
  /// - Throws: a `Problem` that says what cannot be read.
  public init(parsing text: String) throws(Problem) {
    switch ActionUnitText(text) {
    case .missing: throw Problem(reason: "has no action units")
    case .date(let units), .units(let units):
      var reader = Reader(units)
      self.init(try reader.list(until: nil))
    case .unreadable(let reason): throw Problem(reason: reason)
    }
  }

  /// Reads a text from its beginning on.
  private struct Reader {
    private var rest: Substring
    /// Brackets within brackets; more than any sheet has, so that no text exhausts the stack.
    private var depth = 0

    init(_ text: String) { rest = text.uppercased()[...] }

    /// Units up to a closing bracket or the end of the text.
    mutating func list(until end: Character?) throws(Problem) -> [ActionUnit] {
      var groups: [[ActionUnit]] = []
      var isAlternative = false
      skipBlanks()
      while true {
        let group = try term()
        groups.append(isAlternative ? group.map(ActionUnits.doubted) : group)
        isAlternative = false
        switch separator() {
        case .or:
          groups[groups.count - 1] = groups[groups.count - 1].map(ActionUnits.doubted)
          isAlternative = true
        case .and: break
        case nil:
          guard rest.first == end else {
            throw rest.isEmpty ? Problem(reason: "has a bracket that is not closed") : strange()
          }
          return groups.flatMap { $0 }
        }
      }
    }

    /// A unit, units in brackets, or a question mark.
    private mutating func term() throws(Problem) -> [ActionUnit] {
      if take("(") {
        depth += 1
        guard depth <= 8 else { throw Problem(reason: "has too many brackets") }
        let units = try list(until: ")")
        rest.removeFirst()
        depth -= 1
        return take("?") ? units.map(ActionUnits.doubted) : units
      }
      if take("?") {
        // `?12` is a unit that the coder is not sure of; `?` alone says that nothing is known.
        guard rest.first.map({ !isEnd($0) }) ?? false else { return [] }
        return [ActionUnits.doubted(try unit())]
      }
      return [try unit()]
    }

    private mutating func unit() throws(Problem) -> ActionUnit {
      if rest.hasPrefix("AU") {
        rest.removeFirst(2)
        skipBlanks()
      }
      var side: ActionUnit.Side?
      if let letter = rest.first, let found = ActionUnit.Side(rawValue: String(letter)) {
        side = found
        rest.removeFirst()
        skipBlanks()
      }
      let digits = rest.prefix(while: CellNumber.isDigit)
      guard let number = Int(digits), 1...99 ~= number else { throw strange() }
      rest.removeFirst(digits.count)
      var unit = ActionUnit(number, side)
      if let letter = rest.first, let intensity = ActionUnit.Intensity(rawValue: String(letter)),
        // `6 and 12` has blanks, `6A` not.
        rest.dropFirst().first.map(isEnd) ?? true
      {
        unit.intensity = intensity
        rest.removeFirst()
      }
      if take("?") { unit.isCertain = false }
      return unit
    }

    private enum Separator { case and, or }

    /// Nil, and at most blanks are taken, where none follows.
    private mutating func separator() -> Separator? {
      let hadBlanks = skipBlanks()
      for (word, separator) in [("OR", Separator.or), ("AND", .and)] where hadBlanks && rest.hasPrefix(word) {
        let after = rest.dropFirst(word.count)
        guard let next = after.first, next.isWhitespace || next == "(" else { continue }
        rest = after
        skipBlanks()
        return separator
      }
      if let first = rest.first, "+＋,，、;；/&-–".contains(first) {
        rest.removeFirst()
        skipBlanks()
        return .and
      }
      guard hadBlanks, let first = rest.first, first != ")" else { return nil }
      return .and
    }

    @discardableResult
    private mutating func skipBlanks() -> Bool {
      let blanks = rest.prefix(while: \.isWhitespace)
      rest.removeFirst(blanks.count)
      return !blanks.isEmpty
    }

    private mutating func take(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }

    /// Whether a unit ends before this character.
    private func isEnd(_ character: Character) -> Bool {
      character.isWhitespace || "+＋,，、;；/&-–)?".contains(character)
    }

    private func strange() -> Problem {
      let what = rest.isEmpty ? "ends where a unit should be" : "has `\(printable(String(rest.prefix(20))))`"
      return Problem(reason: "\(what), which is not an action unit; write units as `4+7`, `L14` or `R6 or R12`")
    }
  }

  private static func doubted(_ unit: ActionUnit) -> ActionUnit {
    var unit = unit
    unit.isCertain = false
    return unit
  }
}
