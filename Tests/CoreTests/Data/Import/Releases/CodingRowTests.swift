import Testing

@testable import Core

@Suite struct CodingRowTests {
  private func row(_ cells: [String], _ release: Release = .casme2, index: Int = 0) throws -> CodingRow {
    let positions: [CodingField: Int] = [
      .subject: 0, .filename: 1, .onset: 2, .apex: 3, .offset: 4, .emotion: 5, .actionUnits: 6,
    ]
    return try CodingRow(TableRow(.init(number: 1, cells: cells), positions, at: "row 1"), release, index: index)
  }

  @Test func subjectsAreSpelledAsTheReleaseDoes() {
    for text in ["3", "03", "3.0", "sub03", "SUB3"] { #expect(Release.casme2.subject(text) == "sub03") }
    for text in ["6", "006", "6.0"] { #expect(Release.samm.subject(text) == "006") }
    for text in ["3", "S03", "s3"] { #expect(Release.mmew.subject(text) == "S03") }
    for text in ["1", "spNO.1", "spNo.01"] { #expect(Release.casme3.subject(text) == "spNO.1") }
    for text in ["15", "s15", "S15"] { #expect(Release.casmeSquared.subject(text) == "s15") }
    for text in ["", "x", "-1", "1.5", "1000", "nan", "inf", "1e300", "../1", "S-3"] {
      for release in Release.allCases { #expect(release.subject(text) == nil, "\(text)") }
    }
  }

  @Test func aKnownTypingFaultIsPutRightOnlyWhereTheOffsetIsImpossible() throws {
    for index in 59...61 {
      #expect(try row(["4", "EP", "81", "84", "31", "fear"], index: index).offset == 91)
      #expect(try row(["4", "EP", "81", "84", "900", "fear"], index: index).offset == 91)
      #expect(try row(["4", "EP", "81", "84", "88", "fear"], index: index).offset == 88)
      #expect(try row(["4", "EP", "181", "184", "31", "fear"], index: index).offset == nil, "91 would be no better")
    }
    #expect(try row(["4", "EP", "81", "84", "31", "fear"], index: 58).offset == nil)
    let none = try row(["4", "EP", "81", "84", "/", "fear"], index: 60)
    #expect(none.offset == 91 && none.repairs == ["offset (none) is a known typing error, 91 is used"])
    #expect(try row(["6", "EP", "5700", "5710", "573", "fear"], .samm, index: 56).offset == 5739)
  }

  @Test func aKnownTypingFaultMayBeOfAnyFrame() throws {
    let late = try row(["216", "d", "3647", "2668", "2694", "sad"], .casme3, index: 749)
    #expect(late.onset == 2647 && late.writtenOnset == 3647 && late.apex == 2668)
    #expect(late.repairs == ["onset 3647 is a known typing error, 2647 is used"])
    let apex = try row(["1", "b", "150", "610", "170", "sad"], .casme3, index: 128)
    #expect(apex.apex == 160 && apex.repairs == ["apex 610 is a known typing error, 160 is used"])
    #expect(try row(["1", "b", "150", "155", "170", "sad"], .casme3, index: 128).apex == 155, "it may be right")
    let both = try row(["8", "EP", "900", "110", "19", "tense"], .casme, index: 42)
    #expect(both.onset == 101 && both.offset == 119 && both.apex == 110 && both.repairs.count == 2)
    #expect(try row(["8", "EP", "900", "65", "19", "tense"], .casme, index: 43).onset == 57, "not the neighbour's")
  }

  @Test func aRecordingHasNoFrameThatStandsInForAnEnd() throws {
    let zero = try row(["1", "b", "7", "0", "20", "sad"], .casme3)
    #expect(zero.apex == nil && zero.repairs == ["apex `0` is not a frame number, the middle is used"])
    let open = try row(["1", "b", "7", "12", "0", "sad"], .casme3)
    #expect(open.offset == 12 && open.apex == 12)
    for cells in [
      ["1", "b", "", "12", "20", "sad"], ["1", "b", "7", "", "", "sad"], ["1", "b", "7", "6", "3", "sad"],
      ["1", "b", "7", "7", "/", "sad"],
    ] {
      #expect(throws: Fault.self, "\(cells)") { try row(cells, .casme3) }
    }
  }

  @Test func framesThatMakeNoSenseAreReplacedAndTold() throws {
    let blank = try row(["4", "EP", "", "/", "", "fear"])
    #expect(blank.onset == nil && blank.apex == nil && blank.offset == nil && blank.repairs.count == 3)
    let late = try row(["4", "EP", "10", "9", "20", "fear"])
    #expect(late.apex == nil && late.repairs == ["apex 9 is not between onset 10 and offset 20, the middle is used"])
    let same = try row(["4", "EP", "10", "10", "10", "fear"])
    let dated = try row(["4", "EP", "10", "12", "20", "fear", "Jan-02"])
    #expect(dated.actionUnits == "1+2" && dated.repairs.count == 1)
    #expect(same.offset == nil && same.repairs == ["offset 10 is not after onset 10, the clip's last frame is used"])
  }

  @Test func unitsThatCannotBeReadStayAndAreDoubtful() throws {
    let row = try row(["4", "EP", "10", "12", "20", "fear", "1.2"])
    #expect(row.actionUnits == "1.2" && row.doubts.count == 1 && row.repairs.isEmpty)
    #expect(row.doubts[0].contains("`1.2` are stored as they are, but cannot be read: is a number with a fraction"))
  }

  @Test func aRowWithoutAClipASubjectOrAnEmotionIsAFault() {
    for cells in [
      ["x", "EP", "1", "2", "3", "fear"], ["1", "../EP", "1", "2", "3", "fear"], ["1", "..", "1", "2", "3", "fear"],
      ["1", "EP", "1", "x", "3", "fear"], ["1", "EP", "1", "2", "30.5", "fear"],
      ["1", "EP", "1.05E+03", "2", "3", "fear"],
      ["1", "EP", "1", "2", "3", " "], ["1", "EP", "1", "2", "3"], [],
      ["", "EP", "1", "2", "3", "fear"],
    ] {
      #expect(throws: Fault.self, "\(cells)") { try row(cells) }
    }
  }

  @Test func aClipIsFoundBelowItsSubject() throws {
    let tree = ReleaseTree(folders: [
      ["sub01"], ["sub01", "EP02"], ["sub2"], ["sub2", "ep02"], ["sub2", "EP03"], ["x", "S03-01-002"], ["x"],
    ])
    #expect(tree.clips(try row(["1", "EP02", "1", "2", "3", "fear"]), .casme2) == ["sub01/EP02"])
    #expect(tree.clips(try row(["2", "EP02", "1", "2", "3", "fear"]), .casme2) == ["sub2/ep02"])
    #expect(tree.clips(try row(["3", "EP02", "1", "2", "3", "fear"]), .casme2).isEmpty)
    #expect(tree.clips(try row(["S03", "S03-01-002", "1", "2", "3", "fear"], .mmew), .mmew) == ["x/S03-01-002"])
    #expect(tree.strays(beside: ["sub2/ep02"]) == ["sub2/EP03"])
  }

  @Test func aNumberInTheNameOfTheWholeTreeIsNoSubject() throws {
    let raw = "CASME2_RAW_selected"
    let tree = ReleaseTree(folders: [
      [raw], [raw, "sub01"], [raw, "sub01", "EP02"], [raw, "sub02"], [raw, "sub02", "EP02"], [raw, "sub03"],
      [raw, "sub03", "EP07"],
    ])
    #expect(tree.clips(try row(["1", "EP02", "1", "2", "3", "fear"]), .casme2) == ["\(raw)/sub01/EP02"])
    #expect(tree.clips(try row(["2", "EP02", "1", "2", "3", "fear"]), .casme2) == ["\(raw)/sub02/EP02"])
    #expect(tree.clips(try row(["2", "EP07", "1", "2", "3", "fear"]), .casme2).isEmpty, "that is subject 3's")
    let bySubject = ReleaseTree(folders: [["MMEW36", "S03", "fear", "S03-05-001"]])
    let clip = try row(["S03", "S03-05-001", "1", "2", "3", "fear"], .mmew)
    #expect(bySubject.clips(clip, .mmew) == ["MMEW36/S03/fear/S03-05-001"])
  }
}
