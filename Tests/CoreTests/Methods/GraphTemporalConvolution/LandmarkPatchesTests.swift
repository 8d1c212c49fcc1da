import Testing

@testable import Core

/// The patches of Graph-TCN's nodes.
@Suite struct LandmarkPatchesTests {
  private static let side = 96

  /// Eyes at this distance, eyebrows and mouth between them.
  private func landmarks(eyeDistance: Double = 28, shift: Double = 0) -> FaceLandmarks {
    FaceLandmarks(
      (0..<68).map { index in
        switch index {
        case 36..<42: SIMD2(10, 40)
        case 42..<48: SIMD2(10 + eyeDistance, 40)
        default: SIMD2(30.25 + shift + Double(index % 7) * 3, 40.5 + Double(index / 7))
        }
      })
  }

  /// A clip whose onset is 20 everywhere, and whose apex is brighter.
  private func patches(
    given: FaceLandmarks? = nil, stored: FaceLandmarks? = nil, _ difference: (_ y: Int, _ x: Int) -> Int
  ) throws -> [Float] {
    let clip = Clip(
      name: "s1/a", subject: "s1", emotion: "e", source: "", fps: 50, onset: 1, apex: 2, offset: 2,
      landmarks: stored, frames: 3, height: Self.side, width: Self.side)
    let pixels = (0..<3).flatMap { frame in
      (0..<Self.side * Self.side).flatMap { position -> [UInt8] in
        let level = frame == 2 ? 20 + difference(position / Self.side, position % Self.side) : frame == 1 ? 20 : 250
        return [UInt8](repeating: UInt8(level), count: 3)
      }
    }
    return try pixels.withUnsafeBufferPointer {
      try LandmarkPatches().features(of: ClipFrames(clip, pixels: $0.baseAddress!, landmarks: given))
    }
  }

  /// Ten points of the eyebrows and eighteen of the mouth, whichever scheme they come in.
  @Test func nodesAreEyebrowsAndMouth() {
    let points = (0..<68).map { SIMD2(Double($0), Double($0)) }
    let nodes = FaceLandmarks(points).browsAndMouth
    #expect(nodes.map { Int($0.x) } == Array(17...26) + Array(48...59) + [61, 62, 63, 65, 66, 67])
    let without = points.indices.filter { $0 != 60 && $0 != 64 }.map { points[$0] }
    #expect(FaceLandmarks(without).browsAndMouth == nodes)
    #expect(nodes.count == LandmarkPatches.nodes.reduce(0, +) && LandmarkPatches().count == 28 * 49)
  }

  /// The mean of a linear function over a square is its value in the middle: cells of half a pixel, one and 2.5.
  @Test(arguments: [14.0, 28, 70]) func cellsAreSharesOfTheEyeDistance(_ eyeDistance: Double) throws {
    let landmarks = landmarks(eyeDistance: eyeDistance)
    let values = try patches(given: landmarks) { y, x in x + y }
    let size = eyeDistance / 28
    for (node, landmark) in landmarks.browsAndMouth.enumerated() {
      for row in 0..<7 {
        for column in 0..<7 {
          let sum = landmark.x + landmark.y + size * Double(row - 3 + column - 3)
          let error = abs(Double(values[node * 49 + row * 7 + column]) - 10 * sum / 255)
          #expect(error < 1e-4, "node \(node), row \(row), column \(column): \(error)")
        }
      }
    }
  }

  /// Rows of a patch go down, columns to the right.
  @Test func patchesLieRowByRow() throws {
    let values = try patches(given: landmarks()) { y, _ in y }
    #expect(values[0] == values[6] && abs(values[7] - values[0] - 10.0 / 255) < 1e-4)
  }

  @Test func outsideTheFrameIsItsEdge() throws {
    let values = try patches(given: landmarks(shift: -200)) { _, x in x < 48 ? 51 : 0 }
    #expect(values.allSatisfy { abs($0 - 2) < 1e-5 })
  }

  @Test func landmarksOfTheSweepFileComeBeforeThoseOfTheStore() throws {
    let (given, stored) = (landmarks(), landmarks(shift: 9))
    func ramp(_ y: Int, _ x: Int) -> Int { x }
    let expected = try patches(given: given, ramp)
    #expect(try patches(given: given, stored: stored, ramp) == expected)
    let ofStore = try patches(stored: stored, ramp)
    #expect(ofStore != expected && abs(ofStore[0] - expected[0] - 90.0 / 255) < 1e-4)
  }

  @Test func aClipWithoutLandmarksIsNamed() throws {
    do {
      _ = try patches { _, _ in 0 }
      Issue.record("it has patches")
    } catch let fault as Fault {
      #expect(fault.location == "clip `s1/a`")
      #expect(fault.problem.contains("--landmarks") && fault.problem.contains("datasets[].landmarks"))
      #expect(!fault.description.contains("\n"))
    }
  }

  /// The rows of a unit: the fault of one clip is that of the whole call.
  @Test func aUnitFailsOnAClipWithoutLandmarks() throws {
    let scratch = try Scratch()
    try SmallStore.write(["a", "b"], to: scratch("store"))
    let store = try ClipStore(opening: scratch("store"))
    let known = FaceLandmarks((0..<68).map { SIMD2(Double($0 % 8), Double($0 / 9)) })
    let clips = MethodClips(store: store, landmarks: [store.clips[0].name: known])
    #expect(try clips.features.rows(LandmarkPatches(), of: [0], in: clips).count == 1)
    let fault = #expect(throws: Fault.self) { try clips.features.rows(LandmarkPatches(), of: [0, 1], in: clips) }
    #expect(fault?.location == "clip `\(store.clips[1].name)`")
  }
}
