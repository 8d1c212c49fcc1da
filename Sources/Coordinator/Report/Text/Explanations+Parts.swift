import Core

extension Explanations {
  /// How the figures of parts are computed, and which classes a part does not have.
  static func parts(of dataset: DatasetReport) -> Prose {
    let absent = dataset.parts.filter { $0.clips > 0 }.compactMap { part -> String? in
      let names = part.absentClasses.map { dataset.classes[$0] }
      return names.isEmpty ? nil : "\(part.name) has no clips of \(names.joined(separator: ", "))"
    }
    let classes: Prose =
      absent.isEmpty
      ? "Every part has clips of every class."
      : """
      \(absent.joined(separator: "; ")): UF1 counts such a class as 0, as scikit-learn's \(code: "f1_score") \
      over all classes with \(code: "zero_division=0"); UAR leaves it out, because it has no recall, as \
      \(code: "balanced_accuracy_score").
      """
    return """
      A part's figures are of its clips alone, from their confusion matrix pooled over folds; all classes count \
      equally. \(classes)
      """
  }

  /// Where the challenge's figures are from; nil where none are shown.
  static func challenge(_ dataset: DatasetReport) -> Prose? {
    dataset.challenge?.isSame == true ? "Published: \(ChallengeFigures.source)." : nil
  }

  /// Why the challenge's figures are not beside a dataset that has databases of it; nil where they are.
  static func otherChallenge(_ dataset: DatasetReport) -> Prose? {
    guard let match = dataset.challenge, !match.isSame else { return nil }
    return """
      The figures of \(ChallengeFigures.name) do not stand beside \(dataset.name), which differs from the challenge: \
      \(match.differences.joined(separator: "; ")).
      """
  }

  /// The columns of databases that were left out.
  static let crossing: Prose = """
    \(strong: "Left out"): no clip of the database was trained on. Beside it the same clips and the same method where \
    other people of the database were trained on. \(strong: "Cost"): by how many points UF1 changes when the database \
    is left out.
    """
}
