/// In training, sets a share of the values to zero and divides the rest by the kept share (Srivastava et al. 2014).
struct Dropout {
  /// The share that is set to zero, 0 ..< 1.
  let share: Double
  /// The factor of each value in the last training pass: 0, or 1 / (1 - share).
  private var factors: FeatureMaps?

  init(share: Double) { self.share = share }

  /// - Parameter random: sixteen bits decide for each value, so one draw serves four values. Draws are numbered by the
  ///   sample's index in the whole batch.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode, _ random: CounterRandom) -> FeatureMaps {
    guard case .training(let lanes) = mode, share > 0 else { return x }
    let factors = FeatureMaps(like: x)
    let first = lanes.samples.lowerBound
    let kept = Float(1 / (1 - share))
    let threshold = UInt64(share * 65536)
    Parallel.forEach(x.samples) { sample in
      let own = factors.pointer + sample * x.sampleCount
      // The number of values is a multiple of four: a position has a multiple of eight channels.
      for index in stride(from: 0, to: x.sampleCount, by: 4) {
        let bits = random.bits(at: UInt64(((first + sample) * x.sampleCount + index) / 4))
        for part in 0..<4 { own[index + part] = bits >> UInt64(16 * part) & 0xFFFF < threshold ? 0 : kept }
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
    Parallel.forEachRange(x.count, grain: 1 << 15) { range in
      for index in range { y.pointer[index] = x.pointer[index] * factors.pointer[index] }
    }
    return y
  }
}
