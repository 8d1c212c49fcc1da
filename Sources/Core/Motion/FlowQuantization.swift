/// How optical flow is stored: as 16-bit integers, in shares of the frame's width.
///
/// One unit is 1/32768 of the width, 0.002 pixels in a frame of 64; a displacement by more than a whole width becomes
/// one width. Shares do not depend on the size of the frames.
public enum FlowQuantization {
  /// Units of one frame's width.
  public static let unitsPerWidth: Float = 32768

  /// MENet sees shares times this factor: a displacement by 5 % of the width is 1, as white is.
  public static let inputPerWidth: Float = 20

  /// Stores a flow as int16 `[height, width, 2]`, little endian.
  static func bytes(of flow: FlowField) -> [UInt8] {
    let factor = unitsPerWidth / Float(flow.width)
    return [UInt8](unsafeUninitializedCapacity: flow.height * flow.width * 4) { bytes, count in
      for position in 0..<flow.height * flow.width {
        for (component, pixels) in [flow.horizontal[position], flow.vertical[position]].enumerated() {
          let units = Int16(min(max(pixels * factor, -32767), 32767).rounded(.toNearestOrEven))
          bytes[4 * position + 2 * component] = UInt8(truncatingIfNeeded: units)
          bytes[4 * position + 2 * component + 1] = UInt8(truncatingIfNeeded: units >> 8)
        }
      }
      count = flow.height * flow.width * 4
    }
  }

  /// Reads stored flow as MENet's three channels: right, down, and the length.
  ///
  /// - Parameters:
  ///   - bytes: of `count` pixels.
  ///   - result: `[count, 3]`.
  static func read(_ bytes: UnsafePointer<UInt8>, count: Int, into result: UnsafeMutablePointer<Float>) {
    let factor = inputPerWidth / unitsPerWidth
    @inline(__always) func value(_ index: Int) -> Float {
      let units = UInt16(bytes[2 &* index]) | UInt16(bytes[2 &* index &+ 1]) << 8
      return Float(Int16(bitPattern: units)) * factor
    }
    for position in 0..<count {
      let (right, down) = (value(2 &* position), value(2 &* position &+ 1))
      result[3 &* position] = right
      result[3 &* position &+ 1] = down
      result[3 &* position &+ 2] = (right * right + down * down).squareRoot()
    }
  }
}
