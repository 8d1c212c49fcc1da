import Foundation
import Testing

@testable import Core

@Suite struct WorkspaceTests {
  /// MiB of this process that are in memory.
  private func resident() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(Int(line.split(whereSeparator: { !$0.isNumber })[0])) / 1024
  }

  /// Large enough that other tests, which run at the same time, do not matter.
  @Test func releasedMemoryGoesBackToTheSystem() throws {
    let floats = 1 << 26
    for size in [floats, 1 << 20, 5000] {
      _ = (0..<floats / size).map { _ in Tensor([size], filledWith: 1) }
    }
    let before = try resident()
    #expect(before > 3 * 256, "the workspace keeps what tensors give back")
    Workspace.release()
    #expect(try resident() < before - 2 * 256, "from \(before) MiB")
  }
}
