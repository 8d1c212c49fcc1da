import Testing

@testable import Core

@Suite struct FrameFolderTests {
  @Test func framesAreSortedByTheirNumbersAndStraysAreNamed() throws {
    let scratch = try Scratch()
    for name in ["006_9.jpg", "006_10.JPG", "006_0011.jpeg", "Thumbs.db", "a.lnk", "cover.jpg", "._006_12.jpg"] {
      try scratch.file("c/\(name)", text: "x")
    }
    let folder = try FrameFolder(scratch("c"))
    #expect(folder.numbers == FrameNumbers(values: [9, 10, 11]) && folder.doubts.isEmpty)
    #expect(folder.strays == ["._006_12.jpg", "Thumbs.db", "a.lnk", "cover.jpg"])
    #expect(folder.paths(1...2) == [scratch("c/006_10.JPG"), scratch("c/006_0011.jpeg")])
  }

  @Test func aFolderWithoutFramesOrWithTwoOfOneNumberIsAFault() throws {
    let scratch = try Scratch()
    try scratch.file("a/x.txt", text: "x")
    try scratch.file("b/img1.jpg", text: "x")
    try scratch.file("b/img01.jpg", text: "x")
    for name in ["a", "b", "none"] {
      let fault = #expect(throws: Fault.self) { try FrameFolder(scratch(name)) }
      #expect(fault?.location == scratch(name))
    }
  }

  @Test func copiesWithOtherBytesAreDoubtful() throws {
    let scratch = try Scratch()
    for name in ["img1.png", "img2.png", "img1 (2).png"] { try scratch.file("c/\(name)", text: "x") }
    let same = try FrameFolder(scratch("c"))
    #expect(same.copies.map(\.file) == ["img1 (2).png"] && same.doubts.isEmpty && same.files.count == 2)
    for text in ["y", "xx", ""] {
      try scratch.file("c/img2 - Copy.png", text: text)
      let folder = try FrameFolder(scratch("c"))
      #expect(folder.files == ["img1.png", "img2.png"] && folder.copies.count == 2)
      #expect(
        folder.doubts == ["`img2 - Copy.png` is named as a copy of `img2.png` and has other bytes; it is left out"])
    }
  }

  @Test func aCopyThatIsUsedIsDoubtful() throws {
    let scratch = try Scratch()
    for name in ["img1.png", "Copy of img2.png", "img3.png"] { try scratch.file("c/\(name)", text: "x") }
    let folder = try FrameFolder(scratch("c"))
    #expect(folder.numbers.values == [1, 2, 3] && folder.copies.isEmpty)
    #expect(
      folder.doubts == [
        "`Copy of img2.png` is named as a copy of a frame that is not there, and is used as that frame"
      ])
  }
}
