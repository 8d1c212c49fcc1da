import Testing

@testable import Core

/// The mean over each new pixel's box, by its definition, in double precision.
private func oracle(_ frame: [Double], _ height: Int, _ width: Int, _ size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: size * size * 3)
  for y in 0..<size {
    for x in 0..<size {
      let top = Double(y * height) / Double(size)
      let bottom = Double((y + 1) * height) / Double(size)
      let left = Double(x * width) / Double(size)
      let right = Double((x + 1) * width) / Double(size)
      for channel in 0..<3 {
        var sum = 0.0
        for j in 0..<height {
          for i in 0..<width {
            let tall = max(0, min(bottom, Double(j + 1)) - max(top, Double(j)))
            let wide = max(0, min(right, Double(i + 1)) - max(left, Double(i)))
            sum += tall * wide * frame[(j * width + i) * 3 + channel]
          }
        }
        result[(y * size + x) * 3 + channel] = sum / ((bottom - top) * (right - left))
      }
    }
  }
  return result
}

@Suite struct FrameScalingTests {
  @Test func everySmallRatioAgreesWithTheDefinition() {
    for height in [1, 2, 3, 5, 8, 13] {
      for width in [1, 2, 4, 7, 12] {
        for size in [1, 2, 3, 4, 5, 8, 11, 16] {
          let random = CounterRandom(UInt64(height), UInt64(width))
          let bytes = (0..<height * width * 3).map { UInt8(random.integer(below: 256, at: UInt64($0))) }
          let expected = oracle(bytes.map(Double.init), height, width, size)
          let scaling = FrameScaling(height: height, width: width, to: size)

          var mapped = [Float](repeating: .nan, count: size * size * 3)
          scaling.scale(bytes, into: &mapped)
          #expect(zip(mapped, expected).allSatisfy { abs(Double($0) - ($1 / 255 - 0.5) / 0.5) < 2e-6 })

          var plain = [Float](repeating: .nan, count: size * size * 3)
          scaling.scale(bytes.map(Float.init), into: &plain)
          #expect(zip(plain, expected).allSatisfy { abs(Double($0) - $1) < 3e-4 })
        }
      }
    }
  }

  @Test func aFrameOfTheSameSizeKeepsItsPixels() {
    let bytes = (0..<16 * 16 * 3).map { UInt8(truncatingIfNeeded: $0 * 37) }
    var result = [Float](repeating: .nan, count: bytes.count)
    FrameScaling(height: 16, width: 16, to: 16).scale(bytes, into: &result)
    #expect(result == bytes.map { (Float($0) / 255 - 0.5) / 0.5 })
  }

  @Test func halvingAveragesFourPixels() {
    let bytes: [UInt8] = [0, 10, 20, 100, 110, 120, 50, 60, 70, 250, 252, 254]
    var result = [Float](repeating: .nan, count: 3)
    FrameScaling(height: 2, width: 2, to: 1).scale(bytes.map(Float.init), into: &result)
    #expect(result == [100, 108, 116])
  }
}
