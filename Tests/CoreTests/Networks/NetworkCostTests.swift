import Testing

@testable import Core

@Suite struct NetworkCostTests {
  private func settings(width: Int, frames: Int, motion: Int, identity: Int) -> SweepConfiguration.Network {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (width, frames, motion, identity)
    return network
  }

  /// By hand, one line per layer: inputs · outputs · taps · positions.
  @Test func theForwardPassOfASmallIDNetIsCounted() {
    let cost = NetworkCost.identity(settings(width: 2, frames: 3, motion: 32, identity: 32))
    let stem = 3 * 2 * 49 * (3 * 16 * 16)
    let layer1 = 4 * (2 * 2 * 9) * (3 * 8 * 8)
    let layer2 = (2 * 4 * 9 + 3 * 4 * 4 * 9 + 2 * 4) * (3 * 4 * 4)
    let layer3 = (4 * 8 * 9 + 3 * 8 * 8 * 9 + 4 * 8) * (3 * 2 * 2)
    let layer4 = (8 * 16 * 9 + 3 * 16 * 16 * 9 + 8 * 16) * (3 * 2 * 2)
    #expect(cost.stem == Double(stem))
    #expect(cost.forward == Double(stem + layer1 + layer2 + layer3 + layer4))
    #expect(cost.training == 3 * cost.forward - cost.stem)
    #expect(cost.largestMap == Double(2 * 3 * 16 * 16))
    let maps = 2 * 3 * 256 + 4 * 2 * 3 * 64 + 5 * 4 * 3 * 16 + 5 * 8 * 3 * 4 + 5 * 16 * 3 * 4
    #expect(cost.maps == Double(maps))
  }

  /// The seven frames of the stem, the three of the blocks, and the diverse attention's fully connected layers.
  @Test func theForwardPassOfASmallMENetIsCounted() {
    let network = settings(width: 2, frames: 3, motion: 32, identity: 32)
    let plain = NetworkCost.motion(network, attention: false)
    let shortcuts = (2 * 4) * (3 * 16) + (4 * 8 + 8 * 16) * (3 * 4)
    let identity = NetworkCost.identity(network)
    let blocks = identity.forward - identity.stem - Double(shortcuts)
    #expect(plain.forward == 7 * identity.stem + 3 * blocks + Double(shortcuts))
    let diverse = NetworkCost.motion(network, attention: true)
    #expect(diverse.forward == plain.forward + Double(2 * 4 * 4))
  }

  /// The parameters of the convolutions and fully connected layers of the networks themselves: none is left out.
  @Test(arguments: SweepConfiguration.Stem.allCases) func theParametersAreTheNetworks(_ stem: SweepConfiguration.Stem)
    throws
  {
    var network = settings(width: 4, frames: 4, motion: 64, identity: 32)
    network.stem = stem
    let menet = RecognitionNetwork.menet(network, attention: true, classes: 3, seed: 1)
    let learned = menet.parameters.filter { $0.value.shape.count > 1 }.reduce(0) { $0 + $1.value.elements.count }
    let cost = NetworkCost.motion(network, attention: true).parameters
    // The classifier and the few other parameters of the attention are not counted.
    #expect(abs(cost - Double(learned)) < 0.02 * Double(learned), "\(cost), \(learned)")
  }
}
