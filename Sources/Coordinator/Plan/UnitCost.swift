import Core

/// Calculates the work and the memory of a unit from the configuration alone: from that of the unit's arm.
struct UnitCost {
  /// By the arm's name; by nil in a sweep without arms.
  private let configurations: [String?: SweepConfiguration]

  init(configuration: SweepConfiguration) {
    configurations = Dictionary(
      uniqueKeysWithValues: configuration.armNames.map { ($0, configuration.resolved($0)) })
  }

  func cost(of unit: WorkUnit) -> MethodCost {
    let own = configuration(of: unit)
    return own.method(of: unit.variant).cost(of: unit.variant, own)
  }

  private func configuration(of unit: WorkUnit) -> SweepConfiguration {
    guard let own = configurations[unit.arm] else { preconditionFailure("\(unit) is not of this sweep") }
    return own
  }

  /// Multiplications with additions of the whole unit, with all its features; where seconds were measured, as many as
  /// one core does in that time. 0 for methods whose work cannot be calculated beforehand.
  ///
  /// - Parameter speed: of one core in MENet's steps, multiplications with additions per second.
  func total(
    _ unit: WorkUnit, _ clips: MethodCost.ClipCounts, speed: Double = MethodCost.assumedSpeed
  ) -> Double {
    let cost = cost(of: unit)
    return cost.total(clips) + (cost.seconds(clips) + cost.featureSeconds(clips)) * speed
  }

  /// The same of the longest epoch: the most work that is lost when a rank dies.
  func longestEpoch(
    _ unit: WorkUnit, _ clips: MethodCost.ClipCounts, speed: Double = MethodCost.assumedSpeed
  ) -> Double {
    cost(of: unit).parts.map { $0.epoch(clips, speed: speed) }.max() ?? 0
  }

  /// Of the units that need the same features of the same clips, those that begin before any is done: each of their
  /// groups computes them; the others find them on disk.
  ///
  /// - Parameters:
  ///   - units: in the order in which they begin.
  ///   - groups: that begin at the same time.
  func unitsWithFeatures(_ units: [WorkUnit], groups: Int) -> Set<WorkUnit> {
    var counts: [[String]: Int] = [:]
    return Set(
      units.filter { unit in
        guard let key = featuresKey(unit) else { return false }
        counts[key, default: 0] += 1
        return counts[key, default: 0] <= groups
      })
  }

  /// What the features of a unit depend on; nil where it needs none.
  private func featuresKey(_ unit: WorkUnit) -> [String]? {
    guard let features = cost(of: unit).measured?.features else { return nil }
    let own = configuration(of: unit)
    let contents = own.method(of: unit.variant).derived(own).map(\.rawValue)
    return [unit.clipSource, features.key] + contents
  }

  /// The peak memory of a rank in bytes: an upper bound, for the group's first rank, which also writes the files.
  ///
  /// The workspace keeps blocks until the end of the unit, so the memory of all stages adds up. docs/cluster.md
  /// compares it with measured peaks and explains the constants. With arms and pretraining it is that of the largest.
  ///
  /// - Parameters:
  ///   - clips: of the largest store; nil where no method keeps features of clips.
  ///   - threads: of the rank, which compute features.
  func bytesPerRank(ranksPerFold: Int, clips: MethodCost.ClipCounts? = nil, threads: Int = 1) -> Double {
    let all =
      configurations.values
      + configurations.values.compactMap { own in
        own.pretraining.map(own.forPretraining)
      }
    return all.map { UnitCost.bytesPerRank($0, ranksPerFold: ranksPerFold, clips, threads) }.max() ?? 0
  }

