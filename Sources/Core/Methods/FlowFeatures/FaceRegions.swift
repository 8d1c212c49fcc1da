/// The region of the face, one of 36, that each pixel belongs to.
public struct FaceRegions: Equatable, Sendable {
  public let height: Int
  public let width: Int
  /// `[height, width]`: 0 ..< 36, or 36 for none.
  let labels: [UInt8]

  /// Number of regions.
  public static let count = 36

  /// Regions for clips without landmarks: 6 × 6 blocks of nearly the same size.
  public static func grid(height: Int, width: Int) -> FaceRegions {
    let labels = (0..<height * width).map { UInt8(($0 / width) * 6 / height * 6 + ($0 % width) * 6 / width) }
    return FaceRegions(height: height, width: width, labels: labels)
  }

  /// The regions of a clip: around its landmarks where it has them, otherwise a grid.
  init(_ clip: ClipFrames) {
    let (height, width) = (clip.clip.height, clip.clip.width)
    self = clip.landmarks.map { FaceRegions($0, height: height, width: width) } ?? .grid(height: height, width: width)
  }

  private init(height: Int, width: Int, labels: [UInt8]) {
    self.height = height
    self.width = width
    self.labels = labels
  }

  /// Assigns each pixel to the region with the nearest centre; pixels farther than 0.35 times the distance between the
  /// eyes from every centre have none.
  public init(_ landmarks: FaceLandmarks, height: Int, width: Int) {
    let centres = landmarks.regionCentres
    let reach = 0.35 * landmarks.eyeDistance
    let labels = (0..<height * width).map { position in
      let pixel = SIMD2(Double(position % width), Double(position / width))
      var (label, best) = (FaceRegions.count, reach * reach)
      for (index, centre) in centres.enumerated() {
        let distance = ((pixel - centre) * (pixel - centre)).sum()
        if distance < best { (label, best) = (index, distance) }
      }
      return UInt8(label)
    }
    self.init(height: height, width: width, labels: labels)
  }
}

/// The 68 points of the iBUG scheme, or the 66 of them without the inner corners of the mouth.
public struct FaceLandmarks: Equatable, Sendable {
  /// Pixels, right and down.
  let points: [SIMD2<Double>]

  /// Reads a table with the columns `x` and `y` and one row per landmark, in the scheme's order.
  ///
  /// - Throws: a `Fault` naming the path when the text is not such a table.
  public init(parsing text: String, at path: String) throws {
    let rows = try CSVTable(parsing: text, at: path).rows
    guard rows.first?.cells == ["x", "y"] else { throw Fault(at: path, "needs the header `x,y`") }
    guard rows.count == 67 || rows.count == 69 else {
      throw Fault(at: path, "has \(rows.count - 1) landmarks; 66 or 68 are supported")
    }
    points = try rows.dropFirst().map { row in
      guard row.cells.count == 2, let x = Double(row.cells[0]), let y = Double(row.cells[1]),
        abs(x) < 1e6, abs(y) < 1e6
      else { throw Fault(at: "\(path), line \(row.line)", "is not a landmark; write two numbers, in pixels") }
      return SIMD2(x, y)
    }
  }

  /// The distance between the centres of the eyes, pixels.
  var eyeDistance: Double {
    let between = mean([36, 37, 38, 39, 40, 41]) - mean([42, 43, 44, 45, 46, 47])
    return (between * between).sum().squareRoot()
  }

  /// The centres of the regions. Only points below 60 are used, which have the same numbers in both schemes.
  var regionCentres: [SIMD2<Double>] {
    // Centres on the forehead: as far above the brow as the eye is below it.
    let forehead: [([Int], [Int])] = [
      ([17, 18], [36, 37]), ([25, 26], [44, 45]), ([19], [37, 38]), ([24], [43, 44]), ([21], [39]), ([22], [42]),
    ]
    let others: [[Int]] = [
      [17, 18], [25, 26], [19], [24], [20, 21], [22, 23], [21, 22, 27],  // brows and between them
      [37, 38], [43, 44], [40, 41], [46, 47], [0, 36], [16, 45], [27, 39], [27, 42],  // lids, corners of the eyes
      [28, 29], [31], [35], [31, 40], [35, 47], [2, 41], [14, 46], [4, 48], [12, 54],  // nose and cheeks
      [48], [54], [50, 51, 52], [56, 57, 58], [7, 57], [9, 57],  // mouth and chin
    ]
    return forehead.map { 2 * mean($0) - mean($1) } + others.map(mean)
  }

  private func mean(_ indices: [Int]) -> SIMD2<Double> {
    indices.reduce(SIMD2<Double>.zero) { $0 + points[$1] } / Double(indices.count)
  }
}
