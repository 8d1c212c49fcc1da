import Foundation
import Testing

@testable import Core

@Suite struct FlowFeatureTests {
  @Test func directionsAreThoseOfTheCLibrary() {
    for (x, y) in [(1.0, 0.0), (0, 1), (-1, 0), (0, -1), (3, 1), (1, 3), (-2, 5), (-5, -2), (2, -2), (1, 0.4142)] {
      #expect(abs(direction(x: x, y: y) - atan2(y, x)) < 1e-14)
    }
    #expect(direction(x: 0, y: 0) == 0)
  }

  @Test func eighthsAreWholeTurnsOfTheAngle() {
    for step in 0..<720 where step % 90 != 0 {
      let angle = Double(step) / 720 * 2 * Double.pi
      #expect(eighth(x: Float(cos(angle)), y: Float(sin(angle))) == step / 90)
    }
    let edges: [(Float, Float)] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    for (index, edge) in edges.enumerated() { #expect(eighth(x: edge.0, y: edge.1) == index) }
  }

  @Test func theDynamicsMapIsThatOfPlainLoops() {
    var map = FacialDynamicsMap()
    (map.spans, map.rows, map.columns) = (2, 3, 4)
    let fields = randomFields(3, 13, 11)
    let features = map.features(of: fields)
    for span in 0..<2 {
      for row in 0..<3 {
        for column in 0..<4 {
          var vectors: [(Double, Double)] = []
          for frame in span * 3 / 2..<(span + 1) * 3 / 2 {
            let field = fields[frame].withoutMeanMotion()
            for y in row * 13 / 3..<(row + 1) * 13 / 3 {
              for x in column * 11 / 4..<(column + 1) * 11 / 4 {
                vectors.append((Double(field.horizontal[y * 11 + x]), Double(field.vertical[y * 11 + x])))
              }
            }
          }
          var (dx, dy) = vectors.reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
          for _ in 0..<20 {
            let kept = vectors.filter { $0.0 * dx + $0.1 * dy > 0 }
            (dx, dy) = kept.reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
          }
          let length = (dx * dx + dy * dy).squareRoot()
          let expected = [dx / length, dy / length, length / Double(vectors.count)]
          let location = ((span * 3 + row) * 4 + column) * 3
          for k in 0..<3 { #expect(abs(Double(features[location + k]) - expected[k]) < 1e-6) }
        }
      }
    }
  }

  @Test func aMapWithMoreCuboidsThanPixelsHasZeros() {
    let features = FacialDynamicsMap().features(of: randomFields(1, 3, 2))
    #expect(features.count == 576 && features.allSatisfy(\.isFinite))
    #expect(FacialDynamicsMap().features(of: [FlowField]()) == [Float](repeating: 0, count: 576))
  }

  @Test func mainDirectionsAreThoseOfPlainLoops() {
    let fields = randomFields(4, 17, 13)
    let features = MainDirectionalMeanFlow().features(of: fields, .grid(height: 17, width: 13))
    var means: [(Double, Double)] = []
    for region in 0..<36 {
      var total = (0.0, 0.0)
      for field in fields.map({ $0.withoutMeanMotion() }) {
        var bins = [[(Double, Double)]](repeating: [], count: 8)
        for y in 0..<17 {
          for x in 0..<13 where y * 6 / 17 == region / 6 && x * 6 / 13 == region % 6 {
            let vector = (Double(field.horizontal[y * 13 + x]), Double(field.vertical[y * 13 + x]))
            let turn = (atan2(vector.1, vector.0) / (2 * Double.pi) + 1).truncatingRemainder(dividingBy: 1)
            bins[min(7, Int(turn * 8))].append(vector)
          }
        }
        let fullest = bins.first { bin in bin.count == bins.map(\.count).max() }!
        for vector in fullest {
          total = (total.0 + vector.0 / Double(fullest.count), total.1 + vector.1 / Double(fullest.count))
        }
      }
      means.append((total.0 / 4, total.1 / 4))
    }
    let longest = means.map { hypot($0.0, $0.1) }.max()!
    for (region, mean) in means.enumerated() {
      #expect(abs(Double(features[region]) - hypot(mean.0, mean.1) / longest) < 1e-6)
      let turn = (atan2(mean.1, mean.0) / (2 * Double.pi) + 1).truncatingRemainder(dividingBy: 1)
      #expect(abs(Double(features[36 + region]) - turn) < 1e-6)
    }
  }

  @Test func framesWithoutMotionHaveZeros() {
    let still = FlowField(height: 2, width: 2, horizontal: [0, 0, 0, 0], vertical: [0, 0, 0, 0])
    let regions = FaceRegions.grid(height: 2, width: 2)
    #expect(MainDirectionalMeanFlow().features(of: [still], regions) == [Float](repeating: 0, count: 72))
    #expect(MainDirectionalMeanFlow().features(of: [FlowField](), regions) == [Float](repeating: 0, count: 72))
  }

  @Test(arguments: [66, 68])
  func landmarksMakeRegionsAboutThem(_ count: Int) throws {
    let table = "x,y\n" + (0..<count).map { "\(20 + 7 * ($0 % 9)),\(20 + 7 * ($0 / 9))" }.joined(separator: "\n")
    let landmarks = try FaceLandmarks(parsing: table, at: "face.csv", in: (90, 100))
    #expect(landmarks.regionCentres.count == FaceRegions.count)
    let regions = FaceRegions(landmarks, height: 90, width: 100)
    #expect(regions.labels.contains(36) && regions.labels[0] == 36)
    // The bridge of the nose: points 28 and 29, at (27, 41) and (34, 41).
    #expect(landmarks.regionCentres[21] == SIMD2(30.5, 41))
  }

  @Test func tablesThatAreNoLandmarksAreRefused() {
    let rows = [String](repeating: "1,2", count: 68)
    for table in [
      "", "a,b\n1,2", "x,y\n1,2", (["x,y"] + rows.dropLast() + ["1"]).joined(separator: "\n"),
      (["x,y"] + rows.dropLast() + ["1,nan"]).joined(separator: "\n"),
    ] {
      #expect(throws: Fault.self) { try FaceLandmarks(parsing: table, at: "face.csv", in: (90, 100)) }
    }
  }

  @Test func featuresDoNotDependOnThreads() {
    let fields = randomFields(5, 31, 29)
    let results = onOneAndThreeThreads {
      FacialDynamicsMap().features(of: fields)
        + MainDirectionalMeanFlow().features(of: fields, .grid(height: 31, width: 29))
    }
    let areSame = results.one == results.three
    #expect(areSame)
  }
}

/// Fields of normal numbers, drifting to the right and down.
func randomFields(_ count: Int, _ height: Int, _ width: Int) -> [FlowField] {
  (0..<count).map { frame in
    let random = CounterRandom(99, UInt64(frame))
    let values = (0..<2 * height * width).map { Float(random.normal(at: UInt64($0)) + 0.5) }
    return FlowField(
      height: height, width: width, horizontal: Array(values[..<(height * width)]),
      vertical: Array(values[(height * width)...]))
  }
}
