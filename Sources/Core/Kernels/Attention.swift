// Kernels of both attention modules. Maps are `[samples, frames, positions]`; vectors of channels are
// `[samples, frames, stride]`, with zeros in the padding.

/// scores[n, t, p] = sum over c of weights[t, c] · x[n, t, p, c].
///
/// - Parameters:
///   - weights: `[frames, stride]`.
func positionScores(_ x: FeatureMaps, weights: Tensor) -> Tensor {
  let scores = Tensor([x.samples, x.frames, x.positions])
  eachFrame(x) { index, frame, positions in
    for position in 0..<x.positions {
      scores.pointer[index * x.positions + position] =
        dotProduct(positions + position * x.stride, weights.pointer + frame * x.stride, count: x.stride)
    }
  }
  return scores
}

/// pooled[n, t, c] = sum over p of maps[n, t, p] · x[n, t, p, c].
func pooledPositions(_ x: FeatureMaps, maps: Tensor) -> Tensor {
  let pooled = Tensor([x.samples, x.frames, x.stride], filledWith: 0)
  eachFrame(x) { index, _, positions in
    for position in 0..<x.positions {
      addScaled(
        pooled.pointer + index * x.stride, maps.pointer[index * x.positions + position],
        positions + position * x.stride,
        count: x.stride)
    }
  }
  return pooled
}

/// The sum of x over the positions of each frame, `[samples, frames, stride]`.
func positionSums(_ x: FeatureMaps) -> Tensor {
  pooledPositions(x, maps: Tensor([x.samples, x.frames, x.positions], filledWith: 1))
}

/// y = x + vectors[n, t] at every position.
func addAtEveryPosition(_ x: FeatureMaps, _ vectors: Tensor) -> FeatureMaps {
  let y = FeatureMaps(like: x)
  eachFrame(x) { index, _, positions in
    let to = y.pointer + index * x.frameCount
    to.update(from: positions, count: x.frameCount)
    for position in 0..<x.positions {
      addScaled(to + position * x.stride, 1, vectors.pointer + index * x.stride, count: x.stride)
    }
  }
  return y
}

/// dots[n, t, p] = sum over c of vectors[n, t, c] · x[n, t, p, c].
func positionDots(_ x: FeatureMaps, vectors: Tensor) -> Tensor {
  let dots = Tensor([x.samples, x.frames, x.positions])
  eachFrame(x) { index, _, positions in
    for position in 0..<x.positions {
      dots.pointer[index * x.positions + position] =
        dotProduct(positions + position * x.stride, vectors.pointer + index * x.stride, count: x.stride)
    }
  }
  return dots
}

/// dx[n, t, p] += maps[n, t, p] · vectors[n, t] + scores[n, t, p] · weights[t], in place.
func addAttentionGradient(_ dx: FeatureMaps, maps: Tensor, vectors: Tensor, scores: Tensor, weights: Tensor) {
  eachFrame(dx) { index, frame, _ in
    for position in 0..<dx.positions {
      let to = dx.pointer + index * dx.frameCount + position * dx.stride
      addScaled(
        to, maps.pointer[index * dx.positions + position], vectors.pointer + index * dx.stride, count: dx.stride)
      addScaled(
        to, scores.pointer[index * dx.positions + position], weights.pointer + frame * dx.stride, count: dx.stride)
    }
  }
}

private func eachFrame(_ x: FeatureMaps, _ body: (_ index: Int, _ frame: Int, UnsafePointer<Float>) -> Void) {
  Parallel.forEach(x.samples * x.frames) { body($0, $0 % x.frames, UnsafePointer(x.pointer + $0 * x.frameCount)) }
}

/// Rows `[…, columns]`, padded with zeros to `[…, stride]`.
func paddedRows(_ rows: Tensor, to stride: Int) -> Tensor {
  let columns = rows.shape.last ?? 1
  guard columns != stride else { return rows }
  let padded = Tensor(rows.shape.dropLast() + [stride], filledWith: 0)
  for row in 0..<padded.count / stride {
    (padded.pointer + row * stride).update(from: rows.pointer + row * columns, count: columns)
  }
  return padded
}

/// The first `columns` of rows `[…, stride]`, dense.
func denseRows(_ rows: Tensor, columns: Int) -> Tensor {
  let stride = rows.shape.last ?? 1
  guard columns != stride else { return rows }
  let dense = Tensor(rows.shape.dropLast() + [columns])
  for row in 0..<rows.count / stride {
    (dense.pointer + row * columns).update(from: rows.pointer + row * stride, count: columns)
  }
  return dense
}
