/// The epochs that a method is fitted for, one after the other, and the steps of each.
public struct TrainingSchedule: Equatable, Sendable {
  /// One pass over the training clips.
  public struct Epoch: Equatable, Sendable {
    /// The stage of the dual-branch network; nil for other methods.
    public let stage: Stage?
    /// The epoch's number in its stage, from 1.
    public let number: Int
    /// Number of epochs of its stage.
    public let count: Int
  }

  public let epochs: [Epoch]
  /// Number of steps of each epoch.
  public let stepsPerEpoch: Int
  /// Whether each epoch writes a line to `metrics.jsonl`.
  public let isRecorded: Bool

  /// The schedule of a method that is fitted in one step, such as a support vector machine.
  public static let oneStep = unrecorded(epochs: 1)

  /// Epochs of one step, without records.
  static func unrecorded(epochs count: Int) -> TrainingSchedule {
    TrainingSchedule(
      epochs: (0..<count).map { Epoch(stage: nil, number: $0 + 1, count: count) }, stepsPerEpoch: 1, isRecorded: false)
  }

  private init(epochs: [Epoch], stepsPerEpoch: Int, isRecorded: Bool) {
    (self.epochs, self.stepsPerEpoch, self.isRecorded) = (epochs, stepsPerEpoch, isRecorded)
  }

  /// Makes the schedule of epochs over clips in batches.
  init(_ stages: [(stage: Stage?, epochs: Int)], clips: Int, batch: Int) {
    self.init(
      epochs: stages.flatMap { stage, count in
        (0..<max(0, count)).map { Epoch(stage: stage, number: $0 + 1, count: count) }
      },
      stepsPerEpoch: (clips + batch - 1) / batch, isRecorded: true)
  }

  /// Number of steps of all epochs.
  public var steps: Int { epochs.count * stepsPerEpoch }

  /// The epoch of a step, and the step's number in it, both from 0.
  func position(_ step: Int) -> (epoch: Int, batch: Int) {
    (step / stepsPerEpoch, step % stepsPerEpoch)
  }
}
