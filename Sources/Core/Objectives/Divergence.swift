/// The divergence loss of the attention maps (Eq. 2 and 6), mean over the batch, and its gradient.
///
/// L = -1/(T-1) · sum over k = 1 … T-1 of (1/k) · sum over l < k of (1 - M_k · M_l).
///
/// - Parameter maps: M, `[batch, frames, positions]`.
public func divergence(_ maps: Tensor) -> (loss: Double, gradient: Tensor) {
  let (batch, frames, positions) = (maps.shape[0], maps.shape[1], maps.shape[2])
  let gradient = Tensor(maps.shape, filledWith: 0)
  guard frames > 1 else { return (0, gradient) }
  var loss = 0.0
  for sample in 0..<batch {
    let (map, ownGradient) = (maps.row(sample), gradient.row(sample))
    for k in 1..<frames {
      let share = 1 / Double(k * (frames - 1) * batch)
      for l in 0..<k {
        var similarity = 0.0
        for position in 0..<positions {
          similarity += Double(map[k * positions + position]) * Double(map[l * positions + position])
        }
        loss -= share * (1 - similarity)
        addScaled(ownGradient + k * positions, Float(share), map + l * positions, count: positions)
        addScaled(ownGradient + l * positions, Float(share), map + k * positions, count: positions)
      }
    }
  }
  return (loss, gradient)
}
