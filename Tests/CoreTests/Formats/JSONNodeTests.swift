import Foundation
import Testing

@testable import Core

@Suite struct JSONNodeTests {
  @Test func bytesThatAreNoTextAreRefusedWhereTheyAre() {
    #expect { try JSONNode.parse([0x0A, 0x22, 0xFF, 0x22], location: "f") } throws: {
      "\($0)".hasPrefix("f, line 2, column 2: is not valid JSON: Invalid UTF-8")
    }
    #expect(throws: Fault.self) { try JSONNode.parse([0xFE, 0xFF, 0, 0x7B], location: "f") }
  }

  @Test func aDeepTextIsRefusedAndDoesNotExhaustTheStack() {
    let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect { try JSONNode.parse(brackets, location: "f") } throws: { "\($0)".contains("Too many nested") }
  }

  @Test func everyPrefixOfATextIsRefused() throws {
    let text = Array(#"{"a": [1, -2.5e+3, true, null, "xé\u00e9\n\ud83d\ude00"], "b": {}}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: Fault.self) { try JSONNode.parse(Array(text[..<length]), location: "f") }
    }
    let expected = JSONNode.members([
      "a": .list([.number("1"), .number("-2500.0"), .bool(true), .null, .string("xéé\n😀")]), "b": .object([]),
    ])
    #expect(try JSONNode.parse(text, location: "f") == expected)
    #expect(try JSONNode.parse([0xEF, 0xBB, 0xBF] + text, location: "f") == expected)
  }

  @Test func trueIsNoNumberAndWholeNumbersKeepTheirDigits() throws {
    let node = try JSONNode.parse(Array("[1, true, 1.5, 18446744073709551615, 9007199254740993]".utf8), location: "f")
    #expect(
      node
        == .list([
          .number("1"), .bool(true), .number("1.5"), .number("18446744073709551615"), .number("9007199254740993"),
        ]))
  }

  @Test func theCanonicalTextIsSortedAndReadBack() throws {
    let node = JSONNode.members([
      "b": .list([.number("1"), .string("\u{1}\"\\")]), "a": .list([.list([]), .object([])]),
    ])
    let text = node.canonicalText()
    #expect(text == "{\n  \"a\": [\n    [],\n    {}\n  ],\n  \"b\": [1, \"\\u0001\\\"\\\\\"]\n}")
    let back = JSONNode.members([
      "a": .list([.list([]), .object([])]), "b": .list([.number("1"), .string("\u{1}\"\\")]),
    ])
    #expect(try JSONNode.parse(Array(text.utf8), location: "f") == back)
  }

  @Test func aValueInsideAnotherOneIsWrittenAndReadBack() throws {
    let text = #"{"a": [1, 18446744073709551615, -3, 0.25, 1e-30, true, null, "x", {}, []], "b": {"c": false}}"#
    let node = try JSONNode.parse(Array(text.utf8), location: "test")
    let data = try JSONEncoder().encode(["in": node])
    #expect(try JSONDecoder().decode([String: JSONNode].self, from: data) == ["in": node])
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(JSONNode.number("one")) }
  }
}
