import Foundation
import Testing

@testable import Coordinator

/// The version and its date are in `Program`; pages that have to repeat them say the same.
@Suite struct VersionTests {
  private func page(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    return try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func theCitationAndTheChangelogNameTheProgramsVersion() throws {
    let citation = try page("CITATION.cff")
    #expect(citation.contains("\nversion: \(Program.version)\n"))
    #expect(citation.contains("\ndate-released: ") && citation.contains(Program.date))
    #expect(try page("CHANGELOG.md").contains("\n## \(Program.version) - \(Program.date)\n"))
  }
}
