import Core
import Foundation

/// What a sweep spends beside the work that is counted: starting, making clips, checkpoints, probes, files, the report.
/// A large sweep does not notice it; of a sweep of some seconds it is a third.
///
/// The seconds were measured with the release program, one thread, by sampling where small sweeps spend their time
/// (40 and 240 clips of 64 × 64 pixels, width 8, networks of 32 and 64 pixels), and are given as those of the machine
/// that `MachineTrial` compares with; docs/cluster.md has the sweeps.
struct BesideSteps {
  private let configuration: SweepConfiguration
  private let preparations: [SweepPreparations.Item]
  /// How many times as long as on that machine everything takes.
  private let slowness: Double
  /// Whether the speed of IDNet's steps was measured.
  private let knowsIdentity: Bool

  /// Reading the sweep file, opening stores, the first messages; and what mpirun adds before and after.
  private static let start = 0.1, launch = 0.5
  /// Drawing synthetic clips, for one byte and one thread.
  private static let drawing = 12e-9
  /// Making a network, naming its files, writing them and the result; and the same of a method without a network.
  private static let unit = 0.05, unitWithoutNetwork = 0.005
  /// Naming the program in the files of clips' features, by a digest of itself; and in sweeps with such methods,
  /// reading and reporting one clip of a dataset. The seconds of MENet's units contain the latter.
  private static let digest = 0.2, clip = 1.2e-3
  /// Copying a checkpoint of weights and both moments of Adam, and writing it while one core trains on, for one byte of
  /// the weights.
  private static let copying = 0.7e-9, writing = 2.3e-9
  /// A step's work between convolutions, for one value of their output. The speed of MENet's steps contains its own;
  /// small IDNets have more of it for their few multiplications.
  private static let value = 6.2e-9
  /// A probe of the identity, linear and not, for one feature of one clip.
  private static let probe = 4.3e-6
  /// Loading a clip for one network, for one stored pixel of each of its frames.
  private static let loading = 2.0e-9
  /// A step of MINE, for one feature of a branch.
  private static let estimator = 6e-6
  /// Measuring the information of held-out clips after an epoch, for one clip of its batches and one feature.
  private static let information = 3.7e-6
  /// The report: its tables and pages, and for one unit.
  private static let report = 0.02, reportOfUnit = 0.002

  /// - Parameters:
  ///   - preparations: what is still to be made.
  ///   - scaling: what was measured of the machine.
  init(
    _ configuration: SweepConfiguration, _ preparations: [SweepPreparations.Item], _ scaling: StepScaling
  ) {
    (self.configuration, self.preparations) = (configuration, preparations)
    (slowness, knowsIdentity) = (scaling.slowness, scaling.identitySpeed != nil)
  }

  /// Seconds before the first unit starts.
  func secondsBefore(_ layout: RankLayout) -> Double {
    let making = preparations.reduce(0) { sum, item in
      switch item.kind {
      // Rank 0 draws all of them.
      case .syntheticClips, .pretrainingClips:
        sum + item.bytes * BesideSteps.drawing / Double(layout.coresPerRank)
      case .compositeClips: sum + item.bytes * BesideSteps.writing
      // All ranks share the clips.
      case .derived(let content):
        sum + item.bytes * deriving(content) / Double(layout.ranks * layout.coresPerRank)
      }
    }
    return slowness
      * (BesideSteps.start + (layout.ranks > 1 ? BesideSteps.launch : 0) + making
        + (measured.contains { $0.features != nil } ? BesideSteps.digest : 0))
  }

  /// Seconds after the last unit has ended.
  ///
  /// - Parameter clips: of all datasets.
  func secondsAfter(units: Int, clips: Int) -> Double {
    slowness
      * (BesideSteps.report + BesideSteps.reportOfUnit * Double(units)
        + (measured.isEmpty ? 0 : BesideSteps.clip * Double(clips)))
  }

  /// What is known in seconds, of all methods in all arms.
  private var measured: [MeasuredCost] {
    configuration.resolvedArms.flatMap { arm in
      arm.compared.compactMap { arm.method(of: $0).cost(of: $0, arm).measured }
    }
  }

