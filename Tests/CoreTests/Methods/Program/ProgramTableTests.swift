import Foundation
import Testing

@testable import Core

@Suite struct ProgramTableTests {
  private let classes = ["happiness", "fear, or none"]

  private func parse(_ text: String) throws -> [[Float]] {
    try ProgramTable.parse(text, at: "t.csv", clips: ["a", "b/1"], classes: classes)
  }

  private func fault(_ text: String) -> String {
    do {
      return "\(try parse(text))"
    } catch {
      return "\(error)"
    }
  }

  @Test func columnsAndRowsMayBeInAnyOrder() throws {
    let rows: [[Float]] = [[0.25, 0.75], [1, 0]]
    #expect(try parse("clip,happiness,\"fear, or none\"\na,0.25,0.75\nb/1,1,0\n") == rows)
    #expect(try parse("\"fear, or none\", happiness ,clip\r\n0,1e0,b/1\r\n\r\n 0.75,0.25, a") == rows)
  }

  /// Single precision: a softmax of floats.
  @Test func roundingIsAllowedAndLeftAsItIs() throws {
    #expect(
      try parse("clip,happiness,\"fear, or none\"\na,0.33333,0.66666\nb/1,1.0000001,-0.0000001")
        == [[0.33333, 0.66666], [1, 0]])
  }

  @Test(arguments: [
    ("", "t.csv: is empty"),
    ("clip,happiness\na,1\nb/1,1", "has no column \"fear, or none\""),
    ("clip,happiness,\"fear, or none\",joy\n", "has the column \"joy\"; its columns are clip, happiness"),
    ("clip,happiness,happiness,\"fear, or none\"\n", "has the column \"happiness\" twice"),
    ("clip,happiness,\"fear, or none\"\na,1,0", "lacks 1 of 2 test clips: b/1"),
    ("clip,happiness,\"fear, or none\"\na,1,0\nb/1,1", "t.csv, line 3: has 2 cells"),
    ("clip,happiness,\"fear, or none\"\na,1,0\na,1,0", "line 3: has the clip \"a\" again"),
    ("clip,happiness,\"fear, or none\"\nc,1,0", "line 2: has the clip \"c\", which is not a test clip"),
    ("clip,happiness,\"fear, or none\"\na,nan,0", "line 2, a: has \"nan\" for happiness, which is no finite number"),
    ("clip,happiness,\"fear, or none\"\na,inf,0", "has \"inf\" for happiness"),
    ("clip,happiness,\"fear, or none\"\na,1,x", "has \"x\" for fear, or none"),
    ("clip,happiness,\"fear, or none\"\na,1.5,-0.5", "has 1.5 for happiness; a probability is between 0 and 1"),
    ("clip,happiness,\"fear, or none\"\na,0.7,0.2", "line 2, a: has probabilities that add up to 0.9, not to 1"),
    ("clip,\"happiness", "has a quote that is not closed"),
  ]) func whatIsWrongIsSaid(_ text: String, _ expected: String) {
    #expect(fault(text).contains(expected), "\(fault(text))")
  }

  @Test func aTableThatIsNoFileIsRefused() throws {
    let scratch = try Scratch()
    #expect(throws: Fault.self) { try ProgramTable.read(scratch("none.csv"), clips: ["a"], classes: classes) }
    #expect(throws: Fault(at: scratch.path, "is not a regular file")) {
      try ProgramTable.read(scratch.path, clips: ["a"], classes: classes)
    }
  }
}
