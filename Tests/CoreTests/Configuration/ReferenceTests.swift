import Foundation
import Testing

@testable import Core

/// `"reference"`: what the report tests all others against.
@Suite struct ReferenceTests {
  private func sweep(_ settings: String) throws -> SweepConfiguration {
    let text = #"{"datasets": [{"name": "synth-samm", "synthetic": {}}]"# + settings + "}"
    return try SweepConfiguration.parse(Data(text.utf8), location: "test.json")
  }

  @Test func withoutItFullIsTheReferenceElseTheFirst() throws {
    #expect(try sweep("").referenceVariant == .full)
    #expect(try sweep(#", "methods": ["fdm", "menet"], "variants": ["ce", "full"]"#).referenceVariant == .full)
    #expect(try sweep(#", "methods": ["menet", "fdm"], "variants": ["dao", "ce"]"#).referenceVariant == .dao)
    #expect(try sweep(#", "methods": ["fdm", "majority"]"#).referenceVariant.rawValue == "fdm")
  }

  @Test func itIsReadAndWrittenAndChangesNoResult() throws {
    let chosen = try sweep(#", "methods": ["menet", "fdm"], "reference": "fdm""#)
    let usual = try sweep(#", "methods": ["menet", "fdm"]"#)
    #expect(chosen.referenceVariant.rawValue == "fdm" && chosen.digest == usual.digest)
    let file = canonicalJSON(chosen)
    #expect(try SweepConfiguration.parse(file, location: "again") == chosen)
    // Files of sweeps without it keep their bytes, and runs that were started before it can be read.
    #expect(!String(decoding: canonicalJSON(usual), as: UTF8.self).contains("reference"))
    let stored = try JSONNode.parse(Array(JSONEncoder().encode(chosen)), location: "stored")
    #expect(try SweepConfiguration.decode(stored: stored) == chosen)
    let older = try JSONNode.parse(Array(JSONEncoder().encode(usual)), location: "stored")
    #expect(older["reference"] == nil)
    #expect(try SweepConfiguration.decode(stored: older) == usual)
  }

  @Test func whatIsNotComparedCannotBeIt() {
    func faults(_ settings: String) -> [String] {
      do {
        _ = try sweep(settings)
        return []
      } catch let faults as Faults {
        return faults.faults.map(\.description)
      } catch {
        return ["\(error)"]
      }
    }
    #expect(
      faults(#", "methods": ["menet", "fdm"], "reference": "mdmo""#) == [
        #"reference: is "mdmo", which this sweep does not compare; it is one of full, fdm"#
      ])
    #expect(faults(#", "reference": "full2""#).first?.contains("did you mean full?") == true)
    #expect(faults(#", "reference": 3"#).first?.hasPrefix("reference: is 3") == true)
  }
}
