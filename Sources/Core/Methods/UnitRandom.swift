/// All random numbers of a work unit, as pure functions of stage, epoch, step and clip.
///
/// Variants of one fold and seed share the initial weights, the order of clips and the frames, so that they differ only
/// by the method. Arms share all of them, so that they differ only by their settings.
public struct UnitRandom {
  private let seed, dataset, fold, variant: UInt64

  private enum Purpose: UInt64 {
    case weights = 1
    case order, frames, shuffle, validation, information, method, augmentation
  }

  public init(_ unit: WorkUnit) {
    seed = unit.seed
    dataset = CounterRandom.coordinate(unit.dataset)
    fold = UInt64(bitPattern: Int64(unit.fold))
    variant = CounterRandom.coordinate(unit.variant.rawValue)
  }

  /// The seed of the initial weights.
  var weights: UInt64 { CounterRandom(Purpose.weights.rawValue, seed, dataset, fold).bits(at: 0) }

  /// The seed of methods other than the dual-branch network.
  var method: UInt64 { CounterRandom(Purpose.method.rawValue, seed, dataset, fold, variant).bits(at: 0) }

  /// The seed of the inner validation split.
  public var validation: UInt64 { CounterRandom(Purpose.validation.rawValue, seed, dataset, fold).bits(at: 0) }

  /// The seed of the estimator that measures the mutual information after an epoch.
  func information(_ stage: Stage, epoch: Int) -> UInt64 {
    CounterRandom(Purpose.information.rawValue, seed, dataset, fold, UInt64(stage.rawValue)).bits(at: UInt64(epoch))
  }

  /// The order of the training clips in an epoch.
  func order(_ count: Int, _ stage: Stage, epoch: Int) -> [Int] {
    CounterRandom(Purpose.order.rawValue, seed, dataset, fold, UInt64(stage.rawValue), UInt64(epoch)).permutation(count)
  }

  /// The random stream for a clip's training frames.
  func frames(of clip: String, _ stage: Stage, epoch: Int) -> CounterRandom {
    CounterRandom(
      Purpose.frames.rawValue, seed, CounterRandom.coordinate(clip), UInt64(stage.rawValue), UInt64(epoch))
  }

  /// The random stream for the augmentation of a clip.
  func augmentation(of clip: String, _ stage: Stage, epoch: Int) -> CounterRandom {
    CounterRandom(
      Purpose.augmentation.rawValue, seed, CounterRandom.coordinate(clip), UInt64(stage.rawValue), UInt64(epoch))
  }

  /// π of a step: a permutation of the batch without fixed points; empty for a batch of one clip.
  func shuffle(_ batch: Int, _ stage: Stage, step: Int) -> [Int] {
    guard batch > 1 else { return [] }
    return CounterRandom(
      Purpose.shuffle.rawValue, seed, dataset, fold, variant, UInt64(stage.rawValue), UInt64(step)
    ).derangement(batch)
  }
}
