import Testing

@testable import Core

/// Flow, strain and grey as a clip's channels.
@Suite struct EnrichedFramesTests {
  /// u = 0.02 x + 0.01 y and v = 0.05 x - 0.03 y: the strain is the root of 0.02² + 0.03² + 2 · 0.03² at each pixel,
  /// edges included, since differences of linear functions are exact.
  @Test func strainOfALinearFieldIsItsDerivatives() {
    let (height, width) = (5, 7)
    let positions = (0..<height * width).map { (x: Float($0 % width), y: Float($0 / width)) }
    let field = FlowField(
      height: height, width: width, horizontal: positions.map { 0.02 * $0.x + 0.01 * $0.y },
      vertical: positions.map { 0.05 * $0.x - 0.03 * $0.y })
    let expected = Float(0.0031).squareRoot()
    #expect(field.strain.allSatisfy { abs($0 - expected) < 1e-6 })
  }

  @Test func strainOfOnePixelIsZero() {
    #expect(FlowField(height: 1, width: 1, horizontal: [3], vertical: [4]).strain == [0])
  }

  /// A clip without motion has no flow and no strain; its grey is averaged over boxes of 2 × 2 pixels.
  @Test func aStillClipHasItsGreyAlone() {
    var features = EnrichedFrames()
    (features.frames, features.side) = (4, 16)
    let (height, width, frames) = (32, 32, 5)
    let pixels = (0..<frames * height * width * 3).map { UInt8(($0 / 3 % width) * 4) }
    let rows = enriched(features, pixels, frames: frames, height: height, width: width)
    #expect(rows.count == features.count && features.count == 3 * 16 * 16 * 4)
    for position in 0..<rows.count / 4 {
      #expect(rows[4 * position..<4 * position + 3].allSatisfy { abs($0) < 1e-3 }, "no motion at \(position)")
      let grey = Float(position % 16) * 8 + 2
      #expect(abs(rows[4 * position + 3] - (grey / 127.5 - 1)) < 1e-5, "grey at \(position)")
    }
  }

  /// A texture that drifts 3 pixels to the right and 1 down over three steps, of 64: in thousandths of the frame
  /// 1000/64 and 1000/192 a step.
  @Test func flowIsInThousandthsOfTheFrame() {
    var features = EnrichedFrames()
    (features.frames, features.side) = (4, 8)
    let (size, frames) = (64, 4)
    let pixels = (0..<frames * size * size).flatMap { index -> [UInt8] in
      let frame = index / (size * size)
      let x = Double(index % size - frame)
      let y = Double(index / size % size) - Double(frame) / 3
      let level = 128 + 50 * cosineOfPi(x / 9) * cosineOfPi(y / 11) + 40 * cosineOfPi((x + 2 * y) / 17)
      return [UInt8](repeating: UInt8(level), count: 3)
    }
    let rows = enriched(features, pixels, frames: frames, height: size, width: size)
    // The inner positions of the middle step; the interpolation is exact at whole frames.
    let inner = (2..<6).flatMap { row in (2..<6).map { 4 * (64 + row * 8 + $0) } }
    func mean(_ channel: Int) -> Float { inner.reduce(0) { $0 + rows[$1 + channel] } / Float(inner.count) }
    #expect(abs(mean(0) - 1000 / 64) < 1.5, "to the right \(mean(0))")
    #expect(abs(mean(1) - 1000 / 192) < 1.5, "down \(mean(1))")
  }

  @Test func aClipOfOneFrameHasFeatures() {
    let pixels = [UInt8](repeating: 90, count: 16 * 16 * 3)
    let rows = enriched(EnrichedFrames(), pixels, frames: 1, height: 16, width: 16)
    #expect(rows.count == EnrichedFrames().count && rows.allSatisfy(\.isFinite))
  }

  private func enriched(
    _ features: EnrichedFrames, _ pixels: [UInt8], frames: Int, height: Int, width: Int
  ) -> [Float] {
    let clip = Clip(
      name: "clip", subject: "s", emotion: "fear", source: "test", fps: 100, onset: 0, apex: frames / 2,
      offset: frames - 1, frames: frames, height: height, width: width)
    return pixels.withUnsafeBufferPointer { pixels in
      pixels.baseAddress.map { features.features(of: ClipFrames(clip, pixels: $0)) } ?? []
    }
  }
}
