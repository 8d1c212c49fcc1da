/// How much of a subject's identity a classifier finds in features: a measure of what decoupling has left.
///
/// The classifier of the subject is fitted to every other clip of each subject (in the order of names its 1st, 3rd,
/// 5th, … clip) and scored on the rest. Features are standardised by the fitted clips; features that do not vary there
/// are left out.
public struct IdentityProbe: Equatable, Sendable {
  /// Share of the scored clips whose subject was predicted correctly, 0 to 1.
  public var accuracy: Double
  /// Accuracy of always predicting the subject that is most frequent among the scored clips.
  public var chance: Double

  /// What is fitted.
  public enum Classifier: Sendable {
    /// Linear: ridge regression of one-hot targets, in closed form. Both sides are centred, which gives the bias. The
    /// penalty is λ = 0.1 · n for n fitted clips, a tenth of a standardised feature's sum of squares, so that its
    /// strength does not depend on the number of clips.
    case ridge
    /// Non-linear: a network with one hidden layer; see `ProbeNetwork`.
    case network
  }

  /// λ / n of the ridge classifier.
  static let relativeRidge = 0.1

  /// Fits and scores the probe.
  ///
  /// - Parameters:
  ///   - features: `[clips][d]`, all of one length.
  ///   - subjects: the subject of each clip.
  ///   - clips: the name of each clip; their order in the arrays does not matter.
  /// - Returns: nil when fewer than 2 subjects have 2 clips, when lengths differ, or when a feature is not finite.
  public static func measure(
    features: [[Float]], subjects: [String], clips: [String], by classifier: Classifier = .ridge
  ) -> IdentityProbe? {
    guard let split = Split(subjects: subjects, clips: clips), features.count == clips.count,
      let width = features.first?.count, width > 0,
      features.allSatisfy({ row in row.count == width && row.allSatisfy(\.isFinite) })
    else { return nil }
    let scale = Standardization(rows: split.fitted.map { features[$0] })
    let names = Set(split.fitted.map { subjects[$0] }).sorted()
    let labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    guard
      let predicted = classifier.predict(
        split.scored.map { scale.apply(features[$0]) }, fitted: split.fitted.map { scale.apply(features[$0]) },
        labels: split.fitted.compactMap { labels[subjects[$0]] }, classes: names.count)
    else { return nil }
    let correct = zip(split.scored, predicted).count { names[$1] == subjects[$0] }
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

extension IdentityProbe.Classifier {
  /// The class of each of `rows`, after fitting to the rows `fitted` with their `labels`, 0 ..< classes; the first of
  /// classes with equal scores. nil when it cannot be fitted.
  fileprivate func predict(_ rows: [[Double]], fitted: [[Double]], labels: [Int], classes: Int) -> [Int]? {
    switch self {
    case .ridge:
      let targets = labels.map { label in (0..<classes).map { $0 == label ? 1.0 : 0.0 } }
      let ridge = IdentityProbe.relativeRidge * Double(fitted.count)
      return RidgeRegression(inputs: fitted, targets: targets, ridge: ridge).map { classifier in
        rows.map { mostProbable(classifier.predict($0)) }
      }
    case .network:
      var network = ProbeNetwork(fitted: fitted, labels: labels, classes: classes)
      return network.predict(rows)
    }
  }
}
