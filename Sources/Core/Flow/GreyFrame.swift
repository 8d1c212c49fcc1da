/// A frame of grey levels, 0 (black) to 255 (white).
public struct GreyFrame: Equatable, Sendable {
  public let height: Int
  public let width: Int
  /// `[height, width]`
  public let values: [Float]

  /// - Parameter values: `[height, width]`, at least one pixel.
  public init(height: Int, width: Int, values: [Float]) {
    precondition(height > 0 && width > 0 && values.count == height * width, "a frame needs a value a pixel")
    self.height = height
    self.width = width
    self.values = values
  }

  /// Converts a colour frame by the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, not rounded to whole levels.
  ///
  /// - Parameter pixels: `[height, width, 3]`, uint8.
  public init(height: Int, width: Int, pixels: UnsafePointer<UInt8>) {
    let values = (0..<height * width).map { position in
      let pixel = pixels + 3 * position
      return 0.299 * Float(pixel[0]) + 0.587 * Float(pixel[1]) + 0.114 * Float(pixel[2])
    }
    self.init(height: height, width: width, values: values)
  }
}
