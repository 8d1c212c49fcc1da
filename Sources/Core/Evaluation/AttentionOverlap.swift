/// How much the attention maps of a clip's frames lie on the same places: 1 where all frames look at the same ones
/// alike, 0 where no two frames share a place.
///
/// The mean over pairs of frames of the sum over places of min(M_k, M_l), the mass that two maps have in common.
/// Unlike the dot product of the divergence loss (Eq. 2) it does not grow smaller when maps merely become flat.
///
/// - Parameter maps: M, `[batch, frames, places]`, each map of sum 1.
/// - Returns: one number a clip; none for clips of a single frame.
public func attentionOverlap(_ maps: Tensor) -> [Double] {
  let (batch, frames, places) = (maps.shape[0], maps.shape[1], maps.shape[2])
  guard frames > 1 else { return [] }
  return (0..<batch).map { sample in
    let map = maps.row(sample)
    var sum = 0.0
    for k in 1..<frames {
      for l in 0..<k {
        for place in 0..<places { sum += Double(min(map[k * places + place], map[l * places + place])) }
      }
    }
    return sum / Double(frames * (frames - 1) / 2)
  }
}
