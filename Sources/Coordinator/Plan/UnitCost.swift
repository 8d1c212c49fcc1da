import Core

/// The work of a unit, in multiplications with additions, told from the configuration alone.
struct UnitCost {
  let configuration: SweepConfiguration

  /// All stages of the unit.
  ///
  /// - Parameter clips: of the unit's training part.
  func total(_ unit: WorkUnit, clips: Int) -> Double {
    Stage.of(unit.variant).reduce(0) { sum, stage in
      sum + Double(stage.epochs(configuration.training) * clips) * perClip(stage, unit.variant)
    }
  }

  /// The longest epoch of the unit: what is lost at most when a rank dies.
  func longestEpoch(_ unit: WorkUnit, clips: Int) -> Double {
    Double(clips) * (Stage.of(unit.variant).map { perClip($0, unit.variant) }.max() ?? 0)
  }

  /// One clip in one step of a stage: the trained network's step, and the frozen one's forward pass.
  func perClip(_ stage: Stage, _ variant: Variant) -> Double {
    let motion = NetworkCost.motion(configuration.network, attention: variant.attention)
    let identity = NetworkCost.identity(configuration.network)
    let (trained, frozen) = stage.trainsMotion ? (motion, identity) : (identity, motion)
    return trained.training + (variant.mutualInformation && stage != .identity ? frozen.forward : 0)
  }

  /// Bytes that a rank needs at its peak, in MENet's stages.
  ///
  /// Parameters, their gradients and both moments of Adam; every convolution's output and what batch normalisation
  /// makes of half of them, kept of each own clip; gradients on their way through the largest maps; and what Winograd's
  /// transforms and lanes' sums take meanwhile. Compared with measured peaks in docs/cluster.md.
  func bytesPerRank(ranksPerFold: Int) -> Double {
    let motion = NetworkCost.motion(configuration.network, attention: true)
    let identity = NetworkCost.identity(configuration.network)
    let clips = (Double(configuration.training.batch) / Double(ranksPerFold)).rounded(.up)
    let states = 4 * (motion.parameters + identity.parameters)
    let kept = clips * (1.5 * motion.maps + 2 * motion.largestMap)
    // Transformed weights of the largest layer (180 numbers for 27), and passes of limited size.
    let transforms = 180 * 64 * Double(configuration.network.width * configuration.network.width) + 48e6
    // Clips of this step and of the next.
    let (large, small) = (configuration.network.motionSize, configuration.network.identitySize)
    let loaded = 2 * clips * Double(configuration.network.frames * 3 * (large * large + small * small))
    return 4 * (states + kept + transforms + loaded)
  }

  /// Bytes that a rank of a group sends in a step of MENet's stages: the gradients, halved and doubled through the
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
}
