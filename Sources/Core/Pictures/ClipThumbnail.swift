/// A small grey picture of one clip: onset, apex and what differs between them, side by side.
///
/// Frames that are not square are squeezed into a square. The difference is grey where nothing changed, and amplified
/// as in a contact sheet.
public struct ClipThumbnail: Equatable, Sendable {
  /// Height and width of each of the three, pixels.
  public static let size = 64
  /// How many stand side by side.
  public static let columns = 3

  /// `[size, columns · size]`.
  public let pixels: [UInt8]
  /// By how much the difference is multiplied.
  public let gain: Int

  /// - Parameter clip: index into the store's clips, which have recorded frames, not flow.
  /// - Throws: a `Fault` when a frame cannot be read.
  public init(of store: ClipStore, clip: Int) throws {
    let (size, own) = (ClipThumbnail.size, store.clips[clip])
    let scaling = FrameScaling(height: own.height, width: own.width, to: size)
    let frames = try [own.onset, own.apex].map { ClipThumbnail.grey(try store.frame($0, of: clip, scaling)) }
    let difference = zip(frames[1], frames[0]).map { $0 - $1 }
    let gain = ContactSheet.gain(difference.map(abs))
    let shown = frames + [difference.map { $0 * Float(gain) }]
    pixels = (0..<size).flatMap { row in
      shown.flatMap { picture in picture[row * size..<(row + 1) * size].map(ClipThumbnail.byte) }
    }
    self.gain = gain
  }

  private static func byte(_ value: Float) -> UInt8 {
    let share = max(0, min(1, value / 2 + 0.5))
    return UInt8((share * 255).rounded())
  }

  /// Luma of ITU-R BT.601, from values of -1 to 1; NaN as black.
  private static func grey(_ frame: [Float]) -> [Float] {
    stride(from: 0, to: frame.count, by: 3).map { at in
      let value = 0.299 * frame[at] + 0.587 * frame[at + 1] + 0.114 * frame[at + 2]
      return value.isNaN ? -1 : value
    }
  }
}
