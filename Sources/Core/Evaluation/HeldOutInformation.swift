/// The mutual information of motion and identity features, estimated on clips to which the estimator was not fitted.
///
/// MINE's own estimate, on the clips on which it is trained, includes overfitting. Here a second estimator, of the same
/// form with a linear output, is fitted to four fifths of the clips and evaluated on the others: a lower bound of the
/// information that is left to decouple, in nats. It takes no part in training. On few clips it is noisy, and it may be
/// negative: then nothing was found that also holds for new clips.
public enum HeldOutInformation {
  /// In the order of names, the 5th, 10th, … clip is held out.
  static let share = 5
  static let steps = 60
  static let batch = 64
  static let learningRate = 3e-3
  /// Number of shufflings over which the second expectation is averaged.
  static let shufflings = 8

  /// Fits the estimator and measures it.
  ///
  /// - Parameters:
  ///   - motion, identity: f^e and f^d, `[clips][features]`.
  ///   - clips: the name of each clip; their order in the arrays does not matter.
  ///   - seed: for the estimator's weights and its shufflings.
  /// - Returns: nil for fewer than ten clips, or when a feature is not finite.
  public static func estimate(motion: [[Float]], identity: [[Float]], clips: [String], seed: UInt64) -> Double? {
    guard clips.count >= 2 * share, motion.count == clips.count, identity.count == clips.count,
      (motion + identity).allSatisfy({ $0.allSatisfy(\.isFinite) })
    else { return nil }
    let order = clips.indices.sorted { (clips[$0], $0) < (clips[$1], $1) }
    let fitted = order.indices.filter { $0 % share != share - 1 }.map { order[$0] }
    let held = order.indices.filter { $0 % share == share - 1 }.map { order[$0] }
    let motionScale = Standardization(rows: fitted.map { motion[$0] })
    let identityScale = Standardization(rows: fitted.map { identity[$0] })
    func rows(_ chosen: [Int]) -> Pairs {
      Pairs(
        motion: tensor(chosen.map { motionScale.apply(motion[$0]) }),
        identity: tensor(chosen.map { identityScale.apply(identity[$0]) }))
    }
    var estimator = fit(fitted.count, seed: seed) { rows($0.map { fitted[$0] }) }
    return measure(&estimator, rows(held))
  }

  private struct Pairs {
    let motion, identity: Tensor
  }

  /// - Parameter rows: returns the features of some of the fitted clips, by index.
  private static func fit(_ count: Int, seed: UInt64, _ rows: ([Int]) -> Pairs) -> MutualInformationEstimator {
    let size = min(batch, count)
    var estimator = MutualInformationEstimator(
      features: rows([0]).motion.shape[1], ending: .linear, seed: seed)
    var optimizer = Adam(estimator.parameters, learningRate: learningRate)
    var average = MovingAverage()
    for step in 0..<steps {
      let chosen = CounterRandom(seed, 1, UInt64(step)).permutation(count).prefix(size)
      let shuffle = CounterRandom(seed, 2, UInt64(step)).derangement(size)
      let pairs = rows(Array(chosen))
      let outputs = estimator.forward(motion: pairs.motion, identity: pairs.identity, shuffle: shuffle)
      _ = estimator.backward(average.descentGradient(outputs), shuffle: shuffle, frozen: false)
      optimizer.step()
    }
    return estimator
  }

  /// The Donsker–Varadhan bound with its second expectation over several cyclic shufflings.
  private static func measure(_ estimator: inout MutualInformationEstimator, _ pairs: Pairs) -> Double {
    let count = pairs.motion.shape[0]
    var joint: [Double] = []
    var shuffled: [Double] = []
    for shift in 1...max(1, min(shufflings, count - 1)) {
      let outputs = estimator.forward(
        motion: pairs.motion, identity: pairs.identity, shuffle: (0..<count).map { ($0 + shift) % count })
      if joint.isEmpty { joint = (0..<count).map { Double(outputs[$0]) } }
      shuffled += (count..<2 * count).map { Double(outputs[$0]) }
    }
    let marginal = logSumExp(shuffled) - naturalLogarithm(Double(shuffled.count))
    return joint.reduce(0, +) / Double(count) - marginal
  }

  private static func tensor(_ rows: [[Double]]) -> Tensor {
    let tensor = Tensor([rows.count, rows[0].count])
    for (index, value) in rows.joined().enumerated() { tensor[index] = Float(value) }
    return tensor
  }
}