  /// Seconds of a unit beside the work and the seconds that `MethodCost` counts.
  ///
  /// - Parameters:
  ///   - cores: of its first rank, which copies checkpoints and fits probes on one of them.
  ///   - stepSeconds: all its steps on one rank.
  func seconds(
    of unit: WorkUnit, _ cost: MethodCost, _ clips: MethodCost.ClipCounts, cores: Int, stepSeconds: Double
  ) -> Double {
    let own = configuration.resolved(unit.arm)
    let epochs = Double(cost.parts.reduce(0) { $0 + max(0, $1.epochs) })
    let features = Double(8 * own.network.width)
    let decouples = unit.variant.ablation?.mutualInformation ?? false
    let interval = own.training.checkpointEverySteps
    let stepsPerEpoch = (Double(clips.training) / Double(own.training.batch)).rounded(.up)
    let pause = Double(own.training.checkpointEverySeconds)
    let atEpochs = pause > 0 ? min(epochs, stepSeconds / pause) : epochs
    let checkpoints = interval > 0 ? epochs * stepsPerEpoch / Double(interval) : atEpochs
    // Motion features and the floor, and identity features where there is an IDNet.
    let probes = unit.variant.ablation == nil ? 0 : decouples ? 2.0 : 1.2
    let hasEstimator = decouples && own.training.decoupling == .mutualInformation
    // MINE takes part in all stages but the first.
    let estimated = hasEstimator ? (epochs - Double(own.training.identityEpochs)) * stepsPerEpoch : 0
    let isMeasured = hasEstimator && clips.training >= 10
    let batch = min(64, 0.8 * Double(clips.training))
    let checkpoint = (BesideSteps.copying + BesideSteps.writing / Double(cores)) * cost.modelBytes
    let begun = cost.parts.isEmpty ? BesideSteps.unitWithoutNetwork : BesideSteps.unit
    let shared =
      Double(clips.training) * excess(of: cost, own.network, decouples)
      + loads(cost, clips) * BesideSteps.loading * Double(own.network.frames) * clips.size.pixels
    let alone =
      estimated * BesideSteps.estimator * features + probes * BesideSteps.probe * features * Double(clips.training)
      + (isMeasured ? epochs * batch * features * BesideSteps.information : 0)
    return slowness * (begun + checkpoints * checkpoint + shared / Double(cores) + alone)
  }

  /// How often a clip is loaded for a network: for every step, test and feature. Features of clips are in memory.
  private func loads(_ cost: MethodCost, _ clips: MethodCost.ClipCounts) -> Double {
    guard cost.measured == nil else { return 0 }
    let steps = cost.parts.reduce(0.0) { sum, part in
      // Once for each network that a step needs; tests need MENet alone.
      let networks = part.perClipOfIdentity > 0 && part.perClipOfIdentity < part.perClip ? 2.0 : 1
      let tests = part.perTestClip > 0 ? Double(clips.test) : 0
      return sum + Double(max(0, part.epochs)) * (networks * Double(clips.training) + tests)
    }
    return steps + Double(2 * clips.training + clips.test)
  }

  /// Seconds of one core for all steps of IDNet, or of another method's network, for one clip, above those that MENet
  /// takes for as many multiplications.
  private func excess(
    of cost: MethodCost, _ network: SweepConfiguration.Network, _ decouples: Bool
  ) -> Double {
    // What was measured contains it.
    guard !knowsIdentity else { return 0 }
    let (motion, identity) = (NetworkCost.motion(network, attention: true), NetworkCost.identity(network))
    func values(_ maps: Double, _ work: Double) -> Double { max(0, maps - motion.maps * work / motion.training) }
    let ofIdentity = values(identity.maps, identity.training)
    // Beside MENet, IDNet is frozen: its forward pass is a third of a step.
    let steps = cost.parts.reduce(0) { sum, part in
      let own =
        switch part.network {
        case .idnet: ofIdentity
        case .menet: decouples ? ofIdentity / 3 : 0
        case nil: part.seconds == nil ? values(part.maps, part.perClip) : 0
        }
      return sum + Double(max(0, part.epochs)) * own
    }
    return steps * BesideSteps.value
  }

  /// Seconds of one thread for one byte of a derived store.
  private func deriving(_ content: DerivedContent) -> Double {
    switch content {
    case .flow: 18e-9
    case .registeredFlow: 29e-9
    // Beside the flow of the same clips, the registration is there already.
    case .registeredFrames: preparations.contains { $0.kind == .derived(.registeredFlow) } ? 17e-9 : 41e-9
    }
  }
}