  private static func bytesPerRank(
    _ configuration: SweepConfiguration, ranksPerFold: Int, _ stored: MethodCost.ClipCounts?, _ threads: Int
  ) -> Double {
    let own = configuration.compared.map { configuration.method(of: $0).cost(of: $0, configuration).memory }
    // Beside MENet the networks of other methods do not count, nor do those whose memory is not known.
    let bytes = own.compactMap { $0 }.map { memory in
      let features = stored.map { bytesOfFeatures(memory, $0, threads) } ?? 0
      return bytesPerRank(memory, configuration.training, ranksPerFold: ranksPerFold) + features
    }
    if bytes.count == own.count, let most = bytes.max() { return most }

    let network = configuration.network
    let motion = NetworkCost.motion(network, attention: true)
    let identity = NetworkCost.identity(network)
    let clips = (Double(configuration.training.batch) / Double(ranksPerFold)).rounded(.up)
    // Parameters, gradients and both moments of Adam; the checkpoint's copy of all but the gradients; and half of one
    // more, because block sizes are rounded up. MENet's weights once more while they are written at the end.
    var states = 7.5 * (motion.parameters + identity.parameters) + motion.parameters
    // The MENet that was best on the inner validation fold, and its copy in the checkpoint.
    if configuration.training.selection == .validation { states += 2 * motion.parameters }
    // For MENet, the output of each convolution and of each normalisation, and the current gradients; for IDNet, whose
    // blocks MENet's stages reuse, the part that cannot be reused.
    let kept = clips * (1.9 * motion.maps + 0.5 * identity.maps)
    // For the largest layer, 64 · width² kernels: sums of weight gradients, one per lane, and transformed weights; and
    // those of the smaller layers, which need blocks of other sizes.
    let lanes = min(clips, Double(configuration.training.lanes) / Double(ranksPerFold))
    let transforms = (72 * lanes + 450) * 64 * Double(network.width * network.width)
    // Clips of this step and of the next.
    let (large, small) = (network.motionSize, network.identitySize)
    let loaded = 2 * clips * Double(network.frames * 3 * (large * large + small * small))
    // 48 MB for the program and MPI; a tenth more for texts, messages and results.
    return 1.1 * (48e6 + 4 * (states + kept + transforms + loaded))
  }

  /// As for MENet, for one network of kernels of a single frame.
  private static func bytesPerRank(
    _ memory: MethodCost.Memory, _ training: SweepConfiguration.Training, ranksPerFold: Int
  ) -> Double {
    let clips = (Double(training.batch) / Double(ranksPerFold)).rounded(.up)
    let lanes = min(clips, Double(training.lanes) / Double(ranksPerFold))
    let states = 8.5 * memory.network.parameters
    let kept = clips * 1.9 * memory.network.maps
    let transforms = (24 * lanes + 150) * memory.network.largestKernels
    return 1.1 * (48e6 + 4 * (states + kept + transforms + 2 * clips * memory.input))
  }

  /// The features of all clips: kept, read, and written to disk; a kernel's matrices; and what every thread keeps of a
  /// clip. 48 MB for the program's file, whose digest is in the features' files.
  private static func bytesOfFeatures(
    _ memory: MethodCost.Memory, _ clips: MethodCost.ClipCounts, _ threads: Int
  ) -> Double {
    guard memory.features > 0 else { return 0 }
    let count = Double(clips.training + clips.test)
    let ofThread = clips.size.pixels * (8 * clips.size.frames + 400)
    return 48e6 + 16 * count * memory.features + 24 * count * count + Double(threads) * ofThread
  }

  /// Bytes that a rank of a group sends in one step of MENet's stages: the gradients, whose sums are halved and then
  /// shared again, and the features and attention maps of the whole batch, which all ranks need. With arms it is that
  /// of the largest.
  func bytesSentPerStep(ranksPerFold: Int) -> Double {
    configurations.values.map { UnitCost.bytesSentPerStep($0, ranksPerFold: ranksPerFold) }.max() ?? 0
  }

  private static func bytesSentPerStep(_ configuration: SweepConfiguration, ranksPerFold: Int) -> Double {
    guard ranksPerFold > 1 else { return 0 }
    let (network, ranks) = (configuration.network, Double(ranksPerFold))
    let motion = NetworkCost.motion(network, attention: true)
    let sums = 2 * (ranks - 1) / ranks * motion.parameters
    let own = Double(configuration.training.batch) / ranks
    let rows = (ranks - 1) * own * Double(2 * 8 * network.width)
    return 4 * (sums + rows)
  }

  /// Estimates the bytes on disk of all units, with the checkpoints of those in training.
  ///
  /// Each unit leaves its models, 1 KiB per test clip (its probabilities in result.json, predictions.csv and the
  /// report) and 0.5 KiB per epoch of metrics.jsonl. Each unit in training has three checkpoints, two kept and one
  /// being written, each with the weights and both moments of Adam.
  ///
  /// - Parameter groups: number of units in training at the same time.
  func diskBytes(_ units: [(unit: WorkUnit, testClips: Int)], groups: Int) -> Double {
    let costs = units.map { cost(of: $0.unit) }
    let kept = zip(units, costs).reduce(0.0) { sum, entry in
      let epochs = entry.1.parts.reduce(0) { $0 + $1.epochs }
      return sum + entry.1.modelBytes + 1024 * Double(entry.0.testClips) + 512 * Double(epochs)
    }
    let largest = costs.map(\.modelBytes).max() ?? 0
    return kept + Double(min(groups, units.count)) * 3 * 3 * largest
  }
}
