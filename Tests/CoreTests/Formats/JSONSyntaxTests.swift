import Foundation
import Fuzz
import Testing

@testable import Core

@Suite struct JSONSyntaxTests {
  /// A text, and its fault.
  static let faults: [(text: String, fault: String)] = [
    ("{\n \"a\": 1,\n}", "line 2, column 8: a comma before }; nothing follows it"),
    ("[1, 2 ,\n ]", "line 1, column 7: a comma before ]; nothing follows it"),
    ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: a comma is missing before this"),
    ("[1 2]", "line 1, column 4: a comma is missing before this"),
    ("[{} {}]", "line 1, column 5: a comma is missing before this"),
    ("{\"a\" 1}", "line 1, column 6: a colon is missing between the key and this"),
    ("{\"a\": }", "line 1, column 7: a }, but a value is missing before it"),
    ("{\"a\"}", "line 1, column 5: a }, but a colon is missing before it"),
    ("{\"a\": 1,, \"b\": 2}", "line 1, column 9: a comma, but a key is missing before it"),
    ("[,]", "line 1, column 2: a comma, but a value is missing before it"),
    ("[1:2]", "line 1, column 3: a colon, but a comma is missing before it"),
    ("{a: 1}", "line 1, column 2: a key stands in double quotes: \"key\""),
    ("{1: 1}", "line 1, column 2: a key stands in double quotes: \"key\""),
    ("{'a': 1}", "line 1, column 2: texts and keys stand in straight double quotes: \"text\""),
    ("{\"a\": “b”}", "line 1, column 7: texts and keys stand in straight double quotes: \"text\""),
    ("{\"a\": 1, // why\n \"b\": 2}", "line 1, column 10: a comment; JSON has none"),
    ("# why\n{}", "line 1, column 1: a comment; JSON has none"),
    ("{\"a\": \"b}\n", "line 1, column 7: a text without its closing quote"),
    ("{\"a\": \"b\nc\"}", "line 1, column 7: a text without its closing quote"),
    ("\"\u{1}\"", "line 1, column 2: a control character inside a text; write it as \\u0001"),
    (#""C:\data""#, "line 1, column 4: an unknown escape; a backslash itself is written as \\\\"),
    (#""\u12x4""#, "line 1, column 2: an unknown escape; a backslash itself is written as \\\\"),
    ("{\"a\": [1}", "line 1, column 9: a }, but the [ in line 1 is closed by ]"),
    ("{\"a\":\n {\"b\": 1", "line 2, column 9: the text ends before the } of the { in line 2"),
    ("{}}", "line 1, column 3: a } that closes nothing"),
    ("]", "line 1, column 1: a ] that closes nothing"),
    ("{} x", "line 1, column 4: text after the end; a file holds one value"),
    ("", "line 1, column 1: the text ends before its value"),
    (" \n ", "line 2, column 2: the text ends before its value"),
    ("{\"ä\": 01}", "line 1, column 7: `01` is not a number of JSON, such as 1, -0.5 or 1e-4"),
    ("[1.]", "line 1, column 2: `1.` is not a number of JSON, such as 1, -0.5 or 1e-4"),
    ("[.5]", "line 1, column 2: `.5` is not a number of JSON, such as 1, -0.5 or 1e-4"),
    ("[+1]", "line 1, column 2: `+1` is not a number of JSON, such as 1, -0.5 or 1e-4"),
    ("[1e999]", "line 1, column 2: a number that is too large"),
    (
      "[True]",
      "line 1, column 2: `True` is not a value; texts stand in double quotes, and true, false and null have small "
        + "letters"
    ),
    ("[(]", "line 1, column 2: no value of JSON begins like this"),
  ]

  @Test(arguments: faults) func anErrorIsNamedWhereItIs(_ text: String, _ fault: String) {
    #expect { try JSONNode.parse(Array(text.utf8), location: "f.json") } throws: { "\($0)" == "f.json, \(fault)" }
  }

  @Test func aTextWithoutErrorHasNone() {
    for text in [
      "{}", "[]", "0", "-0.5e+3", " null ", "\u{FEFF}{\"a\": [1, {\"b\": \"\\u00e9\\\\\"}]}\r\n",
      "\"'“/#\"", "[[], {}]",
    ] {
      #expect(JSONSyntax.problem(in: Array(text.utf8)) == nil, "\(text)")
    }
  }

  /// Foundation is the judge: it reads every text in which no error is found, and every text that it reads has no error
  /// but a comma before a closing bracket.
  @Test func errorsAreThoseThatFoundationFinds() throws {
    let mutator = Mutator(
      "JSON",
      seeds: [
        #"{"name": "a\n\"é", "list": [1, -2.5e+3, true, null, {}], "b": {"c": false, "d": []}}"#,
        "{\n  \"datasets\": [\n    {\"name\": \"s\", \"synthetic\": {\"clips\": 12}}\n  ],\n  \"seed\": 7\n}\n",
      ].map { Array($0.utf8) },
      words: ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u00", "//", "'", "true", "1.", "e5", " ", "\n", ",}", ",]"])
    let figures = Fuzz.run(mutator, "JSON syntax", quick: 5000) { input in
      let found = JSONSyntax.problem(in: input)
      do {
        _ = try JSONSerialization.jsonObject(with: Data(input), options: [.fragmentsAllowed])
      } catch {
        // A text that is not UTF-8 and half a surrogate pair are left to Foundation.
        let isLeft = String(validating: input, as: UTF8.self) == nil || "\(error)".contains("surrogate")
        guard found != nil || isLeft else { throw Unexpected(text: String(decoding: input, as: UTF8.self)) }
        throw Fault(at: "f", found?.text ?? "")
      }
      guard let found, !input.contains(0) else { return }
      guard found.text.contains("nothing follows it") else { throw Unexpected(text: found.text) }
      throw Fault(at: "f", found.text)
    }
    #expect(figures.strange.isEmpty, "\(figures.strange.prefix(3))")
    #expect(figures.accepted > 0 && figures.accepted < figures.inputs)
  }

  private struct Unexpected: Error { var text: String }
}
