import Foundation
import Testing

@testable import Core

/// Synthetic clips whose heads are elsewhere in each clip, as in recordings that nobody has aligned.
enum MovedHeads {
  /// Each clip's frames are turned by up to 20°, shifted by up to a tenth of the frame and made smaller by up to a
  /// quarter, all of a clip alike; the landmarks with them.
  static func store(_ name: String, _ settings: SweepConfiguration.Synthetic) throws -> ClipStore {
    let dataset = try SyntheticDataset(name: name, settings: settings)
    let moved = dataset.clips.enumerated().map { index, clip in
      move(clip, dataset.frames(of: index), CounterRandom(settings.seed, UInt64(index)))
    }
    return ClipStore(moved.map(\.clip), pixels: moved.map(\.pixels), at: "moved \(name)")
  }

  private static func move(_ clip: Clip, _ frames: [UInt8], _ random: CounterRandom) -> (clip: Clip, pixels: [UInt8]) {
    let size = clip.width
    func uniform(_ index: UInt64, _ low: Double, _ high: Double) -> Double {
      low + (high - low) * random.uniform(at: index)
    }
    let angle = uniform(0, -20, 20) * Double.pi / 180
    let scale = uniform(1, 0.75, 1)
    let middle = SIMD2<Double>(repeating: Double(size - 1) / 2)
    let reach = 0.1 * Double(size)
    let shift = middle + SIMD2(uniform(2, -reach, reach), uniform(3, -reach, reach))
    let (cosine, sine) = (cos(angle), sin(angle))
    func turned(_ p: SIMD2<Double>, _ sine: Double) -> SIMD2<Double> {
      SIMD2(cosine * p.x - sine * p.y, sine * p.x + cosine * p.y)
    }
    var clip = clip
    clip.landmarks = clip.landmarks.map { landmarks in
      FaceLandmarks(landmarks.points.map { shift + turned($0 - middle, sine) * scale })
    }
    var pixels = frames
    for position in 0..<size * size {
      let seen = SIMD2(Double(position % size), Double(position / size))
      let from = (middle + turned(seen - shift, -sine) / scale)
        .clamped(lowerBound: .zero, upperBound: SIMD2(repeating: Double(size) - 1.001))
      let (column, row) = (Int(from.x), Int(from.y))
      let (u, v) = (from.x - Double(column), from.y - Double(row))
      let corner = (row * size + column) * 3
      for start in stride(from: 0, to: frames.count, by: size * size * 3) {
        for colour in start + corner..<start + corner + 3 {
          let top = Double(frames[colour]) * (1 - u) + Double(frames[colour + 3]) * u
          let below = Double(frames[colour + 3 * size]) * (1 - u) + Double(frames[colour + 3 * size + 3]) * u
          pixels[colour - corner + 3 * position] = UInt8((top * (1 - v) + below * v).rounded())
        }
      }
    }
    return (clip, pixels)
  }
}

@Suite struct MovedHeadsTests {
  private func settings(clips: Int, size: Int = 64) -> SweepConfiguration.Synthetic {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size, settings.motion, settings.confounding) = (clips, size, 2, 0)
    return settings
  }

  /// The accuracy of a method over four subject-independent folds.
  private func accuracy(
    _ method: some Method, _ store: ClipStore, _ classes: ClassMap, landmarks: [String: FaceLandmarks]
  ) throws -> Double {
    var folds = SweepConfiguration.Folds()
    folds.count = 4
    let input = FoldFile.Input(name: "moved", clips: store.clips, classes: classes)
    let split = try FoldFile.make(for: [input], folds: folds, seed: 1, digest: { "\($0.count)" }).datasets[0]
    let clips = MethodClips(store: store, landmarks: landmarks)
    let configuration = try SweepText.parse("")
    var right = 0
    for fold in 0..<4 {
      let data = try FoldData(split, fold: fold, store: store, selection: .last, validationSeed: 1)
      let unit = WorkUnit(dataset: "moved", fold: fold, variant: Variant(rawValue: "mdmo")!, seed: 1)
      var fitted = try method.begin(MethodFold(unit, configuration, data, clips))
      _ = try fitted.step(0)
      for (member, row) in zip(data.test, try fitted.evaluate().probabilities)
      where row.firstIndex(of: row.max() ?? 0) == member.emotion { right += 1 }
    }
    return Double(right) / Double(store.clips.count)
  }

  /// Regions that follow the face are worth more than a grid where faces are elsewhere in each clip.
  @Test func landmarksOfTheStoreServeMDMOBetterThanAGrid() throws {
    var sums = (grid: 0.0, landmarks: 0.0)
    let names = ["synth-casme2", "synth-mmew"]
    for name in names {
      let store = try MovedHeads.store(name, settings(clips: 80))
      let classes = try SyntheticDataset(name: name, settings: settings(clips: 80)).classes
      let grid = try accuracy(mainDirectionalMethod, store, classes, landmarks: [:])
      let landmarks = try accuracy(
        mainDirectionalMethod, store, classes, landmarks: FaceLandmarks.stored(in: store))
      print("MDMO on \(store.path): grid \(grid), landmarks \(landmarks)")
      sums.grid += grid
      sums.landmarks += landmarks
    }
    #expect(sums.landmarks >= sums.grid, "\(sums)")
  }

  /// One store may be two datasets, of which one takes its landmarks.
  @Test func featuresOfOtherLandmarksAreComputedAgain() throws {
    let store = try MovedHeads.store("synth-samm", settings(clips: 10, size: 32))
    let known = FeatureStore()
    let members = [0, 1]
    func rows(_ landmarks: [String: FaceLandmarks]) throws -> [[Float]] {
      let clips = MethodClips(store: store, landmarks: landmarks, features: known)
      return try known.rows(MainDirectionalMeanFlow(), of: members, in: clips).map { row in
        Array(UnsafeBufferPointer(start: row.pointer, count: row.count))
      }
    }
    let (grid, landmarks) = (try rows([:]), try rows(FaceLandmarks.stored(in: store)))
    #expect(grid[0] != landmarks[0] && grid[1] != landmarks[1])
    #expect(try rows([:]) == grid)
  }
}
