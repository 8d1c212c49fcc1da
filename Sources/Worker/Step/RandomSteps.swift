import Core

/// Training steps of one network on one random batch, for timing: the work between loading two batches.
///
/// MENet is trained as in stage 2 of variant `dao-div`, with diverse attention, cross-entropy and the divergence loss,
/// without IDNet and MINE. IDNet is trained as in stage 1.
public struct RandomSteps {
  /// Classes that the labels are drawn from.
  public static let (emotions, identities) = (5, 20)

  /// The cost of a step per clip.
  public let cost: NetworkCost
  private let stage: Stage
  private var branch: DualBranch
  private let batch: TrainingBatch

  /// - Parameters:
  ///   - trained: the network.
  ///   - clips: number of clips of the whole batch.
  ///   - exchange: sums over the ranks that share the batch.
  public init(
    _ trained: RecognitionNetwork.Branch, _ network: SweepConfiguration.Network, clips: Int,
    exchange: any LaneExchange
  ) throws {
    let training = SweepConfiguration.Training()
    let lanes = Lanes(batch: clips, count: training.lanes, exchange: exchange)
    let none = Tensor([0])
    func labels(_ classes: Int) -> [Int] {
      (0..<clips).map { CounterRandom(2).integer(below: classes, at: UInt64($0)) }
    }
    switch trained {
    case .menet:
      (stage, cost) = (.motion, .motion(network, attention: Ablation.daoDiv.attention))
      branch = try DualBranch(
        network, training, .daoDiv, emotions: RandomSteps.emotions, identities: RandomSteps.identities, seed: 1)
      batch = TrainingBatch(
        lanes: lanes,
        motionClips: RandomSteps.clips(lanes.samples, frames: network.frames, size: network.motionSize),
        identityClips: none, emotions: labels(RandomSteps.emotions), identities: [], shuffle: [])
    case .idnet:
      (stage, cost) = (.identity, .identity(network))
      let idnet = RecognitionNetwork.idnet(network, classes: RandomSteps.identities, seed: 1)
      let penalty = Penalty(training) {
        MutualInformationEstimator(features: idnet.shape.features, ending: network.estimator, seed: 1)
      }
      branch = DualBranch(
        menet: .standIn, decoupling: Decoupling(idnet: idnet, penalty: penalty, training), training, .full)
      batch = TrainingBatch(
        lanes: lanes, motionClips: none,
        identityClips: RandomSteps.clips(lanes.samples, frames: network.frames, size: network.identitySize),
        emotions: [], identities: labels(RandomSteps.identities), shuffle: [])
    }
  }

  /// One step: forward, losses, backward, Adam.
  ///
  /// - Throws: errors of the exchange, and a `Fault` when the loss is not finite.
  public mutating func step() throws -> StepLosses { try branch.step(stage, batch).0 }

  /// Number of parameters of the trained network.
  public var parameters: Int {
    let trained = stage.trainsMotion ? branch.menet : branch.decoupling?.idnet
    return trained?.network.parameters.reduce(0) { $0 + $1.value.count } ?? 0
  }

  /// This rank's samples of a batch that is the same for any number of ranks, uniform in [-1, 1].
  private static func clips(_ samples: Range<Int>, frames: Int, size: Int) -> Tensor {
    let clips = Tensor([samples.count, frames, size, size, 3])
    let (random, count, pointer) = (CounterRandom(1), frames * size * size * 3, clips.pointer)
    Parallel.forEach(samples.count * frames) { frame in
      let length = count / frames
      for index in frame * length..<(frame + 1) * length {
        pointer[index] = Float(2 * random.uniform(at: UInt64(samples.lowerBound * count + index)) - 1)
      }
    }
    return clips
  }
}
