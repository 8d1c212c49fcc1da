/// The 68 points of the iBUG scheme, or the 66 of them without the inner corners of the mouth.
public struct FaceLandmarks: Equatable, Sendable {
  /// Pixels, right and down.
  let points: [SIMD2<Double>]

  /// The columns of a table of landmarks.
  private enum Field: String, TableField { case x, y }

  /// How far a landmark may lie outside the frame, a share of the frame's size: detectors place the jaw of a tightly
  /// cropped face there.
  static let margin = 0.1

  /// Reads a table with the columns `x` and `y` and one row per landmark, in the scheme's order.
  ///
  /// - Parameter frame: height and width of the frames, pixels.
  /// - Throws: a `Fault` naming the path, and the line, when the text is not such a table or a landmark is outside the
  ///   frame by more than the margin.
  public init(parsing text: String, at path: String, in frame: (height: Int, width: Int)) throws {
    let rows = try AnnotationTable<Field>(in: AnnotationSheet.csv(text, at: path), at: path).rows
    guard rows.count == 66 || rows.count == 68 else {
      throw Fault(at: path, "has \(rows.count) landmarks; 66 or 68 are supported")
    }
    points = try rows.map { row in
      do {
        return try FaceLandmarks.point(row, frame)
      } catch let fault as Fault {
        throw Fault(at: "\(path), \(fault.location)", fault.problem)
      }
    }
  }

  private static func point(_ row: TableRow<Field>, _ frame: (height: Int, width: Int)) throws -> SIMD2<Double> {
    try row.requireCells()
    guard let x = try row.decimal(.x), let y = try row.decimal(.y) else {
      throw Fault(at: row.location, "is not a landmark; write two numbers, in pixels")
    }
    func isNear(_ position: Double, _ size: Int) -> Bool {
      -margin * Double(size)...(1 + margin) * Double(size) ~= position
    }
    guard isNear(x, frame.width), isNear(y, frame.height) else {
      throw Fault(
        at: row.location,
        "\(try row.needed(.x)),\(try row.needed(.y)) lies outside the \(frame.width) x \(frame.height) frame; "
          + "landmarks are in pixels of the stored frames, not of the recording before it was cropped and scaled")
    }
    return SIMD2(x, y)
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
