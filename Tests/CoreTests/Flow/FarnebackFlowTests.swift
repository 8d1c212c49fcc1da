import Foundation
import Testing

@testable import Core

@Suite struct FarnebackFlowTests {
  @Test(arguments: ["one-level", "two-levels", "three-levels", "tiny", "column"])
  func theFlowIsOpenCVsAtEveryPixel(_ name: String) throws {
    let fixture = try Fixture("flow/\(name)")
    let shape = try fixture.file.entry("first").shape
    let frames = try ["first", "second"].map { tensor in
      GreyFrame(height: shape[0], width: shape[1], values: try fixture.file.bytes(tensor).map(Float.init))
    }
    let flow = FarnebackFlow().between(frames[0], frames[1])
    let kept = try fixture.file.entry("horizontal").shape
    let step = kept[0] == shape[0] ? 1 : 3
    let expected = try (fixture.file.floats("horizontal"), fixture.file.floats("vertical"))
    var worst: Float = 0
    for y in 0..<kept[0] {
      for x in 0..<kept[1] {
        let (position, reference) = (y * step * shape[1] + x * step, y * kept[1] + x)
        worst = max(worst, abs(flow.horizontal[position] - expected.0[reference]))
        worst = max(worst, abs(flow.vertical[position] - expected.1[reference]))
      }
    }
    #expect(worst < 1e-4)
  }

  @Test func aShiftIsRecovered() {
    let flow = FarnebackFlow().between(waves(80, 73) { ($0, $1) }, waves(80, 73) { ($0 - 1.5, $1 + 0.75) })
    for (y, x) in inside(flow) {
      #expect(abs(flow.horizontal[y * 73 + x] - 1.5) < 0.05)
      #expect(abs(flow.vertical[y * 73 + x] + 0.75) < 0.05)
    }
  }

  @Test func aRotationIsRecovered() {
    let (angle, middle) = (0.03, 40.0)
    let turned = waves(81, 81) { x, y in
      (
        middle + cos(angle) * (x - middle) + sin(angle) * (y - middle),
        middle - sin(angle) * (x - middle) + cos(angle) * (y - middle)
      )
    }
    let flow = FarnebackFlow().between(waves(81, 81) { ($0, $1) }, turned)
    for (y, x) in inside(flow) {
      let (right, down) = (Double(x) - middle, Double(y) - middle)
      let expected = ((cos(angle) - 1) * right - sin(angle) * down, sin(angle) * right + (cos(angle) - 1) * down)
      #expect(abs(Double(flow.horizontal[y * 81 + x]) - expected.0) < 0.1)
      #expect(abs(Double(flow.vertical[y * 81 + x]) - expected.1) < 0.1)
    }
  }

  @Test func framesOfOneGreyDoNotMove() {
    let grey = GreyFrame(height: 3, width: 2, values: [Float](repeating: 90, count: 6))
    let flow = FarnebackFlow().between(grey, grey)
    #expect((flow.horizontal + flow.vertical).allSatisfy { abs($0) < 1e-6 })
  }

  @Test func aClipsFlowIsThatOfItsPairs() {
    let frames = (0..<3).map { k in waves(34, 35) { ($0 - Double(k), $1) } }
    let flow = FarnebackFlow()
    #expect(flow.throughout(frames) == [flow.between(frames[0], frames[1]), flow.between(frames[1], frames[2])])
    #expect(flow.fromFirst(frames) == [flow.between(frames[0], frames[1]), flow.between(frames[0], frames[2])])
    #expect(flow.throughout([]).isEmpty && flow.fromFirst([]).isEmpty)
  }

  @Test func theBitsDoNotDependOnThreads() {
    let (first, second) = (waves(97, 70) { ($0, $1) }, waves(97, 70) { ($0 - 2, $1 + 1) })
    let flows = onOneAndThreeThreads { FarnebackFlow().between(first, second) }
    let areSame = flows.one == flows.three
    #expect(areSame)
  }

  @Test func greyIsLuma() {
    let pixels: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255]
    let grey = GreyFrame(height: 1, width: 3, pixels: pixels).values
    for (value, expected) in zip(grey, [76.245, 149.685, 29.07] as [Float]) { #expect(abs(value - expected) < 1e-3) }
  }

  private func inside(_ flow: FlowField) -> [(Int, Int)] {
    (20..<flow.height - 20).flatMap { y in (20..<flow.width - 20).map { (y, $0) } }
  }
}

/// A smooth pattern, looked up where `from` says for each pixel (x, y).
func waves(_ height: Int, _ width: Int, _ from: (Double, Double) -> (Double, Double)) -> GreyFrame {
  let values = (0..<height * width).map { position in
    let (x, y) = from(Double(position % width), Double(position / width))
    let sum = 30 * sin(0.31 * x + 0.12 * y) + 25 * sin(0.27 * y - 0.09 * x + 1) + 20 * sin(0.45 * x - 0.4 * y + 2)
    return Float(128 + sum)
  }
  return GreyFrame(height: height, width: width, values: values)
}
