/// How much of a subject's identity a linear classifier finds in features: a measure of what decoupling has left.
///
/// A ridge classifier of the subject, in closed form, is fitted to every other clip of each subject (in the order of
/// names its 1st, 3rd, 5th, … clip) and scored on the rest. Features are standardised by the fitted clips; features
/// that do not vary there are left out. Targets are one-hot; both sides are centred, which gives the bias. The penalty
/// is λ = 0.1 · n for n fitted clips, a tenth of a standardised feature's sum of squares, so that its strength does not
/// depend on the number of clips.
public struct IdentityProbe: Equatable, Sendable {
  /// Share of the scored clips whose subject was predicted correctly, 0 to 1.
  public var accuracy: Double
  /// Accuracy of always predicting the subject that is most frequent among the scored clips.
  public var chance: Double

  /// λ / n.
  static let relativeRidge = 0.1

  /// Fits and scores the probe.
  ///
  /// - Parameters:
  ///   - features: `[clips][d]`, all of one length.
  ///   - subjects: the subject of each clip.
  ///   - clips: the name of each clip; their order in the arrays does not matter.
  /// - Returns: nil when fewer than 2 subjects have 2 clips, when lengths differ, or when a feature is not finite.
  public static func measure(features: [[Float]], subjects: [String], clips: [String]) -> IdentityProbe? {
    guard let split = Split(subjects: subjects, clips: clips), features.count == clips.count,
      let width = features.first?.count, width > 0,
      features.allSatisfy({ row in row.count == width && row.allSatisfy(\.isFinite) })
    else { return nil }
    let scale = Standardization(rows: split.fitted.map { features[$0] })
    let fitted = split.fitted.map { scale.apply(features[$0]) }
    let classes = Set(split.fitted.map { subjects[$0] }).sorted()
    let targets = split.fitted.map { clip in classes.map { $0 == subjects[clip] ? 1.0 : 0.0 } }
    guard
      let classifier = RidgeRegression(
        inputs: fitted, targets: targets, ridge: relativeRidge * Double(split.fitted.count))
    else { return nil }
    let correct = split.scored.count { clip in
      let scores = classifier.predict(scale.apply(features[clip]))
      let best = scores.indices.dropFirst().reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
      return classes[best] == subjects[clip]
    }
    let frequencies = Dictionary(split.scored.map { (subjects[$0], 1) }, uniquingKeysWith: +)
    let total = Double(split.scored.count)
    return IdentityProbe(accuracy: Double(correct) / total, chance: Double(frequencies.values.max() ?? 0) / total)
  }

  /// Which clips are fitted and which are scored: indices, in the order of (subject, clip name).
  private struct Split {
    var fitted: [Int] = []
    var scored: [Int] = []

    init?(subjects: [String], clips: [String]) {
      guard subjects.count == clips.count else { return nil }
      let order = clips.indices.sorted { (subjects[$0], clips[$0], $0) < (subjects[$1], clips[$1], $1) }
      var position = 0
      var subjectsWithTwo = 0
      for (index, clip) in order.enumerated() {
        position = index > 0 && subjects[order[index - 1]] == subjects[clip] ? position + 1 : 0
        if position == 1 { subjectsWithTwo += 1 }
        if position % 2 == 0 { fitted.append(clip) } else { scored.append(clip) }
      }
      guard subjectsWithTwo >= 2 else { return nil }
    }
  }
}
