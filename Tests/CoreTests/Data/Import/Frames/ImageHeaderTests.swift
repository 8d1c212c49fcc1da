import Testing

@testable import Core

/// The beginning of EXIF data with an orientation, in either byte order.
func exif(_ orientation: UInt8, isLittle: Bool = false) -> [UInt8] {
  isLittle
    ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
}

/// A segment of a JPEG: a marker, the length, the data.
func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
  [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
}

/// A chunk of a PNG: the length, the name, the data, the checksum.
func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
  func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
  var checksum = UInt32.max
  for byte in Array(name.utf8) + data {
    checksum ^= UInt32(byte)
    for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
  }
  return word(UInt32(data.count)) + Array(name.utf8) + data + word(~checksum)
}

@Suite struct ImageHeaderTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func header(_ bytes: [UInt8]) throws -> ImageHeader { try ImageHeader(of: scratch.file("image", bytes)) }

  private let jfif = segment(0xE0, [0x4A, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])

  private func adobe(_ transform: UInt8) -> [UInt8] {
    segment(0xEE, [0x41, 0x64, 0x6F, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform])
  }

  /// A frame header of 40 × 20, after other segments, with a scan.
  private func jpeg(
    _ before: [UInt8] = [], identifiers: [UInt8] = [1, 2, 3], sampling: [UInt8] = [0x22, 0x11, 0x11, 0x22],
    marker: UInt8 = 0xC0
  ) -> [UInt8] {
    let components: [UInt8] = zip(identifiers, sampling).flatMap { [$0.0, $0.1, 0] as [UInt8] }
    return [0xFF, 0xD8] + before + segment(marker, [8, 0, 20, 0, 40, UInt8(identifiers.count)] + components)
      + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [7, 7, 0xFF, 0xD9]
  }

  private func png(_ colours: UInt8, _ bits: UInt8 = 8, _ chunks: [UInt8] = []) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", [0, 0, 0, 40, 0, 0, 0, 20, bits, colours, 0, 0, 0]) + chunks + chunk("IEND", [])
  }

  @Test(
    arguments: [
      (0x11, "JPG YCbCr 4:4:4"), (0x21, "JPG YCbCr 4:2:2"), (0x22, "JPG YCbCr 4:2:0"), (0x12, "JPG YCbCr 4:4:0"),
      (0x41, "JPG YCbCr 4:1:1"), (0x31, "JPG YCbCr 3×1 1×1 1×1"),
    ] as [(UInt8, String)]) func theSamplingOfAJPEGIsPartOfItsKind(_ luma: UInt8, _ words: String) throws
  {
    for marker: UInt8 in [0xC0, 0xC2] {
      let header = try header(jpeg(jfif, sampling: [luma, 0x11, 0x11], marker: marker))
      #expect(header.kind.description == words)
      #expect(header.width == 40 && header.height == 20)
    }
  }

  @Test func theColoursOfAJPEGAreTakenWhereAllMarksAgree() throws {
    let rgb: [UInt8] = [0x52, 0x47, 0x42]
    #expect(try header(jpeg(identifiers: [1])).kind.colours == .grey)
    #expect(try header(jpeg()).kind.colours == .ycc)
    #expect(try header(jpeg(jfif + adobe(1))).kind.colours == .ycc)
    #expect(try header(jpeg(adobe(0))).kind.colours == .rgb)
    #expect(try header(jpeg(identifiers: rgb)).kind.colours == .rgb)
    #expect(try header(jpeg(adobe(0), identifiers: [1, 2, 3, 4])).kind.colours == .cmyk)
    #expect(try header(jpeg(adobe(2), identifiers: [1, 2, 3, 4])).kind.colours == .ycck)
    for (bytes, words) in [
      (jpeg(jfif + adobe(0)), "marked as RGB and as YCbCr"), (jpeg(jfif, identifiers: rgb), "marked as RGB"),
      (jpeg(adobe(1), identifiers: rgb), "marked as RGB"), (jpeg(identifiers: [1, 2, 3, 4]), "four colours"),
      (jpeg(adobe(1), identifiers: [1, 2, 3, 4]), "four colours"),
      (jpeg(adobe(2), identifiers: [0x43, 0x4D, 0x59, 0x4B]), "four colours"),
      (jpeg(identifiers: [1, 2]), "2 components"),
    ] {
      let fault = #expect(throws: Fault.self) { try header(bytes) }
      #expect(fault?.location == scratch("image") && fault?.problem.contains(words) == true)
    }
  }

  @Test(arguments: 1...8) func sizesAreThoseAfterTheTurn(_ orientation: UInt8) throws {
    let size = orientation < 5 ? [40, 20] : [20, 40]
    for isLittle in [false, true] {
      let data = exif(orientation, isLittle: isLittle)
      for image in [jpeg(segment(0xE1, [0x45, 0x78, 0x69, 0x66, 0, 0] + data)), png(2, 8, chunk("eXIf", data))] {
        let header = try header(image)
        #expect([header.width, header.height] == size && header.kind.orientation.rawValue == orientation)
      }
    }
  }

  @Test func damagedOrientationsAreUpright() throws {
    var cases = (0..<22).map { Array(exif(6).prefix($0)) }
    cases += [exif(0), exif(9), [0x4D, 0x4D, 0, 42, 0xFF, 0xFF, 0xFF, 0xFF, 0, 1]]
    for data in cases {
      #expect(try header(png(2, 8, chunk("eXIf", data))).kind.orientation == .upright, "\(data)")
    }
    // The first EXIF segment counts; XMP is none.
    let two = segment(0xE1, Array("http://x".utf8)) + segment(0xE1, [0x45, 0x78, 0x69, 0x66, 0, 0] + exif(3))
    #expect(try header(jpeg(two)).kind.orientation == .upsideDown)
  }

  @Test func theColoursOfAPNGAreInItsFirstChunk() throws {
    for (colours, bits, words) in [
      (0, 8, "PNG grey"), (0, 16, "PNG grey 16 bits"), (0, 1, "PNG grey 1 bit"), (2, 8, "PNG RGB"),
      (3, 4, "PNG palette 4 bits"),
      (4, 8, "PNG grey with transparency"), (6, 16, "PNG RGB 16 bits with transparency"),
    ] as [(UInt8, UInt8, String)] {
      let header = try header(png(colours, bits))
      #expect(header.kind.description == words && header.width == 40 && header.height == 20)
    }
    #expect(try header(png(3, 8, chunk("PLTE", [1, 2, 3]) + chunk("tRNS", [0]))).kind.isTransparent)
    #expect(throws: Fault.self) { try header(png(1)) }
    // A chunk that is longer than the file ends the search.
    #expect(try header(png(2) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("tRNS".utf8)).kind.isTransparent == false)
  }

  @Test func bothHeadersOfABMPAreRead() throws {
    let start = Array("BM".utf8) + [UInt8](repeating: 0, count: 12)
    let new: [UInt8] = [40, 0, 0, 0, 40, 0, 0, 0, 0xEC, 0xFF, 0xFF, 0xFF, 1, 0, 24, 0, 0, 0, 0, 0]
    let old: [UInt8] = [12, 0, 0, 0, 40, 0, 20, 0, 1, 0, 8, 0]
    for (bytes, bits, colours) in [(new, 24, .rgb), (old, 8, .palette)] as [([UInt8], Int, ImageKind.Colours)] {
      let header = try header(start + bytes)
      #expect(header.width == 40 && header.height == 20 && header.kind.bits == bits && header.kind.colours == colours)
    }
    #expect(throws: Fault.self) { try header(start + new.dropLast()) }
  }
}
