import Core

/// How many of the clips that a run's models predict these models know from their training.
struct SeenClips: Equatable {
  /// Clips on which one of the models or more was trained.
  var clips: Int
  /// All clips that are predicted.
  var all: Int
  /// Whether the store is the run's own; otherwise the clips only have the same names and subjects.
  var isOwn: Bool

  /// What is said of them; nil where there are none.
  func text(_ models: RunModels) -> String? {
    guard clips > 0 else { return nil }
    let cross = "cross-validated predictions are in \(models.run)/report/predictions.csv"
    guard isOwn else {
      return "\(clips) of \(all) clips have the names and subjects of clips that models of \(models.run) were trained "
        + "on; if they are the same recordings, these predictions say nothing about new people, and \(cross)"
    }
    return "the store is that of \(models.run), and models that predict \(clips) of \(all) clips here were trained on "
      + "them: these predictions say nothing about new people; \(cross)"
  }
}

extension RunModels {
  /// How many clips of a store these models know.
  ///
  /// - Parameter indices: of the clips that are predicted.
  /// - Throws: a `Fault` when the store cannot be read.
  func seen(_ indices: [Int], of store: ClipStore) throws -> SeenClips {
    var tests: [Name: Int] = [:]
    for (fold, clips) in dataset.folds.enumerated() {
      for clip in clips { tests[Name(clip: clip.name, subject: clip.subject)] = fold }
    }
    let folds = Set(members.map(\.unit.fold))
    let known = indices.count { index in
      let clip = store.clips[index]
      guard let test = tests[Name(clip: clip.name, subject: clip.subject)] else { return false }
      return folds.contains { $0 != test }
    }
    // A single clip is no store; its name is a path.
    let isOwn = try known > 0 && store.contentDigest() == dataset.contentDigest
    return SeenClips(clips: known, all: indices.count, isOwn: isOwn)
  }

  /// What tells a clip from others.
  private struct Name: Hashable {
    var clip, subject: String
  }
}
