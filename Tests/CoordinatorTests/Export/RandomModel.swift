@testable import Core

/// A small MENet whose every tensor is random, running statistics and attention included, so that a reader who leaves
/// one out gets other probabilities.
struct RandomModel {
  let description: ModelDescription
  private let network: SweepConfiguration.Network
  private let attention: Bool

  init(
    _ input: SweepConfiguration.Input, _ registration: SweepConfiguration.Registration = .none,
    attention: Bool = false, stem: SweepConfiguration.Stem = .paper, frames: Int = 3
  ) {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (2, frames, 32, 16)
    (network.input, network.stem) = (input, stem)
    (self.network, self.attention) = (network, attention)
    let recorded = Clip(
      name: "c", subject: "s", emotion: "joy", source: "test", fps: 25, onset: 0, apex: 1, offset: 2, frames: 3,
      height: 40, width: 40)
    description = ModelDescription(classes: ["joy", "fear", "\"other\""], network, registration, of: recorded)
  }

  /// The tensors: the network's own, each value moved by about a tenth.
  func contents() -> [SafeTensors.Content] {
    let menet = RecognitionNetwork.menet(network, attention: attention, classes: 3, seed: 1)
    return menet.state.map { content in
      guard case .float32(var values) = content.values else { return content }
      let random = CounterRandom(CounterRandom.coordinate(content.name))
      for index in values.indices {
        let step = 0.1 * Float(random.normal(at: UInt64(index)))
        // Variances stay above 0.
        values[index] = content.name.hasSuffix("running_var") ? values[index] * (1 + abs(step)) : values[index] + step
      }
      return SafeTensors.Content(content.name, shape: content.shape, floats: values)
    }
  }

  /// Writes the model and gives its path.
  func write(in scratch: Scratch) throws -> String {
    let path = scratch("menet.safetensors")
    try SafeTensors.write(contents(), metadata: description.metadata, to: path)
    return path
  }
}
