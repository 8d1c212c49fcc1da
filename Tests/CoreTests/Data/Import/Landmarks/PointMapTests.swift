import Foundation
import Testing

@testable import Core

@Suite struct PointMapTests {
  private func map(
    _ width: Int, _ height: Int, _ crop: CropBox? = nil, _ fit: FrameFit = .squash, size: Int
  ) -> PointMap {
    PointMap(of: FrameShape(width: width, height: height), crop: crop, to: FrameForm(size: size, fit: fit))
  }

  @Test func aBoxIsMovedAndScaled() {
    // 100 × 200 pixels become 50 × 50: the first pixel's centre is half a pixel from the box's edge, which is a quarter
    // and an eighth of a stored one; the edge is at -0.5.
    let map = map(640, 480, CropBox(width: 100, height: 200, x: 10, y: 20), size: 50)
    #expect(map.mapped(SIMD2(10, 20)) == SIMD2(-0.25, -0.375))
    #expect(map.mapped(SIMD2(109, 219)) == SIMD2(49.25, 49.375))
    #expect(map.mapped(SIMD2(59.5, 119.5)) == SIMD2(24.5, 24.5), "the middle")
  }

  @Test func aFrameOfTheStoresSizeKeepsItsPoints() {
    for fit in FrameFit.allCases { #expect(map(64, 64, nil, fit, size: 64) == PointMap()) }
  }

  @Test func stripesMoveThePointsAndCutsToo() {
    // 64 × 32 in 16 pixels: a quarter, and four black rows above.
    #expect(map(64, 32, nil, .pad, size: 16).mapped(SIMD2(31.5, 15.5)) == SIMD2(7.5, 7.5))
    #expect(map(64, 32, nil, .pad, size: 16).mapped(SIMD2(-0.5, -0.5)) == SIMD2(-0.5, 3.5))
    // Of 64 × 32 the square from 16 to 47.
    #expect(map(64, 32, nil, .crop, size: 16).mapped(SIMD2(15.5, -0.5)) == SIMD2(-0.5, -0.5))
    #expect(map(64, 32, nil, .crop, size: 16).mapped(SIMD2(47.5, 31.5)) == SIMD2(15.5, 15.5))
  }

  /// A bright spot is where its position is mapped to, in pictures of odd sizes that ffmpeg cuts, fits and scales.
  @Test(
    .enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"),
    arguments: FrameFit.allCases)
  func pointsFollowTheFrames(_ fit: FrameFit) throws {
    let scratch = try Scratch()
    for (width, height, crop, size) in [
      (122, 74, nil, 33), (74, 122, nil, 33), (123, 74, nil, 20), (75, 122, nil, 48), (50, 51, nil, 32),
      (200, 120, CropBox(width: 101, height: 70, x: 37, y: 23), 33),
      (200, 120, CropBox(width: 62, height: 65, x: 60, y: 11), 65),
      (90, 61, nil, 128),
    ] as [(Int, Int, CropBox?, Int)] {
      // A square of 7 pixels; its middle is not that of the frame.
      let (x, y) = (width / 2 - 9, height / 2 - 8)
      let path = scratch("1.png")
      let process = Subprocess(
        program: "ffmpeg",
        arguments: [
          "-v", "error", "-y", "-f", "lavfi", "-i",
          "color=black:s=\(width)x\(height),format=rgb24,drawbox=\(x):\(y):7:7:white:fill", "-frames:v", "1", path,
        ])
      let ending = try process.run { _ in true }
      try #require(ending?.status == 0, "\(ending?.complaint ?? "no ffmpeg")")
      let stills = try StillFrames([path])
      let form = FrameForm(size: size, fit: fit)
      let frames = try FFmpeg().decode(stills, part: FramePart(crop), to: form)
      var (sum, centre) = (0.0, SIMD2(0.0, 0.0))
      for index in 0..<size * size {
        let value = Double(frames.pixels[3 * index])
        sum += value
        centre += SIMD2(Double(index % size), Double(index / size)) * value
      }
      let map = PointMap(of: FrameShape(width: stills.width, height: stills.height), crop: crop, to: form)
      let expected = map.mapped(SIMD2(Double(x + 3), Double(y + 3)))
      let away = centre / sum - expected
      #expect((away * away).sum().squareRoot() < 0.1, "\(width) × \(height) to \(size): \(centre / sum), \(expected)")
    }
  }
}
