/// A method of two parts: features of each clip, and a support vector machine on them.
struct FeatureMethod<Features: ClipFeatures>: Method {
  let about: MethodDescription
  let features: Features
  let machine: SupportVectorMachine.Settings
  private let perPair: Double?

  /// - Parameters:
  ///   - about: the description without the settings of the support vector machine, which are added.
  ///   - perPair: seconds of one core for fitting and predicting, for one pair of a training clip and any clip; nil
  ///     where that was not measured.
  init(
    _ about: MethodDescription, features: Features, machine: SupportVectorMachine.Settings, perPair: Double? = nil
  ) {
    var about = about
    about.settings += machine.described
    (self.about, self.features, self.machine, self.perPair) = (about, features, machine, perPair)
  }

  func cost(of variant: Variant, _ configuration: SweepConfiguration) -> MethodCost {
    var cost = MethodCost()
    if let perPair, var measured = MeasuredCost(features) {
      measured.perPair = perPair
      cost.measured = measured
      cost.memory = MethodCost.Memory(features: Double(features.count))
    }
    return cost
  }

  func begin(_ fold: MethodFold) -> any FittedMethod {
    Fitted(
      name: about.name, fold: fold, features: features,
      machine: SupportVectorMachine(
        rows: fold.data.training.count, width: features.count, classes: fold.data.classes.count, machine))
  }

  private struct Fitted: FittedMethod {
    let name: String
    let fold: MethodFold
    let features: Features
    private(set) var machine: SupportVectorMachine

    let schedule = TrainingSchedule.oneStep
    var models: [ModelFile] { [ModelFile(machine.tensors, method: name, fold)] }

    func step(_ number: Int) throws -> StepReport {
      machine.fit(try rows(fold.data.training), labels: fold.data.training.map(\.emotion))
      return StepReport(clips: fold.data.training.count)
    }

    func evaluate() throws -> MethodScores {
      MethodScores(probabilities: machine.probabilities(of: try rows(fold.data.test)))
    }

    func state() -> MethodState { MethodState(tensors: machine.tensors) }
    func restore(_ state: MethodState, steps: Int, from path: String) throws {
      try state.copy(into: machine.tensors, from: path)
    }
    mutating func load(_ model: SafeTensors) throws {
      try machine.reserve(for: model)
      try model.read(into: machine.tensors)
    }

    private func rows(_ members: [FoldData.Member]) throws -> Tensor {
      Tensor(stacking: try fold.clips.rows(features, of: members), width: features.count)
    }
  }
}
