import Foundation
import Testing

@testable import Core

@Suite struct NamesOnDiskTests {
  private let composed = "Ren\u{e9}"
  private let decomposed = "Rene\u{301}"

  private func folders(_ scratch: Scratch, _ paths: [String]) throws {
    for path in paths { try Directory.make(scratch("data/\(path)")) }
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func aNameIsFoundInAnotherUnicodeFormAndWithBlanksAroundIt() throws {
    let scratch = try Scratch()
    try folders(scratch, ["\(decomposed)/clip ", "S02/\(composed)-1", "S02/other"])
    var names = NamesOnDisk()
    func found(_ path: String) throws -> [UInt8] {
      bytes(try names.spelling(of: path, below: scratch("data"), at: "line 1"))
    }
    #expect(try found("\(composed)/clip") == bytes("\(decomposed)/clip "))
    #expect(try found("S02/\(decomposed)-1") == bytes("S02/\(composed)-1"))
    #expect(try found("S02/other") == bytes("S02/other"))
    #expect(try found("s02/other") == bytes("s02/other"), "capitals count")
    #expect(try found("S02/nothing") == bytes("S02/nothing"))
  }

  @Test func aNameThatMayBeSeveralIsRefused() throws {
    let scratch = try Scratch()
    try folders(scratch, ["S1/clip ", "S1/ clip"])
    var names = NamesOnDisk()
    let fault = #expect(throws: Fault.self) {
      _ = try names.spelling(of: "S1/clip", below: scratch("data"), at: "line 7")
    }
    #expect(fault?.location == "line 7")
    #expect(fault?.problem.hasPrefix("`S1/clip` may be one of several in ") == true)
  }
}
