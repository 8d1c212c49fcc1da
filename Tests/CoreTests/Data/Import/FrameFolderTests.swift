import Testing

@testable import Core

private func folder(_ numbers: some Sequence<Int>) throws -> FrameFolder {
  let scratch = try Scratch()
  for number in numbers { try scratch.file("c/reg_img\(number).jpg", text: "x") }
  return try FrameFolder(scratch("c"))
}

@Suite struct FrameFolderTests {
  @Test func framesAreSortedByTheirNumbersAndStraysAreNamed() throws {
    let scratch = try Scratch()
    for name in ["006_9.jpg", "006_10.JPG", "006_0011.jpeg", "Thumbs.db", "a.lnk", "cover.jpg", "._006_12.jpg"] {
      try scratch.file("c/\(name)", text: "x")
    }
    let folder = try FrameFolder(scratch("c"))
    #expect(folder.frames.map(\.number) == [9, 10, 11])
    #expect(folder.strays == ["._006_12.jpg", "Thumbs.db", "a.lnk", "cover.jpg"])
  }

  @Test func aFolderWithoutFramesOrWithTwoOfOneNumberIsAFault() throws {
    let scratch = try Scratch()
    try scratch.file("a/x.txt", text: "x")
    try scratch.file("b/img1.jpg", text: "x")
    try scratch.file("b/img01.jpg", text: "x")
    for name in ["a", "b", "none"] { #expect(throws: Fault.self) { try FrameFolder(scratch(name)) } }
  }

  @Test func numbersInNamesComeFirst() throws {
    let folder = try folder(46...90)
    #expect(folder.span(onset: 50, offset: 60) == .init(onset: 4, offset: 14))
    #expect(folder.span(onset: nil, offset: nil) == .init(onset: 0, offset: 44))
    #expect(folder.span(onset: 80, offset: nil) == .init(onset: 34, offset: 44))
  }

  @Test func otherNumbersAreCountedFromTheFirstFrame() throws {
    let folder = try folder(46...90)
    let fromOne = folder.span(onset: 1, offset: 45)
    #expect(fromOne?.onset == 0 && fromOne?.offset == 44 && fromOne?.repairs.count == 1)
    let fromZero = folder.span(onset: 0, offset: 44)
    #expect(fromZero?.onset == 0 && fromZero?.offset == 44)
  }

  @Test func aNumberOutsideIsReplacedByTheNearestFrame() throws {
    let folder = try folder([46, 47, 49, 50])
    #expect(folder.span(onset: 48, offset: 99)?.onset == 2)
    #expect(folder.span(onset: 48, offset: 99)?.offset == 3)
    #expect(folder.span(onset: 48, offset: 99)?.repairs.count == 2)
    #expect(folder.span(onset: 46, offset: 48)?.offset == 1)
    #expect(folder.span(onset: 47, offset: 46) == nil)
    #expect(folder.span(onset: 60, offset: 70) == nil)
    #expect(folder.span(onset: 48, offset: 48) == nil)
  }
}
