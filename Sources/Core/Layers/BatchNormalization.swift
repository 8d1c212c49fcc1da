/// Parameters and running statistics of a batch normalisation of `channels` channels.
struct NormalizationState {
  static let epsilon = 1e-5
  static let momentum = 0.1

  let weight, bias: Parameter
  let runningMean, runningVariance: Statistic
  /// The number of training passes so far, as a float.
  let batchesTracked: Statistic

  init(_ name: String, channels: Int, _ initializer: Initializer, weight start: Float = 1) {
    weight = initializer.constant(name + ".weight", [channels], start)
    bias = initializer.constant(name + ".bias", [channels], 0)
    runningMean = Statistic(name: name + ".running_mean", value: Tensor([channels], filledWith: 0))
    runningVariance = Statistic(name: name + ".running_var", value: Tensor([channels], filledWith: 1))
    batchesTracked = Statistic(name: name + ".num_batches_tracked", value: Tensor([], filledWith: 0))
  }

  var parameters: [Parameter] { [weight, bias] }
  var statistics: [Statistic] { [runningMean, runningVariance, batchesTracked] }

  /// Updates the running statistics by those of a batch; `variance` is the biased one over `count` values.
  func track(channel: Int, mean: Double, variance: Double, count: Double) {
    let momentum = NormalizationState.momentum
    let unbiased = count > 1 ? variance * count / (count - 1) : variance
    let (means, variances) = (runningMean.value, runningVariance.value)
    means[channel] = Float((1 - momentum) * Double(means[channel]) + momentum * mean)
    variances[channel] = Float((1 - momentum) * Double(variances[channel]) + momentum * unbiased)
  }
}

/// Batch normalisation of feature maps with statistics over the whole batch, also when it is divided over ranks; with
/// the sum with a residual and the ReLU that follow it in a residual block.
///
/// Training: y = (x - mean) / sqrt(variance + epsilon) · weight + bias, with moments over (batch, T, H, W) per channel.
struct BatchNormalization {
  let state: NormalizationState
  let channels: Int
  let rectified: Bool
  private var memory: Memory?

  private struct Memory {
    let x: FeatureMaps
    let rectification: Rectification
    /// 1 / sqrt(variance + epsilon) per channel.
    let inverseDeviation: [Double]
    let mean: Tensor
    /// Values per channel in the whole batch.
    let count: Double
  }

  init(_ name: String, channels: Int, rectified: Bool, _ initializer: Initializer) {
    state = NormalizationState(name, channels: channels, initializer)
    self.channels = channels
    self.rectified = rectified
  }

  mutating func forward(_ x: FeatureMaps, residual: FeatureMaps? = nil, _ mode: Mode) throws -> FeatureMaps {
    switch mode {
    case .evaluation:
      let (means, variances) = (state.runningMean.value, state.runningVariance.value)
      let inverse = (0..<channels).map { 1 / (Double(variances[$0]) + NormalizationState.epsilon).squareRoot() }
      let (scale, shift) = scaleAndShift(x.stride, (0..<channels).map { Double(means[$0]) }, inverse)
      return normalizeForward(x, scale: scale, shift: shift, residual: residual, rectified: rectified)
    case .training(let lanes):
      let sums = try lanes.total(momentsPerSample(x), width: 2 * x.stride)
      let count = Double(lanes.batch * x.frames * x.positions)
      let means = (0..<channels).map { sums[$0] / count }
      let variances = (0..<channels).map { max(0, sums[x.stride + $0] / count - means[$0] * means[$0]) }
      let inverse = variances.map { 1 / ($0 + NormalizationState.epsilon).squareRoot() }
      for channel in 0..<channels {
        state.track(channel: channel, mean: means[channel], variance: variances[channel], count: count)
      }
      state.batchesTracked.value[0] += 1
      let (scale, shift) = scaleAndShift(x.stride, means, inverse)
      let y = normalizeForward(x, scale: scale, shift: shift, residual: residual, rectified: rectified)
      let rectification: Rectification =
        !rectified ? .none : residual == nil ? .computed(scale: scale, shift: shift) : .result(y)
      memory = Memory(
        x: x, rectification: rectification, inverseDeviation: inverse, mean: padded(x.stride) { means[$0] },
        count: count)
      return y
    }
  }

  /// The result of the last training pass, recomputed to the same bits; nil if a residual was added to it.
  ///
  /// Keeping the maps between two convolutions would take a third of a step's memory; recomputing them takes a
  /// hundredth of its time.
  func recomputedResult() -> FeatureMaps? {
    guard let memory, case .computed(let scale, let shift) = memory.rectification else { return nil }
    return normalizeForward(memory.x, scale: scale, shift: shift, residual: nil, rectified: true)
  }

  /// The gradient of x, written over `dy`.
  ///
  /// - Parameter keepsResidual: if true, the result is new and `dy` becomes the gradient of the residual.
  mutating func backward(_ dy: FeatureMaps, keepsResidual: Bool = false, _ lanes: Lanes) throws -> FeatureMaps {
    guard let memory else { return dy }
    self.memory = nil
    let (x, stride, count) = (memory.x, memory.x.stride, memory.count)
    let perSample = gradientSumsPerSample(x, dy: dy, mean: memory.mean, rectification: memory.rectification)
    let sums = try lanes.total(perSample, width: 2 * stride)
    let inverse = memory.inverseDeviation
    for channel in 0..<channels {
      state.bias.gradient[channel] = Float(sums[channel])
      state.weight.gradient[channel] = Float(sums[stride + channel] * inverse[channel])
    }
    let scale = (0..<channels).map { Double(state.weight.value[$0]) * inverse[$0] }
    let dx = keepsResidual ? FeatureMaps(like: x) : dy
    normalizeBackward(
      x, dy: dy, mean: memory.mean, a: padded(stride) { scale[$0] },
      b: padded(stride) { scale[$0] * sums[$0] / count },
      c: padded(stride) { scale[$0] * inverse[$0] * inverse[$0] * sums[stride + $0] / count }, into: dx)
    return dx
  }

  /// The factor and the term of y = x · scale + shift.
  private func scaleAndShift(_ stride: Int, _ means: [Double], _ inverse: [Double]) -> (scale: Tensor, shift: Tensor) {
    let scale = (0..<channels).map { Double(state.weight.value[$0]) * inverse[$0] }
    return (padded(stride) { scale[$0] }, padded(stride) { Double(state.bias.value[$0]) - means[$0] * scale[$0] })
  }

  /// One number per channel, and zeros for the padding.
  private func padded(_ stride: Int, _ value: (Int) -> Double) -> Tensor {
    Tensor([stride], (0..<stride).map { $0 < channels ? Float(value($0)) : 0 })
  }
}
