/// Clips of a release that are below the source directory more than once.
struct RepeatedClips {
  private var clips: [(location: String, name: String, paths: String)] = []

  mutating func add(_ location: String, _ name: String, _ paths: [String]) {
    clips.append((location, name, paths.prefix(3).map { "`\($0)`" }.joined(separator: ", ")))
  }

  var isEmpty: Bool { clips.isEmpty }

  /// - Parameter found: how many clips are there once.
  /// - Throws: a `Fault` when that is less: then the source holds two versions of the dataset, raw and cropped for
  ///   instance.
  func refuse(beside found: Int, in source: String) throws {
    guard let first = clips.first, clips.count > found else { return }
    throw Fault(
      at: source,
      "holds the clips several times (`\(first.name)` as \(first.paths)); name the tree that is meant with --source")
  }

  /// Reports them as lost.
  func note(in report: inout ImportReport) {
    for clip in clips { report.add(.lost, clip.location, "clip `\(clip.name)` exists several times: \(clip.paths)") }
  }
}
