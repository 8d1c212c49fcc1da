/// The baseline that always predicts the most frequent class of the training clips.
struct MajorityClass: Method {
  var about: MethodDescription {
    MethodDescription(
      name: "majority", title: "Majority class", paper: nil, settings: [],
      changes: ["The class is the most frequent one of the training clips; that of the test fold may differ."])
  }

  /// Nothing: it does not look at clips.
  func derived(_ configuration: SweepConfiguration) -> [DerivedContent] { [] }

  /// Nothing but what every unit takes.
  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    var cost = MethodCost()
    cost.measured = MeasuredCost()
    cost.memory = MethodCost.Memory()
    return cost
  }

  func begin(_ fold: MethodFold) -> any FittedMethod { Shares(fold) }

  /// For each class, its share of the training clips.
  private struct Shares: FittedMethod {
    private let fold: MethodFold
    private let shares: Tensor

    init(_ fold: MethodFold) {
      self.fold = fold
      shares = Tensor([fold.data.classes.count], filledWith: 0)
    }

    let schedule = TrainingSchedule.oneStep
    private var tensors: [(name: String, tensor: Tensor)] { [("shares", shares)] }
    var models: [ModelFile] { [ModelFile(tensors, method: "majority", fold)] }

    func step(_ number: Int) -> StepReport {
      for member in fold.data.training { shares[member.emotion] += 1 }
      for label in 0..<shares.count { shares[label] /= Float(max(1, fold.data.training.count)) }
      return StepReport(clips: fold.data.training.count)
    }

    func evaluate() -> MethodScores { MethodScores(probabilities: fold.data.test.map { _ in shares.elements }) }

    func state() -> MethodState { MethodState(tensors: tensors) }
    func restore(_ state: MethodState, steps: Int, from path: String) throws {
      try state.copy(into: tensors, from: path)
    }
    func load(_ model: SafeTensors) throws { try model.read(into: tensors) }
  }
}
