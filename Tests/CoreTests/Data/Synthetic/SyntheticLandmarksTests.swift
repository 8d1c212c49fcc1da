import Testing

@testable import Core

@Suite struct SyntheticLandmarksTests {
  private func dataset(_ name: String, clips: Int = 30, size: Int = 128) throws -> SyntheticDataset {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (clips, size)
    return try SyntheticDataset(name: name, settings: settings)
  }

  /// The mean grey level of 3 × 3 pixels around a point of the onset frame.
  private func level(_ frames: [UInt8], _ point: SIMD2<Double>, size: Int) -> Double {
    let (x, y) = (Int(point.x.rounded()), Int(point.y.rounded()))
    var sum = 0.0
    for row in y - 1...y + 1 {
      for column in x - 1...x + 1 {
        for colour in 0..<3 { sum += Double(frames[(row * size + column) * 3 + colour]) }
      }
    }
    return sum / 27
  }

  @Test(arguments: SyntheticDataset.names) func everyClipHasSixtyEightPointsInTheOrderOfTheScheme(
    _ name: String
  ) throws {
    for size in [16, 128] {
      for clip in try dataset(name, size: size).clips {
        let landmarks = try #require(clip.landmarks)
        try landmarks.check(in: (size, size), at: clip.name)
        #expect(landmarks == landmarks.rounded)
        let points = landmarks.points
        func ascends(_ indices: ClosedRange<Int>, _ value: (SIMD2<Double>) -> Double) -> Bool {
          zip(indices, indices.dropFirst()).allSatisfy { value(points[$0]) < value(points[$1]) }
        }
        #expect(ascends(1...15) { $0.x } && ascends(0...8) { $0.y } && ascends(8...16) { -$0.y })
        #expect(ascends(17...26) { $0.x } && ascends(27...30) { $0.y })
        #expect(ascends(31...35) { $0.x } && ascends(36...39) { $0.x } && ascends(42...45) { $0.x })
        #expect(ascends(48...54) { $0.x } && ascends(54...59) { -$0.x } && ascends(60...64) { $0.x })
        #expect(points[8].y == points.map(\.y).max(), "the chin")
        #expect(points[37].y < points[41].y && points[44].y < points[46].y, "the upper lid is above the lower one")
        #expect(points[51].y <= points[62].y && points[62].y <= points[66].y && points[66].y < points[57].y)
        for (brow, eye) in [(19, 37), (24, 44)] { #expect(points[brow].y < points[eye].y) }
      }
    }
  }

  /// The landmarks are on what is painted: eyes are darker than cheeks, and the line of the mouth than the chin. Some
  /// faces have dark skin, light eyes or a light from the side.
  @Test(arguments: SyntheticDataset.names) func thePointsAreWhereTheFaceIsPainted(_ name: String) throws {
    let dataset = try dataset(name)
    var (eyes, mouths) = (0, 0)
    for (index, clip) in dataset.clips.enumerated() {
      let frames = dataset.frames(of: index)
      let landmarks = try #require(clip.landmarks)
      func level(_ point: SIMD2<Double>) -> Double { self.level(frames, point, size: 128) }
      for (eye, wing) in [(36...41, 31), (42...47, 35)] {
        let centre = landmarks.mean(Array(eye))
        if level(centre) < level(SIMD2(centre.x, landmarks.points[wing].y - 4)) { eyes += 1 }
      }
      if level(landmarks.mean([62, 66])) < level(landmarks.mean([57, 8])) { mouths += 1 }
    }
    #expect(Double(eyes) > 0.85 * 60 && Double(mouths) > 0.85 * 30, "\(eyes) of 60 eyes, \(mouths) of 30 mouths")
  }

  @Test func aPoseIsUndoneByItsInverse() {
    for seed in UInt64(0)..<20 {
      let pose = HeadPose(3, of: 40, CounterRandom(seed))
      let point = Point(0.31, -0.22)
      let away = pose.rest(pose.seen(point)) - point
      #expect((away * away).sum() < 1e-12)
      let pixel = FaceCanvas.pixel(FaceCanvas.point(ofPixel: Point(17, 40), 64), 64) - Point(17, 40)
      #expect((pixel * pixel).sum() < 1e-8)
    }
  }

  @Test(arguments: SyntheticDataset.names) func theUnitsAreTheActionsThatAreShown(_ name: String) throws {
    let dataset = try dataset(name, clips: 60, size: 16)
    for clip in dataset.clips {
      let coded = try #require(clip.codedUnits)
      #expect(!coded.units.isEmpty && coded.units.allSatisfy(\.isCertain))
      let displays = FacialAction.displays(of: clip.emotion)
      #expect(
        displays.contains { display in
          let allowed = Set((display.required + display.optional).map(\.rawValue))
          return Set(coded.numbers).isSubset(of: allowed)
            && Set(display.required.map(\.rawValue)).isSubset(of: coded.numbers)
            && coded.units.allSatisfy { ($0.side != nil) == display.isUnilateral }
        }, "\(clip.name)")
    }
  }
}
