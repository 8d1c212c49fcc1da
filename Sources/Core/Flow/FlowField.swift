/// The displacement of each pixel from one frame to another.
public struct FlowField: Equatable, Sendable {
  public let height: Int
  public let width: Int
  /// Pixels to the right, `[height, width]`.
  public var horizontal: [Float]
  /// Pixels down, `[height, width]`.
  public var vertical: [Float]

  /// - Parameters:
  ///   - horizontal: pixels to the right, `[height, width]`.
  ///   - vertical: pixels down, `[height, width]`.
  public init(height: Int, width: Int, horizontal: [Float], vertical: [Float]) {
    precondition(
      height > 0 && width > 0 && horizontal.count == height * width && vertical.count == height * width,
      "a flow field needs a vector a pixel")
    self.height = height
    self.width = width
    self.horizontal = horizontal
    self.vertical = vertical
  }
}
