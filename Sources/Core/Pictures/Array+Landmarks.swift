extension [Float] {
  /// Draws landmarks into a scaled frame, `[size, size, 3]`, as green points.
  ///
  /// - Parameter stored: height and width of the stored frame, pixels.
  mutating func draw(_ landmarks: FaceLandmarks, of stored: (height: Int, width: Int), size: Int) {
    let scale = SIMD2(Double(size) / Double(stored.width), Double(size) / Double(stored.height))
    // Points of two pixels in the usual sheet, of one in small frames.
    let side = Swift.max(1, (size + 32) / 64)
    for point in landmarks.points {
      let corner = (point + 0.5) * scale - Double(side) / 2
      let (left, top) = (Int(corner.x.rounded()), Int(corner.y.rounded()))
      for row in top..<top + side where 0..<size ~= row {
        for column in left..<left + side where 0..<size ~= column {
          let pixel = (row * size + column) * 3
          (self[pixel], self[pixel + 1], self[pixel + 2]) = (-1, 1, -1)
        }
      }
    }
  }
}
