/// A recurrent convolutional layer (Liang and Hu 2015; Xia et al. 2020): one convolution that is used twice:
///
///     y₀ = ReLU(BN(F x))   y₁ = ReLU(BN(R (x + y₀)))   y₂ = ReLU(BN(R (x + y₁)))
///
/// with F of 1 × 1 and R of 3 × 3, then a max pool of 2 × 2 and dropout. Both uses of R and of its normalisation share
/// their weights. Each use has its own batch statistics; both update the running statistics.
struct RecurrentConvolution {
  private var forwardUnit: NormalizedConvolution
  /// The two uses of the recurrent unit: they share their parameters, and each keeps its own inputs for the backward
  /// pass.
  private var uses: [NormalizedConvolution]
  private var pool = MaxPooling(PoolGeometry(frameTaps: 1, taps: 2, padding: 0))
  private var dropout: Dropout

  init(_ name: String, channels: Int, dropped: Double, _ initializer: Initializer) {
    forwardUnit = NormalizedConvolution("\(name).ffconv", inputs: channels, outputs: channels, taps: 1, initializer)
    let recurrent = NormalizedConvolution("\(name).rrconv", inputs: channels, outputs: channels, taps: 3, initializer)
    uses = [recurrent, recurrent]
    dropout = Dropout(share: dropped)
  }

  var parameters: [Parameter] { forwardUnit.parameters + uses[0].parameters }
  var statistics: [Statistic] { forwardUnit.statistics + uses[0].statistics }

  mutating func forward(_ x: FeatureMaps, _ mode: Mode, _ random: CounterRandom) throws -> FeatureMaps {
    var y = try forwardUnit.forward(x, mode)
    for use in uses.indices { y = try uses[use].forward(sum(x, y), mode) }
    return dropout.forward(pool.forward(y, mode), mode, random)
  }

  mutating func backward(_ dy: FeatureMaps, _ lanes: Lanes) throws -> FeatureMaps {
    let gradient = pool.backward(dropout.backward(dy))
    let second = try uses[1].backward(gradient, lanes)
    let ofSecond = uses[1].parameters.map { $0.gradient.copy() }
    // The gradient of a sum is the gradient of both x and y; it is copied because the next unit overwrites it.
    let dx = copy(second)
    let first = try uses[0].backward(second, lanes)
    for (parameter, other) in zip(uses[0].parameters, ofSecond) {
      addElements(parameter.gradient.pointer, other.pointer, count: other.count)
    }
    addElements(dx.pointer, first.pointer, count: dx.count)
    let own = try forwardUnit.backward(first, lanes)
    addElements(dx.pointer, own.pointer, count: dx.count)
    return dx
  }

  private func copy(_ x: FeatureMaps) -> FeatureMaps {
    let y = FeatureMaps(like: x)
    y.pointer.update(from: x.pointer, count: x.count)
    return y
  }

  private func sum(_ x: FeatureMaps, _ y: FeatureMaps) -> FeatureMaps {
    let sum = copy(x)
    addElements(sum.pointer, y.pointer, count: sum.count)
    return sum
  }
}
