/// Makes the taps of a causal, dilated convolution over sequences (van den Oord et al. 2016) channels of one position.
///
/// Channel c · taps + k of position t is x[c] at t - (taps - 1 - k) · dilation, and 0 before the start of the sequence.
/// A 1 × 1 convolution of the result is the causal convolution; its weights lie in memory as those of PyTorch's
/// `Conv1d`, `[outputs, inputs, taps]`.
struct CausalUnfolding {
  let taps, dilation: Int
  /// For each position of the row, how many positions before it are in the same sequence.
  private let before: [Int]

  /// - Parameters:
  ///   - dilation: positions from one tap to the next, at least 1.
  ///   - lengths: the lengths of the sequences, which lie one after the other in a row. They share their weights, and
  ///     no tap reaches from one into another.
  init(taps: Int, dilation: Int, lengths: [Int]) {
    (self.taps, self.dilation) = (taps, dilation)
    before = lengths.flatMap { 0..<$0 }
  }

  /// - Parameter x: rows, `[samples, 1, 1, positions, channels]`.
  /// - Returns: `[samples, 1, 1, positions, channels · taps]`.
  func forward(_ x: FeatureMaps) -> FeatureMaps {
    let y = maps(like: x, channels: x.channels * taps)
    forEachTap(x, y) { value, unfolded, channels in
      for channel in 0..<channels { unfolded[channel * taps] = value[channel] }
    }
    return y
  }

  /// The gradient of x.
  func backward(_ dy: FeatureMaps) -> FeatureMaps {
    let dx = maps(like: dy, channels: dy.channels / taps)
    forEachTap(dx, dy) { value, unfolded, channels in
      for channel in 0..<channels { value[channel] += unfolded[channel * taps] }
    }
    return dx
  }

  /// Zeros.
  private func maps(like other: FeatureMaps, channels: Int) -> FeatureMaps {
    precondition(other.frames * other.positions == before.count, "the sequences are not as long as the row")
    let maps = FeatureMaps(
      samples: other.samples, frames: 1, height: 1, width: before.count, channels: channels)
    maps.clear()
    return maps
  }

  /// Calls `body` for every position and tap that is inside the sequence: with the channels that the tap sees, and
  /// with the first channel of the tap, always in the same order.
  private func forEachTap(
    _ x: FeatureMaps, _ unfolded: FeatureMaps,
    _ body: (_ value: UnsafeMutablePointer<Float>, _ unfolded: UnsafeMutablePointer<Float>, _ channels: Int) -> Void
  ) {
    Parallel.forEach(x.samples) { sample in
      let (from, to) = (x.frame(sample, 0), unfolded.frame(sample, 0))
      for (position, reach) in before.enumerated() {
        for tap in 0..<taps {
          let distance = (taps - 1 - tap) * dilation
          guard distance <= reach else { continue }
          body(from + (position - distance) * x.stride, to + position * unfolded.stride + tap, x.channels)
        }
      }
    }
  }
}

/// A causal, dilated convolution over sequences, without bias, with batch normalisation and ReLU; its tensors are
/// `NAME.0` and `NAME.1`, as in a PyTorch `Sequential`.
///
/// y[t] = ReLU(BN(Σ_k w[k] x[t - (taps - 1 - k) · dilation])), with x = 0 before the start of a sequence. The moments
/// are over the batch and all positions of all sequences.
struct CausalConvolution {
  private let unfolding: CausalUnfolding
  private var convolution: NormalizedConvolution

  /// - Parameter lengths: the lengths of the sequences, which lie one after the other in a row.
  init(
    _ name: String, inputs: Int, outputs: Int, taps: Int, dilation: Int, lengths: [Int], _ initializer: Initializer
  ) {
    unfolding = CausalUnfolding(taps: taps, dilation: dilation, lengths: lengths)
    convolution = NormalizedConvolution(name, inputs: inputs * taps, outputs: outputs, taps: 1, initializer)
  }

  var parameters: [Parameter] { convolution.parameters }
  var statistics: [Statistic] { convolution.statistics }

  /// - Parameter x: `[samples, 1, 1, positions, inputs]`.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode) throws -> FeatureMaps {
    try convolution.forward(unfolding.forward(x), mode)
  }

  /// Returns the gradient of x and sets the parameters' gradients; `dy` is overwritten.
  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    unfolding.backward(try convolution.backward(dy, lanes))
  }

  /// Sets the parameters' gradients, without that of x.
  mutating func backwardParameters(_ dy: FeatureMaps, _ lanes: Lanes) throws {
    try convolution.backwardParameters(dy, lanes)
  }
}
