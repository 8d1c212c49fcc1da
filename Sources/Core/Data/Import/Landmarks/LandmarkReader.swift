/// One kind of file in which landmarks of clips come: for each clip, the 68 points of its onset frame.
protocol LandmarkReader: Sendable {
  /// The names that its clips have, where one file holds several; else empty.
  var names: [String] { get }

  /// The points of a clip's onset frame; called on several threads.
  ///
  /// - Throws: a `Fault` saying where there are none, or what cannot be read.
  func points(of clip: LandmarkRequest) throws -> FramePoints
}

extension ImportSettings {
  /// What reads the landmarks that the import is given; nil where it is given none.
  ///
  /// - Throws: a `Fault` when there is no such file or folder, or it is not known what it is.
  func landmarkReader(_ report: inout ImportReport) throws -> (any LandmarkReader)? {
    guard let landmarks else { return nil }
    if Directory.exists(landmarks) { return LandmarkFolder(path: landmarks) }
    let sheets = try AnnotationSheet.candidates(landmarks, unzip: unzip).map(LandmarkTable.withHeader)
    if sheets.contains(where: { FrameTable.isHeader($0.rows.first?.cells.map(CellText.trimmed) ?? []) }) {
      throw Fault(
        at: landmarks,
        "is the table of one clip, with a row per frame; name the folder that has such a table `CLIP.csv` for each "
          + "clip")
    }
    let table = try LandmarkTable(sheets, at: landmarks)
    report.entries += table.notes
    return table
  }
}

/// The clip and the frame that landmarks are asked for.
struct LandmarkRequest: Equatable, Sendable {
  /// The clip's name in the store, and where it is below the source directory.
  var name: String
  var path: String
  /// The onset frame among all frames of the clip's folder or video, from 0.
  var onset: Int
  /// Its file's name; nil in a video.
  var file: String?
  /// The names of all frames of the clip's folder, in the order of their numbers; none for a video.
  var files: [String] = []

  /// Where a program that reads the frames in the order of their names comes to the onset, from 0, as OpenFace does and
  /// most scripts do: `img10` is before `img9`.
  var position: Int {
    guard let file else { return onset }
    return files.count { Array($0.utf8).lexicographicallyPrecedes(Array(file.utf8)) }
  }

  /// What tables may call the clip, the best first. Its folder alone is not among them: other subjects may have clips
  /// of this name.
  var names: [String] { [name, path] }
}

/// The landmarks of a frame as a file gives them.
struct FramePoints: Equatable, Sendable {
  /// Pixels of the recording's frame before it is cropped or scaled, in the order of the scheme.
  var points: [SIMD2<Double>]
  /// Of the picture that they were found in; nil where the file does not say.
  var shape: FrameShape?
  /// The file, and the line, for faults.
  var location: String
}
