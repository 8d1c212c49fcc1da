/// What a decoder needs to know of an image beside its size: images of one kind go through one decoder.
struct ImageKind: Hashable {
  enum Format: String {
    case jpeg = "jpg"
    case png, bmp
  }

  enum Colours: String {
    case grey, palette
    case rgb = "RGB"
    case ycc = "YCbCr"
    case cmyk = "CMYK"
    case ycck = "YCCK"
  }

  var format: Format
  var colours: Colours
  /// Of each component; of a pixel in BMP files.
  var bits: Int
  var isTransparent = false
  /// The components' sampling of a JPEG (`4:2:0`), a BMP's compression.
  var variant = ""
  var orientation = ImageOrientation.upright

  /// The filters of ffmpeg that come before all others, each with a comma.
  ///
  /// Black and white become grey first: scaled as they are, they lose up to 20 of 255.
  var filters: String {
    let isBinary = format == .png && colours == .grey && bits == 1
    return (isBinary ? "format=gray," : "") + (orientation.filter.map { $0 + "," } ?? "")
  }
}

extension ImageKind: CustomStringConvertible {
  var description: String {
    var words = [format.rawValue.uppercased(), colours.rawValue]
    if !variant.isEmpty { words.append(variant) }
    if bits != 8 { words.append(bits == 1 ? "1 bit" : "\(bits) bits") }
    if isTransparent { words.append("with transparency") }
    if orientation != .upright { words.append("turned") }
    return words.joined(separator: " ")
  }
}
