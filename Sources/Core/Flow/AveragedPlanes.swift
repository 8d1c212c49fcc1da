/// Planes of one size, averaged by area and stacked as channels: `[side, side, planes]`.
///
/// - Parameter planes: each `[height, width]`.
func averaged(_ planes: [[Float]], height: Int, width: Int, to side: Int) -> [Float] {
  let scaling = FrameScaling(height: height, width: width, to: side)
  var result = [Float](repeating: 0, count: side * side * planes.count)
  // `FrameScaling` works on three channels, so planes are scaled three at a time.
  for first in stride(from: 0, to: planes.count, by: 3) {
    let some = planes[first..<min(planes.count, first + 3)]
    var frame = [Float](repeating: 0, count: height * width * 3)
    for (channel, plane) in some.enumerated() {
      for position in 0..<height * width { frame[3 * position + channel] = plane[position] }
    }
    let scaled = [Float](unsafeUninitializedCapacity: side * side * 3) { scaled, count in
      count = side * side * 3
      frame.withUnsafeBufferPointer { frame in
        if let from = frame.baseAddress, let to = scaled.baseAddress { scaling.scale(from, into: to) }
      }
    }
    for position in 0..<side * side {
      for channel in some.indices { result[position * planes.count + channel] = scaled[3 * position + channel - first] }
    }
  }
  return result
}
