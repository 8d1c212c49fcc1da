import Foundation
import Testing

@testable import Core

/// The worked examples of CONTRIBUTING.md are in the files of the tests' `Examples`, so they compile; and they do what
/// the page says.
@Suite struct ContributingTests {
  private static let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/")

  /// The Swift code of a section, one text per block; lines without indentation.
  private static func code(of section: String) throws -> [String] {
    let text = try String(contentsOfFile: "\(root)/CONTRIBUTING.md", encoding: .utf8)
    let start = try #require(text.range(of: "\n## \(section)\n"), "CONTRIBUTING.md has no section \(section)")
    let rest = text[start.upperBound...]
    let body = rest.range(of: "\n## ").map { rest[..<$0.lowerBound] } ?? rest
    return body.matches(of: #/\n *```swift\n([\s\S]*?)\n *```/#).map { unindented(String($0.1)) }
  }

  private static func unindented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }.joined(separator: "\n")
  }

  /// What the examples' files have, lines without indentation.
  private static func examples() throws -> [String] {
    try ["Core", "Coordinator"].flatMap { module in
      let folder = "\(root)/Tests/\(module)Tests/Examples"
      return try FileManager.default.contentsOfDirectory(atPath: folder).map {
        unindented(try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
      }
    }
  }

  @Test(arguments: ["Add a method", "Add a command", "Add a setting", "Add an importer"])
  func thePageShowsCodeOfTheExamples(_ section: String) throws {
    let (blocks, examples) = (try ContributingTests.code(of: section), try ContributingTests.examples())
    #expect(!blocks.isEmpty)
    for block in blocks {
      #expect(examples.contains { $0.contains(block) }, "no file of the examples has\n\(block)")
    }
  }

  @Test func aSettingIsReadFromItsRow() throws {
    func read(_ text: String) throws -> (training: ExampleTraining?, faults: [Fault]) {
      var faults: [Fault] = []
      let node = try JSONNode.parse(Array(text.utf8), location: "test")
      return (ExampleTraining.table.read(node, over: ExampleTraining(), at: "training", &faults), faults)
    }
    #expect(try read("{}").training == ExampleTraining())
    #expect(try read(#"{"labelSmoothing": 0.25}"#).training?.labelSmoothing == 0.25)
    #expect(try read(#"{"labelSmoothing": 2}"#).faults.map(\.location) == ["training.labelSmoothing"])
  }

  @Test func meanGreyIsTheMeanOfTheApexFrame() {
    let clip = Clip(
      name: "c", subject: "s", emotion: "joy", source: "test", fps: 100, onset: 0, apex: 1, offset: 1, frames: 2,
      height: 1, width: 2)
    // The apex frame is one black and one white pixel.
    let pixels: [UInt8] = [7, 7, 7, 7, 7, 7, 0, 0, 0, 255, 255, 255]
    let features = pixels.withUnsafeBufferPointer { MeanGrey().features(of: ClipFrames(clip, pixels: $0.baseAddress!)) }
    #expect(features.count == 1 && abs(features[0] - 127.5) < 1e-4)
    #expect(meanGreyMethod.about.name == "mean-grey")
  }

  @Test func tabsSeparatePathSubjectAndEmotion() {
    var report = ImportReport()
    let settings = ImportSettings(source: "data", annotations: "clips.txt", output: "store.safetensors")
    let rows = TabsImport(settings: settings).rows("a/b\ts1\tjoy\r\nwrong line\n", &report)
    #expect(rows == [ImportRow(location: "line 1", path: "a/b", subject: "s1", emotion: "joy")])
    #expect(report.entries(.lost).map(\.location) == ["line 2"])
  }
}
