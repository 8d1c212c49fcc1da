import Foundation
import Testing

@testable import Core

/// What is derived from frames whose motion is known.
@Suite struct OnsetFrameTests {
  /// A smooth picture of `[size, size, 3]` that is moved to the right and down.
  private func picture(right: Int = 0, down: Int = 0, size: Int = 64) -> [UInt8] {
    (0..<size * size * 3).map { index in
      let (y, x) = (index / 3 / size - down, index / 3 % size - right)
      return UInt8(128 + (60 * sin(Double(x) / 4)).rounded() + (60 * sin(Double(y) / 5)).rounded())
    }
  }

  @Test func aShiftedFrameIsMovedBack() {
    let (onset, later) = (picture(), picture(right: 2, down: 1))
    let frame = OnsetFrame(height: 64, width: 64, pixels: onset)
    let derived = frame.derive([.registeredFrames, .registeredFlow], of: later)
    // Near the edges there is nothing to move in; elsewhere a level in ten, since the flow is an estimate.
    for y in 8..<56 {
      for x in 8..<56 {
        let position = 3 * (y * 64 + x)
        #expect(abs(Int(derived[0][position]) - Int(onset[position])) <= 12)
      }
    }
    var rest = [Float](repeating: 0, count: 64 * 64 * 3)
    FlowQuantization.read(derived[1], count: 64 * 64, into: &rest)
    let lengths = (8..<56).flatMap { y in (8..<56).map { rest[3 * (y * 64 + $0) + 2] } }
    // The whole moves by 2.2 pixels of 64, which is 0.7; a tenth of that may stay.
    #expect(lengths.reduce(0, +) / Float(lengths.count) < 0.07)
  }

  @Test func theOnsetFrameDoesNotMove() {
    let onset = picture()
    let derived = OnsetFrame(height: 64, width: 64, pixels: onset).derive(DerivedContent.allCases, of: onset)
    #expect(derived[0] == onset)
    // At the lower and the right edge the second frame is not known, as in OpenCV, and the flow there is an estimate.
    for bytes in derived[1...] {
      var flow = [Float](repeating: 0, count: 64 * 64 * 3)
      FlowQuantization.read(bytes, count: 64 * 64, into: &flow)
      let lengths = (16..<48).flatMap { y in (16..<48).map { flow[3 * (y * 64 + $0) + 2] } }
      // 0.02 is 0.001 of the width.
      #expect(lengths.allSatisfy { $0 < 0.02 }, "\(lengths.max() ?? 0)")
    }
  }

  @Test func anAlignedFrameIsInterpolatedAndItsEdgesRepeated() {
    var shift = Similarity()
    shift.right = 0.5
    // Two rows of three pixels, all colours alike.
    let pixels: [UInt8] = [0, 10, 21, 100, 50, 7].flatMap { [$0, $0, $0] }
    let aligned = shift.alignedFrame(pixels, height: 2, width: 3)
    #expect(aligned == [5, 16, 21, 75, 29, 7].flatMap { [$0, $0, $0] })
    shift.right = -1e300
    #expect(shift.alignedFrame(pixels, height: 2, width: 3) == [0, 0, 0, 100, 100, 100].flatMap { [$0, $0, $0] })
  }

  /// A unit is 1/32768 of the width, so half of it is the most that rounding changes.
  @Test func flowIsStoredInSharesOfTheWidth() {
    let flow = FlowField(
      height: 1, width: 4, horizontal: [0.1, -2, 5, -1e9], vertical: [0, 0.25, -1e-9, 1e9])
    var read = [Float](repeating: 0, count: 12)
    FlowQuantization.read(FlowQuantization.bytes(of: flow), count: 4, into: &read)
    for position in 0..<4 {
      for (component, pixels) in [flow.horizontal[position], flow.vertical[position]].enumerated() {
        let right = 20 * max(-32767 / 32768, min(pixels / 4, 32767 / 32768))
        #expect(abs(read[3 * position + component] - right) <= 20 * 0.5 / 32768 * 1.001)
      }
      let (x, y) = (read[3 * position], read[3 * position + 1])
      #expect(read[3 * position + 2] == (x * x + y * y).squareRoot())
    }
  }
}
