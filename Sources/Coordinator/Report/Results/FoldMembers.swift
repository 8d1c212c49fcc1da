import Core

/// Who is tested in one fold.
struct FoldMembers: Equatable, Sendable {
  var fold: Int
  /// In the order of their names.
  var subjects: [Subject]
  /// Test clips of each class.
  var clips: [Int]

  struct Subject: Equatable, Sendable {
    var name: String
    var clips: Int
  }
}

extension DatasetReport {
  /// Who is tested in each fold whose clips are known.
  var members: [FoldMembers] {
    folds.compactMap { fold in
      guard let clips = testClips[fold] else { return nil }
      let subjects = Dictionary(grouping: clips, by: \.subject).map { FoldMembers.Subject(name: $0, clips: $1.count) }
      return FoldMembers(
        fold: fold, subjects: subjects.sorted { SubjectFigures.isBefore($0.name, $1.name) }, clips: counts(clips))
    }
  }

  /// Clips of each class that a fold is trained on: those of all the others. Empty where they are not known.
  func trainingClips(ofFold fold: Int) -> [Int] {
    let others = folds.filter { $0 != fold }.map { testClips[$0] }
    guard !others.isEmpty, !others.contains(nil) else { return [] }
    return counts(others.compactMap { $0 }.flatMap { $0 })
  }

  private func counts(_ clips: [FoldClip]) -> [Int] {
    classes.indices.map { label in clips.count { $0.label == label } }
  }

  /// The test clips of each fold, from the split; where it is not known, from the predictions of a finished unit.
  static func testClips(
    _ folds: [Int], _ split: ComparisonReport.Split?, _ variants: [VariantReport]
  ) -> [Int: [FoldClip]] {
    let finished = variants.flatMap(\.units).compactMap(\.result).filter { !$0.predictions.isEmpty }
    let byFold = Dictionary(finished.map { ($0.fold, $0) }) { first, _ in first }
    let known = folds.compactMap { fold -> (Int, [FoldClip])? in
      if let split, split.testClips.indices.contains(fold) { return (fold, split.testClips[fold]) }
      return byFold[fold].map { result in
        (fold, result.predictions.map { FoldClip(name: $0.clip, subject: $0.subject, label: $0.truth) })
      }
    }
    return Dictionary(uniqueKeysWithValues: known)
  }
}
