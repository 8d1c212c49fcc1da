/// How well one classifier names the subject from f^e, with the marks to compare it with: chance, the floor, and f^d.
///
/// Where people show some emotions more often than others, the emotion itself tells something about the person. The
/// floor is the same probe on the true emotion alone, one-hot, fitted and scored on the same clips: features that hold
/// the emotion and nothing else reach it. So f^e is decoupled when its probe is near the floor, not near chance.
public struct IdentityProbes: Equatable, Sendable {
  /// Share of the scored clips whose subject was named from f^e, 0 to 1.
  public var motion: Double
  /// The same from f^d; nil without IDNet.
  public var identity: Double?
  /// The same from the true emotion alone.
  public var floor: Double
  /// Accuracy of always naming the subject that is most frequent among the scored clips.
  public var chance: Double

  /// Fits and scores the probe on each.
  ///
  /// - Parameters:
  ///   - motion, identity: f^e and f^d, `[clips][features]`.
  ///   - emotions: the true emotion's class of each clip, from 0.
  ///   - subjects, clips: the subject and the name of each clip; the order of the clips does not matter.
  /// - Returns: nil when `IdentityProbe` cannot be fitted on f^e.
  public init?(
    motion: [[Float]], identity: [[Float]]?, emotions: [Int], subjects: [String], clips: [String],
    by classifier: IdentityProbe.Classifier
  ) {
    func probe(_ features: [[Float]]) -> IdentityProbe? {
      IdentityProbe.measure(features: features, subjects: subjects, clips: clips, by: classifier)
    }
    guard let onMotion = probe(motion), let onEmotions = probe(IdentityProbes.oneHot(emotions)) else { return nil }
    (self.motion, self.identity) = (onMotion.accuracy, identity.flatMap(probe)?.accuracy)
    (floor, chance) = (onEmotions.accuracy, onMotion.chance)
  }

  private static func oneHot(_ classes: [Int]) -> [[Float]] {
    let count = (classes.max() ?? 0) + 1
    return classes.map { label in (0..<count).map { $0 == label ? 1 : 0 } }
  }
}
