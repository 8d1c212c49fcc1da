import Foundation
import Testing

@testable import Core

/// The worked examples of CONTRIBUTING.md are the files beside this one, so they compile; and they do what the page
/// says.
@Suite struct ContributingTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// The Swift code of a section, one text per block, without the indentation of its list.
  private static func code(of section: String) throws -> [String] {
    let page = folder.appendingPathComponent("../../../CONTRIBUTING.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let start = try #require(text.range(of: "\n## \(section)\n"), "CONTRIBUTING.md has no section \(section)")
    let rest = text[start.upperBound...]
    let body = rest.range(of: "\n## ").map { rest[..<$0.lowerBound] } ?? rest
    return body.matches(of: #/(?:^|\n)( *)```swift\n([\s\S]*?)\n *```/#).map { match in
      let lines = match.2.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.map { $0.dropFirst($0.isEmpty ? 0 : match.1.count) }.joined(separator: "\n")
    }
  }

  @Test(arguments: [("Add a method", "MeanGrey"), ("Add an importer", "TabsImport")])
  func thePageShowsTheExample(_ section: String, _ file: String) throws {
    let example = try String(
      contentsOf: ContributingTests.folder.appendingPathComponent("\(file).swift"), encoding: .utf8)
    let shown = try ContributingTests.code(of: section)
    #expect(shown.first == example.split(separator: "\n", maxSplits: 1)[1].trimmingCharacters(in: .newlines))
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
