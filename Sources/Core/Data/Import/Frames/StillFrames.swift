/// The still images of a clip as their headers describe them: of one size, in groups of one kind.
struct StillFrames: Equatable {
  struct Group: Equatable {
    var kind: ImageKind
    /// Indices among the files, ascending.
    var positions: [Int]
  }

  let files: [String]
  /// Pixels, as the images are seen.
  let width: Int
  let height: Int
  /// The largest first.
  let groups: [Group]

  /// - Parameter files: paths, at least one.
  /// - Throws: a `Fault` naming the file that is no image, or has another size than most.
  init(_ files: [String]) throws { try self.init(files, try files.map { try ImageHeader(of: $0) }) }

  init(_ files: [String], _ headers: [ImageHeader]) throws {
    self.files = files
    let sizes = Dictionary(grouping: headers.indices) { [headers[$0].width, headers[$0].height] }
      .values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    let most = headers[sizes[0][0]]
    if sizes.count > 1 {
      let odd = sizes[1][0]
      throw Fault(
        at: files[odd],
        "is \(headers[odd]), most frames of its clip are \(most.width) × \(most.height); all need the same size")
    }
    (width, height) = (most.width, most.height)
    groups = Dictionary(grouping: headers.indices) { headers[$0].kind }
      .map { Group(kind: $0, positions: $1) }
      .sorted { ($1.positions.count, $0.positions[0]) < ($0.positions.count, $1.positions[0]) }
  }

  /// - Parameter origin: what gave the box, for people.
  /// - Throws: a `Fault` naming the first file when the box does not lie inside the frames.
  func check(_ crop: CropBox, from origin: String?) throws {
    guard crop.x + crop.width > width || crop.y + crop.height > height else { return }
    throw Fault(
      at: files[0],
      "is \(width) × \(height) as it is seen; the crop box \(crop.text)\(origin.map { " (\($0))" } ?? "") lies outside"
        + ": width:height:x:y must end within the frame")
  }

  /// That the images are of several kinds, for people; nil where they are of one.
  var doubt: String? {
    guard groups.count > 1, let odd = groups.last else { return nil }
    let name = files[odd.positions[0]].split(separator: "/").last ?? ""
    return "its frames are of \(groups.count) kinds: \(groups[0].positions.count) are \(groups[0].kind), "
      + "`\(name)` is \(odd.kind)"
  }
}
