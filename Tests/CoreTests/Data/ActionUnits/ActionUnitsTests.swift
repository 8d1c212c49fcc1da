import Testing

@testable import Core

@Suite struct ActionUnitsTests {
  private typealias Unit = ActionUnit

  private static let read: [(String, [ActionUnit])] = [
    ("4+7", [Unit(4), Unit(7)]),
    ("7+4", [Unit(4), Unit(7)]),
    ("4 + 7", [Unit(4), Unit(7)]),
    ("1, 4", [Unit(1), Unit(4)]),
    ("1-2", [Unit(1), Unit(2)]),
    ("1/2", [Unit(1), Unit(2)]),
    ("12 14 17 20", [Unit(12), Unit(14), Unit(17), Unit(20)]),
    ("12.0", [Unit(12)]),
    ("2-Jan", [Unit(1), Unit(2)]),
    ("4+4", [Unit(4)]),
    ("AU12", [Unit(12)]),
    ("au 6+AU12", [Unit(6), Unit(12)]),
    ("6 and 12", [Unit(6), Unit(12)]),
    ("L14", [Unit(14, .left)]),
    ("r12", [Unit(12, .right)]),
    ("4+L10", [Unit(4), Unit(10, .left)]),
    ("L12+R12", [Unit(12, .left), Unit(12, .right)]),
    ("12B+R14C", [Unit(12, intensity: .slight), Unit(14, .right, intensity: .marked)]),
    ("6A and 12", [Unit(6, intensity: .trace), Unit(12)]),
    (
      "(R6 or R12)+R15",
      [Unit(6, .right, isCertain: false), Unit(12, .right, isCertain: false), Unit(15, .right)]
    ),
    ("6 or 12", [Unit(6, isCertain: false), Unit(12, isCertain: false)]),
    ("1 or 2 or 4", [Unit(1, isCertain: false), Unit(2, isCertain: false), Unit(4, isCertain: false)]),
    ("(6+12) or 14", [Unit(6, isCertain: false), Unit(12, isCertain: false), Unit(14, isCertain: false)]),
    ("4+(7 or L10)?", [Unit(4), Unit(7, isCertain: false), Unit(10, .left, isCertain: false)]),
    ("6?", [Unit(6, isCertain: false)]),
    ("?6+12", [Unit(6, isCertain: false), Unit(12)]),
    ("?", []),
    ("4+?", [Unit(4)]),
    ("(4)", [Unit(4)]),
  ]

  @Test(arguments: read) func unitsAreReadWithTheirSides(_ text: String, _ units: [ActionUnit]) throws {
    #expect(try ActionUnits(parsing: text).units == units)
  }

  @Test(arguments: [
    ("", "has no action units"), ("4+", "ends where a unit should be"), ("+4", "has `+4`"), ("4++7", "has `+7`"),
    ("0", "has `0`"), ("100", "has `100`"), ("smile", "has `SMILE`"), ("4+smile", "has `SMILE`"), ("4x", "has `X`"),
    ("L", "ends where"), ("LR4", "has `R4`"), ("4F", "has `F`"), ("(4", "a bracket that is not closed"),
    ("4)", "has `)`"), ("()", "has `)`"), ("4 or", "has `OR`"), ("or 4", "has `OR 4`"), ("4.5", "a number with a"),
    ("2-Jan-20", "is a date"), ("99999999999999999999", "has `99999999999999999999`"), ("４", "has `４`"),
    (String(repeating: "(", count: 100_000), "too many brackets"),
  ]) func whatCannotBeReadIsSaid(_ text: String, _ reason: String) {
    let problem = #expect(throws: ActionUnits.Problem.self) { try ActionUnits(parsing: text) }
    #expect(problem?.reason.contains(reason) == true, "\(text.prefix(20)): \(String(describing: problem))")
  }

  @Test func theWrittenFormIsReadBack() throws {
    let units = ActionUnits([Unit(12, .left, intensity: .severe), Unit(4), Unit(6, isCertain: false), Unit(4)])
    #expect(units.units.map(\.text) == ["4", "6?", "L12D"] && units.numbers == [4, 12])
    #expect(try ActionUnits(parsing: units.units.map(\.text).joined(separator: "+")) == units)
  }

  @Test func aClipHasThoseOfItsText() {
    func coded(_ text: String?) -> ActionUnits? {
      var clip = Clip(
        name: "a", subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 0, offset: 0, frames: 1, height: 1,
        width: 1)
      clip.actionUnits = text
      return clip.codedUnits
    }
    #expect(
      coded("L14+4")?.numbers == [4, 14] && coded("?")?.units == [] && coded("frown") == nil && coded(nil) == nil)
  }
}
