import Testing

@testable import Core

@Suite struct JSONNodeTests {
  @Test(arguments: [
    ("", "line 1, column 1: has its end where a value should stand"),
    ("{\n  \"a\": 1,\n}", "line 3, column 1: has '}' where a key between quotation marks should stand"),
    ("{\"a\" 1}", "line 1, column 6: has '1' where the colon after \"a\" should stand"),
    ("{\"ä\": x}", "line 1, column 7: has 'x' where a value should stand"),
    ("[1 2]", "line 1, column 4: has '2' where a comma or a closing bracket should stand"),
    ("{\"a\": 1 \"b\"}", "line 1, column 9: has '\"' where a comma or a closing brace should stand"),
    ("[1] 2", "line 1, column 5: has '2' after its end"),
    ("01", "line 1, column 2: has a number that begins with 0"),
    ("[1.]", "line 1, column 4: has ']' where a digit should stand"),
    ("[+1]", "line 1, column 2: has '+' where a value should stand"),
    ("nul", "line 1, column 1: has 'n' where a value should stand"),
    ("\"a", "line 1, column 3: ends inside a text"),
    ("\"\\x\"", "line 1, column 3: has an unknown escape"),
    ("\"\\ud800\"", "line 1, column 8: has half of a surrogate pair"),
    ("\"a\nb\"", "line 1, column 3: has a line break inside a text, where a line break is written \\n and a tab \\t"),
  ])
  func aSyntaxErrorHasItsLineAndColumn(_ text: String, _ expected: String) {
    #expect { try JSONNode.parse(Array(text.utf8), place: "f.json") } throws: {
      "\($0)" == "f.json, \(expected)"
    }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: Fault.self) { try JSONNode.parse([0x22, 0xFF, 0x22], place: "f") }
    #expect(throws: Fault.self) { try JSONNode.parse([0xFE, 0xFF, 0, 0x7B], place: "f") }
  }

  @Test func aDeepTextIsRefusedAndDoesNotExhaustTheStack() {
    let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect { try JSONNode.parse(brackets, place: "f") } throws: { "\($0)".hasSuffix("is nested deeper than 64 levels") }
  }

  @Test func everyPrefixOfATextIsRefused() throws {
    let text = Array(#"{"a": [1, -2.5e+3, true, null, "xé\u00e9\n\ud83d\ude00"], "b": {}}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: Fault.self) { try JSONNode.parse(Array(text[..<length]), place: "f") }
    }
    let expected = JSONNode.members([
      "a": .list([.number("1"), .number("-2.5e+3"), .bool(true), .null, .string("xéé\n😀")]), "b": .object([]),
    ])
    #expect(try JSONNode.parse(text, place: "f") == expected)
    #expect(try JSONNode.parse([0xEF, 0xBB, 0xBF] + text, place: "f") == expected)
  }

  @Test func theCanonicalTextIsSortedAndReadBack() throws {
    let node = JSONNode.members(["b": .list([.number("1"), .string("\u{1}\"\\")]), "a": .list([.list([]), .object([])])])
    let text = node.canonicalText()
    #expect(text == "{\n  \"a\": [\n    [],\n    {}\n  ],\n  \"b\": [1, \"\\u0001\\\"\\\\\"]\n}")
    let back = JSONNode.members(["a": .list([.list([]), .object([])]), "b": .list([.number("1"), .string("\u{1}\"\\")])])
    #expect(try JSONNode.parse(Array(text.utf8), place: "f") == back)
  }
}
