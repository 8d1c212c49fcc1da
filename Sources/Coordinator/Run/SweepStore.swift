import Core

/// The open store of one dataset on a rank.
struct SweepStore {
  let clips: ClipStore
  /// What is derived from them.
  var derived: [DerivedContent: ClipStore] = [:]
  /// By the clip's name; empty where the sweep file names none.
  let landmarks: [String: FaceLandmarks]
  /// The digest of its frames and descriptions.
  let contentDigest: String

  /// - Throws: a `Fault` or `Faults` saying what is wrong with the files.
  init(_ dataset: SweepConfiguration.Dataset, at path: String) throws {
    try self.init(landmarks: dataset.landmarks, at: path)
  }

  /// - Parameter source: of the clips' landmarks; nil for none.
  init(landmarks source: SweepConfiguration.Dataset.LandmarkSource?, at path: String) throws {
    let clips = try ClipStore(opening: path)
    landmarks = try source?.landmarks(of: clips) ?? [:]
    contentDigest = try clips.contentDigest()
    self.clips = clips
  }

  /// - Parameter first: the digest of the store that rank 0 opened under this path; nil where it is not known.
  /// - Throws: a `Fault` when this host has another store under the path.
  func requireContent(_ first: String?) throws {
    if let fault = SweepStore.difference(contentDigest, from: first, at: clips.path) { throw fault }
  }

  static func difference(_ own: String, from first: String?, at path: String) -> Fault? {
    guard let first, first != own else { return nil }
    return Fault(at: path, "holds other frames or descriptions than on rank 0's host; copy the same store to all hosts")
  }
}
