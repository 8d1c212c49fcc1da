/// A method of two parts: features of each clip, and a support vector machine on them.
struct FeatureMethod<Features: ClipFeatures>: Method {
  let about: MethodDescription
  let features: Features
  let machine: SupportVectorMachine.Settings

  /// - Parameter about: without the machine's settings, which are added.
  init(_ about: MethodDescription, features: Features, machine: SupportVectorMachine.Settings) {
    var about = about
    about.settings += machine.described
    (self.about, self.features, self.machine) = (about, features, machine)
  }

  func begin(_ training: MethodClips) -> any FittedMethod {
    Fitted(
      features: features,
      machine: SupportVectorMachine(
        rows: training.members.count, width: features.count, classes: training.classes, machine))
  }

  private struct Fitted: FittedMethod {
    let features: Features
    let machine: SupportVectorMachine

    let rounds = 1
    var tensors: [(name: String, tensor: Tensor)] { machine.tensors }

    func fit(round: Int, _ training: MethodClips) throws -> Double? {
      machine.fit(try rows(training), labels: training.labels)
      return nil
    }

    func restore(_ tensors: [String: Tensor], at location: String) throws {
      try tensors.copy(into: self.tensors, at: location)
    }

    func probabilities(of clips: MethodClips) throws -> [[Float]] {
      machine.probabilities(of: try rows(clips))
    }

    private func rows(_ clips: MethodClips) throws -> Tensor {
      Tensor(stacking: try clips.features.rows(features, of: clips), width: features.count)
    }
  }
}
