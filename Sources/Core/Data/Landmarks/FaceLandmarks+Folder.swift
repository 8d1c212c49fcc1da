extension SweepConfiguration.Dataset.LandmarkSource {
  /// The landmarks of all clips of a store.
  ///
  /// - Returns: by the clip's name.
  /// - Throws: `Faults` listing every clip whose landmarks are missing or wrong.
  public func landmarks(of store: ClipStore) throws -> [String: FaceLandmarks] {
    switch self {
    case .folder(let path): try FaceLandmarks.folder(path, of: store)
    case .store: try FaceLandmarks.stored(in: store)
    }
  }
}

extension FaceLandmarks {
  /// Reads the landmarks of all clips of a store, `FOLDER/CLIP.csv` each, in pixels of the stored frames.
  ///
  /// - Returns: by the clip's name.
  /// - Throws: `Faults` listing every file that is missing or wrong.
  public static func folder(_ path: String, of store: ClipStore) throws -> [String: FaceLandmarks] {
    var names = NamesOnDisk()
    return try landmarks(of: store) { clip in
      let table = try PointTable(of: clip.name, in: path, &names)
      let landmarks = try FaceLandmarks(table, in: (clip.height, clip.width))
      guard landmarks.eyeDistance >= 1 else { throw Fault(at: table.path, "has both eyes at one position") }
      return landmarks
    }
  }

  /// The landmarks that a store has itself.
  ///
  /// - Returns: by the clip's name.
  /// - Throws: `Faults` listing the clips that have none.
  static func stored(in store: ClipStore) throws -> [String: FaceLandmarks] {
    try landmarks(of: store) { clip in
      guard let landmarks = clip.landmarks else {
        throw Fault(
          at: ClipStore.location(clip.name, in: store.path),
          "has no landmarks; import it again with --landmarks, or name a folder of landmarks instead")
      }
      return landmarks
    }
  }

  private static func landmarks(
    of store: ClipStore, _ read: (Clip) throws -> FaceLandmarks
  ) throws -> [String: FaceLandmarks] {
    var landmarks: [String: FaceLandmarks] = [:]
    var faults: [Fault] = []
    for clip in store.clips {
      do {
        landmarks[clip.name] = try read(clip)
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return landmarks
  }

  /// Reads a table with the columns `x` and `y` and one row per landmark, in the scheme's order.
  ///
  /// - Parameter frame: height and width of the frames, pixels.
  /// - Throws: a `Fault` naming the path, and the line, when the text is not such a table or a landmark is outside the
  ///   frame by more than the margin.
  public init(parsing text: String, at path: String, in frame: (height: Int, width: Int)) throws {
    try self.init(PointTable(parsing: text, at: path), in: frame)
  }

  private init(_ table: PointTable, in frame: (height: Int, width: Int)) throws {
    guard table.rows.count == 66 || table.rows.count == FaceLandmarks.all else {
      throw Fault(at: table.path, "has \(table.rows.count) landmarks; 66 or 68 are supported")
    }
    if let row = table.rows.first(where: { !FaceLandmarks.isNear($0.point, frame) }) {
      throw Fault(
        at: "\(table.path), \(row.location)",
        "\(row.text) lies outside the \(frame.width) x \(frame.height) frame; landmarks are in pixels of the stored "
          + "frames, not of the recording before it was cropped and scaled")
    }
    self.init(table.rows.map(\.point))
  }
}
