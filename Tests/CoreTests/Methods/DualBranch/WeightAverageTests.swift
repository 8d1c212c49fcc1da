import Foundation
import Testing

@testable import Core

@Suite struct WeightAverageTests {
  private func network(seed: UInt64) -> RecognitionNetwork {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (3, 2, 16)
    return .menet(network, attention: true, classes: 3, seed: seed)
  }

  /// a_t = sum of (1 - β) β^(t - i) w_i over the steps i, divided by 1 - β^t. Tolerance: rounding of five steps.
  @Test func theAverageIsTheBiasCorrectedSumOverAllSteps() {
    let (decay, trained) = (0.8, network(seed: 1))
    let average = WeightAverage(of: trained, decay: decay)
    let random = CounterRandom(4)
    var sums = trained.tensors.map { [Double](repeating: 0, count: $0.tensor.count) }
    for step in 1...5 {
      for (index, (name, tensor)) in trained.tensors.enumerated() {
        for element in 0..<tensor.count {
          tensor[element] =
            name.hasSuffix("num_batches_tracked")
            ? Float(step) : Float(random.uniform(at: UInt64(step * 100_000 + element)))
          sums[index][element] = decay * sums[index][element] + (1 - decay) * Double(tensor[element])
        }
      }
      average.add(trained, steps: step)
      for (index, (name, tensor)) in average.network.tensors.enumerated() {
        let isCounter = name.hasSuffix("num_batches_tracked")
        for element in 0..<tensor.count {
          let expected = isCounter ? Double(step) : sums[index][element] / (1 - pow(decay, Double(step)))
          #expect(abs(Double(tensor[element]) - expected) < 1e-6, "step \(step), \(name)")
        }
      }
    }
  }

  @Test func beforeTheFirstStepItIsTheNetworkAndAfterItTheNewOne() {
    let trained = network(seed: 1)
    let average = WeightAverage(of: trained, decay: 0.9)
    #expect(average.network.tensors.map(\.tensor.elements) == trained.tensors.map(\.tensor.elements))
    let other = network(seed: 2)
    average.add(other, steps: 1)
    #expect(average.network.tensors.map(\.tensor.elements) == other.tensors.map(\.tensor.elements))
    #expect(trained.tensors.map(\.tensor.elements) != other.tensors.map(\.tensor.elements))
  }

  /// In stage 2 IDNet is frozen with its averages, in stage 3 MENet is; training itself goes on from the raw weights.
  @Test func aFrozenNetworkIsTheAveragedOne() throws {
    var training = SweepConfiguration.Training()
    (training.weightAveraging, training.learningRate) = (0.5, 1e-2)
    var plain = training
    plain.weightAveraging = 0
    let batch = try StageFixture.batch(Fixture("stages/batch"))
    var (branch, raw) = (
      try StageFixture.branch(weights: "stages/weights", training),
      try StageFixture.branch(weights: "stages/weights", plain)
    )
    for _ in 0..<2 {
      _ = try branch.step(.identity, batch)
      _ = try raw.step(.identity, batch)
    }
    let idnet = try #require(branch.decoupling?.idnet)
    let rawIDNet = try #require(raw.decoupling?.idnet)
    #expect(idnet.network.tensors.map(\.tensor.elements) == rawIDNet.network.tensors.map(\.tensor.elements))
    var (averaged, trained) = (idnet.result, idnet.network)
    let expected = try averaged.forward(batch.identityClips, .evaluation).features.elements
    #expect(try trained.forward(batch.identityClips, .evaluation).features.elements != expected)
    for _ in 0..<2 {
      #expect(try branch.step(.motion, batch).1.identityFeature?.elements == expected)
    }
    var menet = branch.menet.result
    let motion = try menet.forward(batch.motionClips, .evaluation).features.elements
    #expect(try branch.step(.identityAgain, batch).1.motionFeature?.elements == motion)
    #expect(branch.menet.network.tensors.map(\.tensor.elements) != menet.tensors.map(\.tensor.elements))
  }

  /// A batch of one clip has no other clip to be compared with.
  @Test func aBatchOfOneHasNoPenalty() {
    let one = Tensor([1, 4], [1, 2, 3, 4])
    let batch = TrainingBatch(
      lanes: Lanes(batch: 1), motionClips: one, identityClips: one, emotions: [0], identities: [0], shuffle: [])
    var losses = StepLosses()
    for condition in SweepConfiguration.Condition.allCases {
      var penalty = Penalty.distanceCorrelation(given: condition)
      let gradient = penalty.apply(
        to: .motion, motion: one, identity: one, batch, weight: 1, rateTimes: 1, &losses)
      #expect(gradient == nil && losses == StepLosses())
    }
  }
}
