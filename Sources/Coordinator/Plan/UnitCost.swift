import Core

/// The work and the memory of a unit, told from the configuration alone.
struct UnitCost {
  let configuration: SweepConfiguration

  func cost(of unit: WorkUnit) -> MethodCost {
    Catalogue.method(of: unit.variant).cost(of: unit.variant, configuration)
  }

  /// Multiplications with additions of the whole unit; 0 for methods whose time nobody can tell beforehand.
  ///
  /// - Parameter clips: of the unit's training part.
  func total(_ unit: WorkUnit, clips: Int) -> Double { cost(of: unit).total(clips: clips) }

  /// The longest epoch of the unit: what is lost at most when a rank dies.
  func longestEpoch(_ unit: WorkUnit, clips: Int) -> Double {
    Double(clips) * (cost(of: unit).parts.map(\.perClip).max() ?? 0)
  }

  /// Bytes that a rank needs at its peak: an upper bound, of the group's first rank, which also writes.
  ///
  /// The workspace keeps blocks until the unit's end, so that the needs of all stages add up. Compared with measured
  /// peaks in docs/cluster.md, which also say what the constants are.
  func bytesPerRank(ranksPerFold: Int) -> Double {
    let network = configuration.network
    let motion = NetworkCost.motion(network, attention: true)
    let identity = NetworkCost.identity(network)
    let clips = (Double(configuration.training.batch) / Double(ranksPerFold)).rounded(.up)
    // Parameters, gradients and both moments of Adam; the checkpoint's copy of all but the gradients; and half of one
    // more, because blocks are rounded up. MENet's weights once more while they are written at the end.
    var states = 7.5 * (motion.parameters + identity.parameters) + motion.parameters
    // The MENet that was best on the inner validation fold, also in the checkpoint.
    if configuration.training.selection == .validation { states += 2 * motion.parameters }
    // Of MENet, each convolution's output, what normalisation makes of it, and gradients on their way; of IDNet, whose
    // blocks MENet's stages use again, the part that fits nowhere.
    let kept = clips * (1.9 * motion.maps + 0.5 * identity.maps)
    // Of the largest layer, 64 · width² kernels: sums of weight gradients, a lane each, and transformed weights; and
    // those of the smaller layers, which need blocks of their own.
    let lanes = min(clips, Double(configuration.training.lanes) / Double(ranksPerFold))
    let transforms = (72 * lanes + 450) * 64 * Double(network.width * network.width)
    // Clips of this step and of the next.
    let (large, small) = (network.motionSize, network.identitySize)
    let loaded = 2 * clips * Double(network.frames * 3 * (large * large + small * small))
    // The program and MPI; a tenth for texts, messages and results.
    return 1.1 * (48e6 + 4 * (states + kept + transforms + loaded))
  }

  /// Bytes that a rank of a group sends in one step of MENet's stages: the gradients, halved and doubled through the
  /// group, and the features and maps that all ranks need of the whole batch.
  func bytesSentPerStep(ranksPerFold: Int) -> Double {
    guard ranksPerFold > 1 else { return 0 }
    let (network, ranks) = (configuration.network, Double(ranksPerFold))
    let motion = NetworkCost.motion(network, attention: true)
    let sums = 2 * (ranks - 1) / ranks * motion.parameters
    let own = Double(configuration.training.batch) / ranks
    let rows = (ranks - 1) * own * Double(2 * 8 * network.width)
    return 4 * (sums + rows)
  }

  /// Bytes that units leave on disk, and their checkpoints while they are trained; an estimate.
  ///
  /// Of each unit its models; a kibibyte for each test clip (its probabilities in result.json, predictions.csv and the
  /// report) and half of one for each epoch of metrics.jsonl. Of each unit in training three checkpoints, two kept and
  /// one being written, each with the weights and both moments of Adam.
  ///
  /// - Parameter groups: units that are in training at a time.
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
