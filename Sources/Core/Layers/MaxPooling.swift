/// A max pool; it keeps which tap was the maximum for the backward pass.
struct MaxPooling {
  let geometry: PoolGeometry
  private var memory: (choices: PoolChoices, height: Int, width: Int)?

  init(_ geometry: PoolGeometry) { self.geometry = geometry }

  mutating func forward(_ x: FeatureMaps, _ mode: Mode) -> FeatureMaps {
    let (y, choices) = maxPoolForward(geometry, x)
    if case .training = mode { memory = (choices, x.height, x.width) }
    return y
  }

  mutating func backward(_ dy: FeatureMaps) -> FeatureMaps {
    guard let (choices, height, width) = memory else { return dy }
    memory = nil
    return maxPoolBackward(geometry, dy: dy, choices, height: height, width: width)
  }
}
