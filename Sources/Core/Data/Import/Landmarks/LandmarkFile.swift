/// The landmarks of one clip, in a file of its own, as programs write them:
///
/// - OpenFace's table, or any other with a row per frame and the columns `x_0 … x_67, y_0 … y_67` (`FrameTable`);
/// - rows of 136 numbers without a header, x and y of each point after another, one row per frame or only the onset's;
/// - 68 rows of two numbers, with or without the header `x,y`;
/// - a .pts file: `n_points: 68`, then the points between braces.
enum LandmarkFile {
  /// - Parameters:
  ///   - path: for faults.
  ///   - clip: which frame's landmarks are wanted.
  /// - Throws: a `Fault` naming the file, and the line, when it is in none of these forms or has no such frame.
  static func points(in text: String, at path: String, of clip: LandmarkRequest) throws -> FramePoints {
    let lines = text.drop { $0 == "\u{FEFF}" }
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { Line(number: $0.offset + 1, text: $0.element) }
      .filter { !$0.text.allSatisfy(\.isWhitespace) }
    if let table = FrameTable(lines, at: path) { return try table.points(of: clip) }
    if lines.contains(where: { $0.text.hasPrefix("n_points") }) { return try braced(lines, at: path) }
    let rows = lines.map(\.numbers)
    guard let columns = rows.first??.count, rows.allSatisfy({ $0?.count == columns }) else {
      // With a header, or with a fault that is said best as that of such a table.
      let table = try PointTable(parsing: text, at: path)
      return FramePoints(points: table.rows.map(\.point), location: path)
    }
    let numbers = rows.compactMap { $0 }
    if columns == 2 { return FramePoints(points: numbers.map { SIMD2($0[0], $0[1]) }, location: path) }
    let index = try row(of: clip, among: numbers.count, at: path)
    return try points(numbers[index], at: "\(path), line \(lines[index].number)")
  }

  /// A line of a file, and its number from 1.
  struct Line {
    var number: Int
    var text: Substring

    /// Its numbers between blanks, commas, semicolons or tabs; nil where something else is there.
    var numbers: [Double]? {
      let cells = text.split { $0.isWhitespace || $0 == "," || $0 == ";" || $0 == "\u{FEFF}" }
      let numbers = cells.compactMap { Double($0) }
      return numbers.count == cells.count ? numbers : nil
    }
  }

  /// The points of x and y after one another.
  ///
  /// - Throws: a `Fault` at `location` when there is an odd number of them, or all x come before all y.
  static func points(_ numbers: [Double], at location: String) throws -> FramePoints {
    guard numbers.count % 2 == 0 else {
      throw Fault(
        at: location, "has \(numbers.count) numbers; \(2 * FaceLandmarks.all) are needed, x and y of each landmark")
    }
    let points = stride(from: 0, to: numbers.count, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) }
    guard !isLine(points) else {
      throw Fault(
        at: location,
        "has landmarks on one line when x and y are read in turns; if all x come before all y, write a header: "
          + "x_0 to x_67, y_0 to y_67")
    }
    return FramePoints(points: points, location: location)
  }

  /// Whether points lie along x = y + constant, as neighbours in a list of x or of y do; a face turned by an eighth is
  /// about as wide as long.
  private static func isLine(_ points: [SIMD2<Double>]) -> Bool {
    func spread(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    return spread(points.map { $0.x - $0.y }) < 0.15 * spread(points.map { $0.x + $0.y })
  }

  /// Which of a file's rows is the onset's.
  private static func row(of clip: LandmarkRequest, among count: Int, at path: String) throws -> Int {
    guard count > 1 else { return 0 }
    guard clip.files.isEmpty || count == clip.files.count else {
      throw Fault(
        at: path,
        "has \(count) rows, the clip \(clip.files.count) frames; give one row for each frame, or only that of the "
          + "onset")
    }
    guard clip.position < count else {
      throw Fault(at: path, "has \(count) rows; the onset is frame \(clip.position), counted from 0")
    }
    return clip.position
  }

  /// A .pts file. Its numbers are taken as pixels from 0, as dlib counts them.
  private static func braced(_ lines: [Line], at path: String) throws -> FramePoints {
    guard let start = lines.firstIndex(where: { $0.text.contains("{") }),
      let end = lines[start...].firstIndex(where: { $0.text.contains("}") }), start < end
    else { throw Fault(at: path, "has no points between { and }") }
    let points = try lines[(start + 1)..<end].map { line in
      guard let numbers = line.numbers, numbers.count == 2 else {
        throw Fault(
          at: "\(path), line \(line.number)", "is `\(printable(String(line.text.prefix(40))))`; x and y are needed")
      }
      return SIMD2(numbers[0], numbers[1])
    }
    return FramePoints(points: points, location: path)
  }
}
