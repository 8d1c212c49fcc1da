/// Everything random about a work unit, as functions of where in it one is.
///
/// Variants share the initial weights, the order of clips and the frames, so that they differ by the method alone.
public struct UnitRandom {
  private let seed, dataset, fold, variant: UInt64

  private enum Purpose: UInt64 {
    case weights = 1
    case order, frames, shuffle, validation, information, method
  }

  public init(_ unit: WorkUnit) {
    seed = unit.seed
    dataset = CounterRandom.coordinate(unit.dataset)
    fold = UInt64(unit.fold)
    variant = CounterRandom.coordinate(unit.variant.rawValue)
  }

  /// The seed of the initial weights.
  var weights: UInt64 { CounterRandom(Purpose.weights.rawValue, seed, dataset, fold).bits(at: 0) }

  /// The seed of a method that is no variant of the dual-branch network.
  var method: UInt64 { CounterRandom(Purpose.method.rawValue, seed, dataset, fold, variant).bits(at: 0) }

  /// The seed of the inner validation split.
  public var validation: UInt64 { CounterRandom(Purpose.validation.rawValue, seed, dataset, fold).bits(at: 0) }

  /// The seed of the estimator that measures what an epoch left to decouple.
  func information(_ stage: Stage, epoch: Int) -> UInt64 {
    CounterRandom(Purpose.information.rawValue, seed, dataset, fold, UInt64(stage.rawValue)).bits(at: UInt64(epoch))
  }

  /// The order of the training clips in an epoch.
  func order(_ count: Int, _ stage: Stage, epoch: Int) -> [Int] {
    CounterRandom(Purpose.order.rawValue, seed, dataset, fold, UInt64(stage.rawValue), UInt64(epoch)).permutation(count)
  }

  /// The stream that a clip's training frames are drawn from.
  func frames(of clip: String, _ stage: Stage, epoch: Int) -> CounterRandom {
    CounterRandom(
      Purpose.frames.rawValue, seed, CounterRandom.coordinate(clip), UInt64(stage.rawValue), UInt64(epoch))
  }

  /// π of a step: a derangement of the batch, empty for a single clip.
  func shuffle(_ batch: Int, _ stage: Stage, step: Int) -> [Int] {
    guard batch > 1 else { return [] }
    return CounterRandom(
      Purpose.shuffle.rawValue, seed, dataset, fold, variant, UInt64(stage.rawValue), UInt64(step)
    ).derangement(batch)
  }
}
