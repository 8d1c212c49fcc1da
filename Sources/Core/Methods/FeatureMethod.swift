/// A method of two parts: features of each clip, and a support vector machine on them.
public struct FeatureMethod<Features: ClipFeatures>: Method {
  public let about: MethodDescription
  let features: Features
  let machine: SupportVectorMachine.Settings

  /// - Parameter about: without the machine's settings, which are added.
  init(_ about: MethodDescription, features: Features, machine: SupportVectorMachine.Settings) {
    var about = about
    about.settings += machine.described
    (self.about, self.features, self.machine) = (about, features, machine)
  }

  public func fit(_ training: MethodClips) throws -> any FittedMethod {
    let rows = try training.features.rows(features, of: training)
    let fitted = SupportVectorMachine(
      fitting: rows, labels: training.members.map(\.label), classes: training.classes, machine)
    return Fitted(features: features, machine: fitted)
  }

  private struct Fitted: FittedMethod {
    let features: Features
    let machine: SupportVectorMachine

    func probabilities(of test: MethodClips) throws -> [[Float]] {
      machine.probabilities(of: try test.features.rows(features, of: test))
    }
  }
}
