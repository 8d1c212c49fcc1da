import Foundation
import Testing

@testable import Core

@Suite struct ProgramSettingsTests {
  private func parse(_ methods: String) throws -> SweepConfiguration {
    try SweepText.parse("\"methods\": \(methods)", datasets: SweepText.store)
  }

  private func faults(_ methods: String, _ more: String = "") -> [String] {
    SweepText.faults("\"methods\": \(methods)\(more)", datasets: SweepText.store)
  }

  private let mine = #"{"name": "mine", "command": ["python3", "mine.py", "-v"]}"#

  @Test func aProgramStandsAmongTheOthersInTheirOrder() throws {
    let sweep = try parse("[\"majority\", \(mine), \"fdm\"]")
    #expect(sweep.methods == ["majority", "mine", "fdm"] && sweep.compared.map(\.rawValue) == sweep.methods)
    let program = try #require(sweep.program(named: "mine"))
    #expect(program.command == ["python3", "mine.py", "-v"] && program.seconds == 3600 && program.checksRepeat)
    #expect(sweep.method(of: Variant("mine")).about.title == "mine")
    #expect(sweep.method(of: Variant("fdm")).about.title == "FDM")
    let titled = try parse(
      #"[{"name": "mine", "command": ["x"], "title": "My method", "seconds": 60, "checkRepeat": false}]"#)
    #expect(titled.programs[0].about.title == "My method" && titled.programs[0].seconds == 60)
    #expect(!titled.programs[0].checksRepeat && titled.referenceVariant.rawValue == "mine")
  }

  @Test func itIsWrittenAndReadBack() throws {
    let sweep = try parse("[\(mine), \"majority\"]")
    #expect(try SweepConfiguration.parse(canonicalJSON(sweep), location: "canonical") == sweep)
    let stored = try JSONNode.parse(Array(JSONEncoder.stable().encode(sweep)), location: "stored")
    #expect(try SweepConfiguration.decode(stored: stored) == sweep)
  }

  /// A run of a version without programs has none in its sweep.json.
  @Test func aRunOfAnEarlierVersionHasNoPrograms() throws {
    let sweep = try parse("[\"majority\"]")
    var text = String(decoding: try JSONEncoder.stable().encode(sweep), as: UTF8.self)
    text = text.replacingOccurrences(of: "\"programs\":[],", with: "")
    #expect(!text.contains("programs"))
    #expect(try SweepConfiguration.decode(stored: JSONNode.parse(Array(text.utf8), location: "old")) == sweep)
  }

  @Test func theCommandIsPartOfTheDigestAndTheTimeLimitIsNot() throws {
    let sweep = try parse("[\"majority\", \(mine)]")
    let patient = try parse(
      #"["majority", {"name": "mine", "command": ["python3", "mine.py", "-v"], "seconds": 9, "title": "Mine"}]"#)
    let other = try parse(#"["majority", {"name": "mine", "command": ["python3", "other.py", "-v"]}]"#)
    #expect(sweep.digest == patient.digest && sweep.digest != other.digest)
    let (own, majority) = (
      WorkUnit(dataset: "casme2", fold: 0, variant: Variant("mine"), seed: 2022),
      WorkUnit(dataset: "casme2", fold: 0, variant: Variant("majority"), seed: 2022)
    )
    #expect(sweep.digest(of: own) == patient.digest(of: own) && sweep.digest(of: own) != other.digest(of: own))
    #expect(try sweep.digest(of: majority) == parse("[\"majority\"]").digest(of: majority))
  }

  @Test func aRunGrowsByAProgramAndKeepsItsCommand() throws {
    let (without, with) = (try parse("[\"majority\"]"), try parse("[\(mine), \"majority\"]"))
    #expect(try SweepGrowth(from: without, to: with).added == ["method mine"])
    let other = try parse(#"["majority", {"name": "mine", "command": ["python3", "mine.py"]}]"#)
    do {
      _ = try SweepGrowth(from: with, to: other)
      Issue.record("the command changed")
    } catch {
      #expect("\(error)".contains("methods[1].command: was") && "\(error)".contains("-v"), "\(error)")
    }
  }

  @Test(arguments: [
    (#"[{"command": ["x"]}]"#, "methods[0].name: is missing"),
    (#"[{"name": "mine"}]"#, "methods[0].command: is missing"),
    (#"[{"name": "mine", "command": []}]"#, "methods[0].command: is empty"),
    (#"[{"name": "mine", "command": "x y"}]"#, "methods[0].command: is \"x y\", not a list of words"),
    (#"[{"name": "mine", "command": ["x", 3]}]"#, "methods[0].command[1]: is 3, not a text"),
    (#"[{"name": "a/b", "command": ["x"]}]"#, "methods[0].name: is \"a/b\"; a method's name has letters"),
    (#"[{"name": "mine", "command": ["x"], "time": 3}]"#, "methods[0].time: is not a known key"),
    (#"[{"name": "mine", "command": ["x"], "seconds": 0}]"#, "methods[0].seconds: is 0; a program needs"),
    (#"[{"name": "Majority", "command": ["x"]}]"#, "methods[0].name: is Majority, as a method of MicroFold is called"),
    (#"[{"name": "full", "command": ["x"]}]"#, "methods[0].name: is full, as a method of MicroFold"),
    (#"[{"name": "pretraining", "command": ["x"]}]"#, "methods[0].name: is pretraining, as a method of MicroFold"),
    (#"[{"name": "m", "command": ["x"]}, {"name": "M", "command": ["y"]}]"#, "methods[1].name: is M, as methods[0]"),
    (#"[{"name": "m", "command": ["x"], "title": "FDM"}]"#, "methods[0].title: is FDM, as a method of MicroFold"),
    (#"[{"name": "m", "command": ["x"]}, {"name": "n", "command": ["y"], "title": "m"}]"#, "methods[1].title: is m"),
    (#"["mine"]"#, "methods[0]: is \"mine\"; "), (#"[3]"#, "methods[0]: is 3; it is one of menet, "),
  ]) func whatIsWrongIsSaid(_ methods: String, _ expected: String) {
    #expect(faults(methods).contains { $0.hasPrefix(expected) }, "\(faults(methods))")
  }

  @Test func aProgramMayBeTheReference() throws {
    let sweep = try SweepText.parse(
      "\"methods\": [\"majority\", \(mine)], \"reference\": \"mine\"", datasets: SweepText.store)
    #expect(sweep.referenceVariant.rawValue == "mine")
    #expect(
      faults("[\"majority\", \(mine)]", #", "reference": "mime""#)
        == [#"reference: is "mime"; did you mean mine?"#])
    #expect(faults("[\"majority\"]", #", "reference": "fdm""#).contains { $0.contains("does not compare") })
  }
}
