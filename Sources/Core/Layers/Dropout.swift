/// Sets a share of feature maps to zero in training (Srivastava et al. 2014), the rest divided by what is kept.
struct Dropout {
  /// 0 ..< 1.
  let share: Double
  /// What each number was multiplied with in the last training pass.
  private var factors: FeatureMaps?

  init(share: Double) { self.share = share }

  /// - Parameter random: the number at (place in the batch · numbers of a sample + place in the sample) decides.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode, _ random: CounterRandom) -> FeatureMaps {
    guard case .training(let lanes) = mode, share > 0 else { return x }
    let factors = FeatureMaps(like: x)
    let first = lanes.samples.lowerBound
    let kept = Float(1 / (1 - share))
    Parallel.forEach(x.samples) { sample in
      let own = factors.pointer + sample * x.sampleCount
      for index in 0..<x.sampleCount {
        own[index] = random.uniform(at: UInt64((first + sample) * x.sampleCount + index)) < share ? 0 : kept
      }
    }
    self.factors = factors
    return multiplied(x, factors)
  }

  mutating func backward(_ dy: FeatureMaps) -> FeatureMaps {
    guard let factors else { return dy }
    self.factors = nil
    return multiplied(dy, factors)
  }

  private func multiplied(_ x: FeatureMaps, _ factors: FeatureMaps) -> FeatureMaps {
    let y = FeatureMaps(like: x)
    for index in 0..<x.count { y.pointer[index] = x.pointer[index] * factors.pointer[index] }
    return y
  }
}
