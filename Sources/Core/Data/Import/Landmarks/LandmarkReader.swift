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
    let table = try LandmarkTable(reading: landmarks, unzip: unzip)
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
