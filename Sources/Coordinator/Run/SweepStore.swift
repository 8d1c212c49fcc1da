import Core

/// The clips of one dataset as a rank has them open.
struct SweepStore {
  let clips: ClipStore
  /// By the clip's name; empty where the sweep file names none.
  let landmarks: [String: FaceLandmarks]

  /// - Throws: a `Fault` or `Faults` saying what is wrong with the files.
  init(_ dataset: SweepConfiguration.Dataset, at path: String) throws {
    let clips = try ClipStore(opening: path)
    landmarks = try dataset.landmarks.map { try FaceLandmarks.folder($0, of: clips) } ?? [:]
    self.clips = clips
  }
}
