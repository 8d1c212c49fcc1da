import Foundation

/// Optical flow as colours: the direction is the hue (right red, down yellow-green, left cyan, up violet), the length
/// the saturation; what does not move is white.
struct FlowColours {
  /// Length that is drawn in full colour, as MENet sees it.
  let full: Float

  /// - Parameter lengths: of the flow that is drawn; the longest half per cent are all in full colour.
  init(_ lengths: [Float]) {
    let sorted = lengths.sorted()
    full = sorted.isEmpty ? 0 : sorted[sorted.count - 1 - sorted.count / 200]
  }

  /// - Parameter flow: `[pixels, 3]`: right, down, length, as `FlowQuantization` reads them.
  /// - Returns: `[pixels, 3]`, red, green and blue from -1 to 1.
  func draw(_ flow: [Float]) -> [Float] {
    var colours = [Float](repeating: 1, count: flow.count)
    for pixel in 0..<flow.count / 3 {
      let (right, down) = (flow[3 * pixel], flow[3 * pixel + 1])
      let length = (right * right + down * down).squareRoot()
      guard full > 0, length > 0 else { continue }
      let saturation = min(1, length / full)
      // The angle from right, over down, in sixths of a turn.
      let angle = atan2(Double(down), Double(right)) / (2 * .pi)
      let sixths = Float((angle < 0 ? angle + 1 : angle) * 6)
      for (colour, start) in [Float(5), 3, 1].enumerated() {
        // The hue's share of this colour, by the usual hexagon.
        let position = (start + sixths).truncatingRemainder(dividingBy: 6)
        let missing = max(0, min(position, 4 - position, 1))
        colours[3 * pixel + colour] = 1 - 2 * saturation * missing
      }
    }
    return colours
  }
}
