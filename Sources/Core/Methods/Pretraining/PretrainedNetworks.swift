/// What MENet and IDNet start from, where it is not random.
public struct PretrainedNetworks {
  public var motion, identity: StartingWeights?

  /// Random weights.
  public init() {}

  /// What `network.pretrained` names, or what the pretraining of a fold has made.
  ///
  /// - Throws: a `Fault` when a file cannot be read or does not fit.
  init(_ fold: MethodFold) throws {
    let configuration = fold.configuration
    if let folder = fold.clips.pretraining {
      motion = try StartingWeights(
        opening: "\(folder)/menet.safetensors", for: configuration, classes: fold.data.classes)
      if configuration.pretraining?.identity == true {
        identity = try StartingWeights(opening: "\(folder)/idnet.safetensors", for: configuration, .idnet)
      }
    } else if let path = configuration.network.pretrained {
      let weights = try StartingWeights(opening: path, for: configuration, classes: fold.data.classes)
      motion = weights
      // Photographs are good for both networks, a trained MENet only for MENet.
      if case .photographs = weights { identity = weights }
    }
  }
}
