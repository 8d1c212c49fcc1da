import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// The command of CONTRIBUTING.md's example, which `ContributingTests` compares with the page.
@Suite struct FoldsCommandTests {
  private func invocation(_ words: [String]) throws -> Invocation {
    guard case .run(let invocation) = try CommandSpecification.folds.parse(words[...], path: "microfold folds") else {
      throw Fault(at: "\(words)", "asks for help")
    }
    return invocation
  }

  @Test func optionsComeFromTheDeclaration() throws {
    #expect(try invocation(["r"]).options as? FoldsOptions == FoldsOptions(run: "r"))
    let all = try invocation(["r", "--most", "3", "--json"]).options as? FoldsOptions
    #expect(all == FoldsOptions(run: "r", most: 3, isJSON: true))
    #expect(throws: Fault.self) { try invocation(["r", "--most", "0"]) }
    #expect(CommandSpecification.folds.helpText(path: "microfold folds").contains("--most"))
  }

  @Test func itReadsTheRunsFolds() throws {
    let scratch = try Scratch()
    guard case .alone(let work) = try invocation([scratch.path]).work else {
      Issue.record("one process does it")
      return
    }
    #expect(throws: (any Error).self) { try work(Console(speaks: false)) }
    try FoldFile(datasets: []).encode().write(to: URL(fileURLWithPath: scratch("folds.json")))
    #expect(try work(Console(speaks: false)) == .success)
  }
}
