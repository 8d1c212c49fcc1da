import Testing

@testable import Core

private func header(_ width: Int, _ height: Int, _ colours: ImageKind.Colours = .rgb) -> ImageHeader {
  ImageHeader(ImageKind(format: .png, colours: colours, bits: 8), width: width, height: height)
}

private func stills(_ headers: [ImageHeader]) throws -> StillFrames {
  try StillFrames(headers.indices.map { "c/img\($0).png" }, headers)
}

@Suite struct StillFramesTests {
  @Test func framesAreGroupedByKindTheLargestGroupFirst() throws {
    let stills = try CoreTests.stills([
      header(4, 2, .grey), header(4, 2), header(4, 2), header(4, 2, .palette), header(4, 2),
    ])
    #expect(stills.groups.map(\.positions) == [[1, 2, 4], [0], [3]])
    #expect(stills.width == 4 && stills.height == 2)
    #expect(stills.doubt == "its frames are of 3 kinds: 3 are PNG RGB, `img3.png` is PNG palette")
    #expect(try self.stills(2).doubt == nil)
  }

  private func stills(_ count: Int) throws -> StillFrames {
    try CoreTests.stills(Array(repeating: header(4, 2), count: count))
  }

  @Test func theOneOfAnotherSizeThanMostIsNamed() throws {
    for odd in 0..<4 {
      var headers = Array(repeating: header(40, 20), count: 4)
      headers[odd] = header(42, 20)
      let fault = #expect(throws: Fault.self) { try CoreTests.stills(headers) }
      #expect(
        fault
          == Fault(
            at: "c/img\(odd).png",
            "is PNG of 42 × 20, most frames of its clip are 40 × 20; all need the same size"))
    }
  }

  @Test func aTurnedFrameHasTheSizeThatIsSeen() throws {
    var turned = ImageKind(format: .png, colours: .rgb, bits: 8)
    turned.orientation = .clockwise
    let stills = try CoreTests.stills([header(4, 2), ImageHeader(turned, width: 2, height: 4)])
    #expect(stills.width == 4 && stills.groups.count == 2)
  }

  @Test func aCropBoxOutsideIsNamedWithTheSize() throws {
    let stills = try stills(1)
    try stills.check(CropBox(width: 4, height: 2, x: 0, y: 0), from: nil)
    for (box, text) in [
      (CropBox(width: 4, height: 2, x: 1, y: 0), "4:2:1:0"), (CropBox(width: 1, height: 1, x: 0, y: 2), "1:1:0:2"),
    ] {
      let fault = #expect(throws: Fault.self) { try stills.check(box, from: "of `S01`") }
      #expect(fault?.location == "c/img0.png")
      #expect(fault?.problem.contains("is 4 × 2 as it is seen; the crop box \(text) (of `S01`) lies outside") == true)
    }
  }
}
