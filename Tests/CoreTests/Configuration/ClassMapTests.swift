import Foundation
import Testing

@testable import Core

@Suite struct ClassMapTests {
  @Test func aNameOfItsOwnIsWrittenAndReadBack() throws {
    let own = ClassMap([["joy"], ["fear", "sadness"]], names: ["joy", "others"])
    let text = try JSONEncoder.stable().encode(own)
    #expect(try JSONDecoder().decode(ClassMap.self, from: text) == own)
    #expect(own.names == ["joy", "others"] && own.index(of: "sadness") == 1 && own.index(of: "others") == nil)
  }

  @Test func textsWithoutNamesAreThoseOfEarlierVersions() throws {
    let old = #"{"groups":[["joy"],["fear","sadness"]]}"#
    let classes = ClassMap([["joy"], ["fear", "sadness"]])
    #expect(try JSONDecoder().decode(ClassMap.self, from: Data(old.utf8)) == classes)
    #expect(String(decoding: try JSONEncoder.stable().encode(classes), as: UTF8.self) == old)
    for wrong in [#"{"groups":[["joy"],[]]}"#, #"{"groups":[["joy"]],"names":["a","b"]}"#] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(ClassMap.self, from: Data(wrong.utf8)) }
    }
  }
}
