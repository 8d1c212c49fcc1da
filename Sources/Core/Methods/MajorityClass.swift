/// The floor: always names the class that is most frequent among the training clips.
struct MajorityClass: Method {
  var about: MethodDescription {
    MethodDescription(
      name: Variant.majority.rawValue, title: "Majority class", paper: nil, settings: [],
      changes: ["The class comes from the training clips alone, so that it may be another than the test fold's own."])
  }

  func begin(_ training: MethodClips) -> any FittedMethod { Shares(classes: training.classes) }

  /// Of each class, its share of the training clips.
  private struct Shares: FittedMethod {
    private let shares: Tensor

    init(classes: Int) { shares = Tensor([classes], filledWith: 0) }

    let rounds = 1
    var tensors: [(name: String, tensor: Tensor)] { [("shares", shares)] }

    func fit(round: Int, _ training: MethodClips) -> Double? {
      for member in training.members { shares[member.label] += 1 }
      for label in 0..<shares.count { shares[label] /= Float(max(1, training.members.count)) }
      return nil
    }

    func restore(_ tensors: [String: Tensor], at location: String) throws {
      try tensors.copy(into: self.tensors, at: location)
    }

    func probabilities(of clips: MethodClips) -> [[Float]] { clips.members.map { _ in shares.elements } }
  }
}
