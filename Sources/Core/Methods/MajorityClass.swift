/// The floor: always names the class that is most frequent among the training clips.
struct MajorityClass: Method, FittedMethod {
  /// Of each class, its share of the training clips.
  private var shares: [Float] = []

  var about: MethodDescription {
    MethodDescription(
      name: Variant.majority.rawValue, title: "Majority class", paper: nil, settings: [],
      changes: ["The class comes from the training clips alone, so that it may be another than the test fold's own."])
  }

  func fit(_ training: MethodClips) -> any FittedMethod {
    var fitted = self
    fitted.shares = (0..<training.classes).map { label in
      Float(training.members.count { $0.label == label }) / Float(max(1, training.members.count))
    }
    return fitted
  }

  func probabilities(of test: MethodClips) -> [[Float]] { test.members.map { _ in shares } }
}
