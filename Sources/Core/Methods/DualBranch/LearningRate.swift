/// Where a step is in its stage.
public struct StageStep: Equatable, Sendable {
  /// Steps of the stage before this one, t.
  public let number: Int
  /// Steps of the whole stage, n.
  public let count: Int

  /// - Parameters:
  ///   - number: from 0.
  ///   - count: more than `number`.
  public init(number: Int, of count: Int) { (self.number, self.count) = (number, count) }

  /// A stage of a single step.
  public static let only = StageStep(number: 0, of: 1)

  /// The number of steps that a share of the stage is, rounded to the nearest, halves up.
  func steps(_ share: Double) -> Int { Int((share * Double(count) + 0.5).rounded(.down)) }
}

extension SweepConfiguration.Training {
  /// The share of `learningRate` that every optimizer takes in a step, above 0, up to 1.
  ///
  /// With w warm-up steps, `warmUp` of the stage's n: (t + 1) / w while t < w. After that 1 for a constant rate, and
  /// for the cosine ½ · (1 + cos(π · (t - w) / (n - w))), as `CosineAnnealingLR` of PyTorch with T_max = n - w: it is 1
  /// at first, and would be 0 one step after the last.
  func rateFactor(at step: StageStep) -> Double {
    let warm = step.steps(warmUp)
    if step.number < warm { return Double(step.number + 1) / Double(warm) }
    switch schedule {
    case .constant: return 1
    case .cosine: return (1 + cosineOfPi(Double(step.number - warm) / Double(step.count - warm))) / 2
    }
  }

  /// The weight λ of the measure that decouples the features, in a step of a stage that has it.
  func decouplingWeight(in stage: Stage, at step: StageStep) -> Double {
    guard stage.trainsMotion else { return identityMutualInformationWeight }
    return step.number < step.steps(decoupleFrom) ? 0 : mutualInformationWeight
  }
}
