/// The divergence loss of the attention maps (Eq. 2 and 6), mean over the batch, and its gradient.
///
/// L = -1/(T-1) · sum over k = 1 … T-1 of (1/k) · sum over l < k of (1 - M_k · M_l).
///
/// - Parameter maps: M, `[batch, frames, places]`.
public func divergence(_ maps: Tensor) -> (loss: Double, gradient: Tensor) {
  let (batch, frames, places) = (maps.shape[0], maps.shape[1], maps.shape[2])
  let gradient = Tensor(maps.shape, filledWith: 0)
  guard frames > 1 else { return (0, gradient) }
  var loss = 0.0
  for sample in 0..<batch {
    let (map, slope) = (maps.row(sample), gradient.row(sample))
    for k in 1..<frames {
      let share = 1 / Double(k * (frames - 1) * batch)
      for l in 0..<k {
        var similarity = 0.0
        for place in 0..<places { similarity += Double(map[k * places + place]) * Double(map[l * places + place]) }
        loss -= share * (1 - similarity)
        addScaled(slope + k * places, Float(share), map + l * places, count: places)
        addScaled(slope + l * places, Float(share), map + k * places, count: places)
      }
    }
  }
  return (loss, gradient)
}
