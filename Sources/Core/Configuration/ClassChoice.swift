/// Which classes a person asks for on a command line.
public enum ClassChoice: Equatable, Sendable {
  case preset(ClassPreset)
  case own(ClassMap)

  public var classes: ClassMap {
    switch self {
    case .preset(let preset): preset.classes
    case .own(let classes): classes
    }
  }

  /// What it may be, for people.
  public static let form =
    "a preset (\(ClassPreset.names.joined(separator: ", "))), or emotions separated by commas; "
    + "NAME=EMOTION+EMOTION merges some into a class"

  /// Reads a preset's name (`samm-5`), emotions (`positive,negative`), some of them merged
  /// (`happiness,others=fear+sadness`), or a list as a sweep file has it (`["happiness", ["fear", "sadness"]]`).
  ///
  /// - Throws: a `ValueProblem` that says what is wrong.
  public init(_ text: String) throws(ValueProblem) {
    if let preset = ClassPreset.all.first(where: { $0.name == text }) {
      self = .preset(preset)
      return
    }
    let isJSON = text.hasPrefix("[")
    guard isJSON || text.contains(where: { ",=+".contains($0) }) else {
      let nearest = NearestWord.suggest(text, among: ClassPreset.names)
      let advice = nearest.map { "did you mean \($0)?" } ?? "it takes \(ClassChoice.form)"
      throw ValueProblem("is \(JSONNode.string(text).summary); \(advice)")
    }
    var reader = ClassReader(path: "")
    let classes: ClassMap
    do throws(Fault) {
      let node = isJSON ? try JSONNode.parse(Array(text.utf8), location: "") : ClassChoice.list(text)
      classes = reader.classes(node)
    } catch {
      throw ValueProblem("is \(JSONNode.string(text).summary), which is no list in JSON: \(error.problem)")
    }
    if let fault = reader.faults.first {
      let place = fault.location.isEmpty ? "" : ", \(ClassChoice.position(fault.location))"
      throw ValueProblem("is \(JSONNode.string(text).summary)\(place): \(fault.problem)")
    }
    self = .own(classes)
  }

  /// `a,others=b+c` as the list that a sweep file has.
  private static func list(_ text: String) -> JSONNode {
    func parts(_ text: Substring, _ separator: Character) -> [Substring] {
      text.split(separator: separator, omittingEmptySubsequences: false)
    }
    return .list(
      parts(text[...], ",").map { part in
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let emotions = parts(sides[sides.count - 1], "+").map { JSONNode.string(String($0)) }
        if sides.count == 2 { return .members(["name": .string(String(sides[0])), "emotions": .list(emotions)]) }
        return emotions.count == 1 ? emotions[0] : .list(emotions)
      })
  }

  /// `[1].emotions[0]` as people count, `class 2, emotion 1`; `[1].name` as `class 2, name`.
  private static func position(_ location: String) -> String {
    let numbers = location.split { !$0.isNumber }.compactMap { Int($0) }
    let words = zip(["class", "emotion"], numbers).map { "\($0) \($1 + 1)" }
    let key = location.split(separator: ".").last.map(String.init) ?? ""
    return (words + (numbers.count < 2 && location.contains(".") ? [key] : [])).joined(separator: ", ")
  }
}
