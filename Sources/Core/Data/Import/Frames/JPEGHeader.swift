/// What the segments of a JPEG file say before its scan.
struct JPEGHeader {
  let header: ImageHeader

  /// Identifiers and sampling of the components.
  private struct Component {
    var identifier: UInt8
    var sampling: UInt8
  }
  private struct Frame {
    var bits: UInt8
    var width: Int
    var height: Int
    var components: [Component]
  }

  /// Walks over the frame header (SOF), which has the size, to the start of the scan.
  ///
  /// The decoder fills what is missing with grey and says nothing, so the scan must be there and the end of image after
  /// it; FF D9 stands nowhere else, as inside a scan a zero follows each FF.
  ///
  /// - Returns: nil when it is truncated or no JPEG.
  /// - Throws: an `ImageHeader.Problem` when its colours are not clear.
  init?(_ bytes: UnsafeRawBufferPointer) throws {
    var frame: Frame?
    var hasJFIF = false
    var adobe: UInt8?
    var orientation: ImageOrientation?
    var position = 2
    while position + 9 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF:  // Fill byte.
        position += 1
        continue
      case 0x01, 0xD0...0xD8:  // Markers without a segment.
        position += 2
        continue
      case 0xDA:
        guard let frame, bytes[position...].hasEndOfImage else { return nil }
        let colours = try JPEGHeader.colours(of: frame.components, hasJFIF: hasJFIF, adobe: adobe)
        let kind = ImageKind(
          format: .jpeg, colours: colours, bits: Int(frame.bits), variant: JPEGHeader.sampling(frame.components),
          orientation: orientation ?? .upright)
        header = ImageHeader(kind, width: frame.width, height: frame.height)
        return
      case 0xD9:
        return nil
      default:
        break
      }
      let end = position + 2 + (Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
      let segment = UnsafeRawBufferPointer(rebasing: bytes[position + 4..<max(position + 4, min(end, bytes.count))])
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: frame = JPEGHeader.frame(segment)
      case 0xE0: hasJFIF = hasJFIF || segment.starts(with: [0x4A, 0x46, 0x49, 0x46, 0])
      case 0xE1:
        // "Exif" and two zeros; the first such segment counts.
        if orientation == nil, segment.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
          orientation = ImageOrientation(exif: UnsafeRawBufferPointer(rebasing: segment[6...]))
        }
      case 0xEE:
        if segment.count >= 12, segment.starts(with: [0x41, 0x64, 0x6F, 0x62, 0x65]) { adobe = segment[11] }
      default: break
      }
      position = end
    }
    return nil
  }

  /// Bits, height, width, the number of components, and three bytes for each.
  private static func frame(_ segment: UnsafeRawBufferPointer) -> Frame? {
    guard segment.count >= 6, segment.count >= 6 + 3 * Int(segment[5]) else { return nil }
    return Frame(
      bits: segment[0], width: Int(segment[3]) << 8 | Int(segment[4]), height: Int(segment[1]) << 8 | Int(segment[2]),
      components: (0..<Int(segment[5])).map {
        Component(identifier: segment[6 + 3 * $0], sampling: segment[7 + 3 * $0])
      })
  }

  /// The colours, where all programs agree on them: a JPEG has no field for its colours, only marks of three kinds,
  /// and programs that find two of them in disagreement choose differently.
  private static func colours(
    of components: [Component], hasJFIF: Bool, adobe: UInt8?
  ) throws -> ImageKind.Colours {
    let identifiers = components.map(\.identifier)
    switch components.count {
    case 1: return .grey
    case 3:
      // "RGB".
      let isNamedRGB = identifiers == [0x52, 0x47, 0x42]
      let isRGB = isNamedRGB || adobe == 0
      guard !isRGB || !hasJFIF && (adobe ?? 0) == 0 else {
        throw ImageHeader.Problem(text: "is a JPEG that is marked as RGB and as YCbCr; write it again as PNG")
      }
      return isRGB ? .rgb : .ycc
    case 4:
      // "CMYK" as identifiers goes with 0 only.
      if adobe == 0 { return .cmyk }
      if adobe == 2, identifiers != [0x43, 0x4D, 0x59, 0x4B] { return .ycck }
      throw ImageHeader.Problem(text: "is a JPEG of four colours without Adobe's mark for them; write it again as RGB")
    default:
      throw ImageHeader.Problem(text: "is a JPEG of \(components.count) components; write it again as grey or RGB")
    }
  }

  /// As photographers write it where there are three components: `4:2:0`.
  private static func sampling(_ components: [Component]) -> String {
    let factors = components.map(\.sampling)
    guard Set(factors).count > 1 else { return factors.count == 3 ? "4:4:4" : "" }
    if factors.count == 3, factors[1] == factors[2] {
      // Luma against chroma, across and down.
      switch (factors[0], factors[1]) {
      case (0x12, 0x11), (0x22, 0x21): return "4:4:0"
      case (0x21, 0x11), (0x22, 0x12): return "4:2:2"
      case (0x22, 0x11): return "4:2:0"
      case (0x41, 0x11), (0x42, 0x12): return "4:1:1"
      default: break
      }
    }
    return factors.map { "\($0 >> 4)×\($0 & 15)" }.joined(separator: " ")
  }
}

extension Slice<UnsafeRawBufferPointer> {
  /// Whether FF D9 stands there, looked for from the end.
  fileprivate var hasEndOfImage: Bool {
    indices.dropLast().reversed().contains { self[$0] == 0xFF && self[$0 + 1] == 0xD9 }
  }
}
