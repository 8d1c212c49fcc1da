import Testing

@testable import Core

private func copies(_ files: [String]) throws -> FrameCopies { try FrameCopies(files.sorted(), at: "c") }

@Suite struct FrameCopiesTests {
  @Test(arguments: [
    "img012 (2)", "img012(2)", "img012 - Copy", "img012 - Copy (2)", "Copy of img012", "Copy (2) of img012",
    "img012 copy", "img012 copy 2", "img012_copy", "img012 - Kopie", "img012 - Kopie (3)", "Kopie von img012",
    "img012 - copie", "img012 - Copie (2)",
  ]) func aCopyIsLeftOutWhereItsOriginalIsThere(_ copy: String) throws {
    let found = try copies(["img011.png", "img012.png", "\(copy).PNG"])
    #expect(found.left == [.init(file: "\(copy).PNG", original: "img012.png")])
    #expect(found.frames.map(\.file) == ["img011.png", "img012.png"] && found.used.isEmpty)
  }

  @Test(arguments: ["img012 (2)", "img012 - Copy", "Copy of img012", "img012 copy 2", "img012 - Kopie"])
  func aCopyWithoutOriginalIsThatFrame(_ copy: String) throws {
    let found = try copies(["img011.png", "\(copy).png", "img013.png"])
    #expect(found.used == ["\(copy).png"] && found.left.isEmpty)
    #expect(found.frames.contains(.init(file: "\(copy).png", stem: "img012")))
    #expect(found.frames.count == 3)
  }

  @Test func theFirstOfTwoCopiesStandsForTheFrame() throws {
    let found = try copies(["img011.png", "img012 - Copy (2).png", "img012 - Copy.png"])
    #expect(found.used == ["img012 - Copy.png"])
    #expect(found.left == [.init(file: "img012 - Copy (2).png", original: "img012 - Copy.png")])
  }

  @Test func numbersInParenthesesMayCountFrames() throws {
    for files in [
      (1...20).map { "S01 (\($0)).png" }, (1...20).map { "img\($0) (2).png" }, ["img (1).png", "img (2).png"],
    ] {
      let found = try copies(files)
      #expect(found.frames.map { "\($0.stem).png" } == files.sorted() && found.left.isEmpty && found.used.isEmpty)
    }
  }

  @Test func numbersInParenthesesBesideOneFrameAreRefused() {
    let fault = #expect(throws: Fault.self) { try copies(["S01.png", "S01 (1).png", "S01 (2).png"]) }
    #expect(fault?.problem.contains("`S01 (1).png` and `S01 (2).png` may be frames or copies") == true)
  }

  @Test func otherNamesAreNoCopies() throws {
    for name in ["copy1", "copier_12", "img012 (a)", "photocopy 3", "(2)", "Copy of img", "img copy 2", ")", "(12)1"] {
      #expect(FrameCopies.Mark(name) == nil, "\(name)")
    }
  }

  @Test func anotherExtensionIsNoCopy() throws {
    #expect(try copies(["img012.png", "img012 - Copy.jpg"]).left.isEmpty)
  }
}
