/// The epochs that a method is fitted for, one after the other, and the steps of each.
public struct TrainingSchedule: Equatable, Sendable {
  /// One pass over the training clips.
  public struct Epoch: Equatable, Sendable {
    /// Of the dual-branch network.
    public let stage: Stage?
    /// From 1, in its stage.
    public let number: Int
    /// Epochs of its stage.
    public let count: Int
  }

  public let epochs: [Epoch]
  /// Steps of each epoch.
  public let stepsPerEpoch: Int
  /// Whether each epoch leaves a line in `metrics.jsonl`.
  public let isRecorded: Bool

  /// Something that is fitted at once, like a support vector machine.
  public static let oneStep = TrainingSchedule(
    epochs: [Epoch(stage: nil, number: 1, count: 1)], stepsPerEpoch: 1, isRecorded: false)

  private init(epochs: [Epoch], stepsPerEpoch: Int, isRecorded: Bool) {
    (self.epochs, self.stepsPerEpoch, self.isRecorded) = (epochs, stepsPerEpoch, isRecorded)
  }

  /// Epochs over clips in batches.
  init(_ stages: [(stage: Stage?, epochs: Int)], clips: Int, batch: Int) {
    self.init(
      epochs: stages.flatMap { stage, count in
        (0..<max(0, count)).map { Epoch(stage: stage, number: $0 + 1, count: count) }
      },
      stepsPerEpoch: (clips + batch - 1) / batch, isRecorded: true)
  }

  /// Steps of all epochs.
  public var steps: Int { epochs.count * stepsPerEpoch }

  /// The epoch of a step, and the step's number in it, both from 0.
  func position(_ step: Int) -> (epoch: Int, batch: Int) {
    let (epoch, batch) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    return (epoch, batch)
  }
}
