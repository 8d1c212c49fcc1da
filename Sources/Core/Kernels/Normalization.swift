// Batch normalisation's passes over feature maps. A sample's sums are computed row by row in single precision and the
// rows added in double precision: they do not depend on the number of threads, and long sums stay precise.

/// For each sample and channel, sum of x and sum of x²: `[samples][2 · stride]`.
///
/// Inside a frame, values are taken relative to its first position, so that a mean far from zero does not make the
/// variance imprecise.
func momentsPerSample(_ x: FeatureMaps) -> [Double] {
  sumsPerSample(x, MomentTerms()) { frame, sums in
    let count = Double(x.positions)
    for channel in 0..<x.stride {
      let (origin, first, second) = (Double(frame[channel]), sums[channel], sums[x.stride + channel])
      sums[channel] = first + count * origin
      sums[x.stride + channel] = second + origin * (2 * first + count * origin)
    }
  }
}

/// The ReLU that followed in the forward pass, given by the values whose sign decides what gets a gradient.
enum Rectification {
  /// There was no ReLU.
  case none
  /// The result of the forward pass.
  case result(FeatureMaps)
  /// x · scale + shift, `[stride]` each: the result before ReLU, if no residual was added to it.
  case computed(scale: Tensor, shift: Tensor)
}

/// For each sample and channel, sum of dy and sum of dy · (x - mean), `[samples][2 · stride]`. First sets dy to 0, in
/// place, where the ReLU's result was 0.
func gradientSumsPerSample(_ x: FeatureMaps, dy: FeatureMaps, mean: Tensor, rectification: Rectification) -> [Double] {
  let plain = GradientTerms(x: UnsafePointer(x.pointer), dy: dy.pointer, mean: mean.pointer)
  switch rectification {
  case .none: return sumsPerSample(x, plain) { _, _ in }
  case .result(let y): return sumsPerSample(x, RectifiedGradientTerms(terms: plain, y: y.pointer)) { _, _ in }
  case .computed(let scale, let shift):
    return sumsPerSample(x, NormalizedGradientTerms(terms: plain, scale: scale.pointer, shift: shift.pointer)) { _, _ in
    }
  }
}

/// The terms that one position adds to two sums of each channel.
private protocol PositionTerms {
  /// - Parameters:
  ///   - frame: the start of the frame.
  ///   - position: the start of the position.
  func terms<V: TransformVector>(
    _: V.Type, frame: UnsafePointer<Float>, position: UnsafePointer<Float>, channel: Int
  ) -> (V, V)
}

private struct MomentTerms: PositionTerms {
  @inline(__always) func terms<V: TransformVector>(
    _: V.Type, frame: UnsafePointer<Float>, position: UnsafePointer<Float>, channel: Int
  ) -> (V, V) {
    let value = V.load(position + channel) - V.load(frame + channel)
    return (value, value * value)
  }
}

private struct GradientTerms: PositionTerms {
  let x: UnsafePointer<Float>
  let dy: UnsafeMutablePointer<Float>
  let mean: UnsafePointer<Float>

  @inline(__always) func gradient(_ position: UnsafePointer<Float>, _ channel: Int) -> UnsafeMutablePointer<Float> {
    dy + (position - x) + channel
  }

  @inline(__always) func terms<V: TransformVector>(
    _ gradient: V, _ position: UnsafePointer<Float>, _ channel: Int
  ) -> (V, V) {
    (gradient, gradient * (V.load(position + channel) - V.load(mean + channel)))
  }

  @inline(__always) func terms<V: TransformVector>(
    _: V.Type, frame: UnsafePointer<Float>, position: UnsafePointer<Float>, channel: Int
  ) -> (V, V) {
    terms(V.load(gradient(position, channel)), position, channel)
  }
}

private struct RectifiedGradientTerms: PositionTerms {
  let terms: GradientTerms
  let y: UnsafePointer<Float>

  @inline(__always) func terms<V: TransformVector>(
    _: V.Type, frame: UnsafePointer<Float>, position: UnsafePointer<Float>, channel: Int
  ) -> (V, V) {
    let gradient = terms.gradient(position, channel)
    let masked = V.load(gradient).whereAboveZero(V.load(y + (position - terms.x) + channel))
    masked.store(gradient)
    return terms.terms(masked, position, channel)
  }
}

private struct NormalizedGradientTerms: PositionTerms {
  let terms: GradientTerms
  let scale, shift: UnsafePointer<Float>

  @inline(__always) func terms<V: TransformVector>(
    _: V.Type, frame: UnsafePointer<Float>, position: UnsafePointer<Float>, channel: Int
  ) -> (V, V) {
    let gradient = terms.gradient(position, channel)
    let y = V.load(shift + channel).plus(V.load(position + channel), V.load(scale + channel))
    let masked = V.load(gradient).whereAboveZero(y)
    masked.store(gradient)
    return terms.terms(masked, position, channel)
  }
}

/// Two sums over the positions of each sample, a vector of channels at a time.
///
/// - Parameter finish: converts the sums of a frame, `[2 · stride]`, into the values that are added over frames.
@inline(__always)
private func sumsPerSample<Terms: PositionTerms>(
  _ x: FeatureMaps, _ terms: Terms,
  finish: (_ frame: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Double>) -> Void
) -> [Double] {
  let stride = x.stride
  var perFrame = [Double](repeating: 0, count: x.samples * x.frames * 2 * stride)
  perFrame.withUnsafeMutableBufferPointer { all in
    let all = all.baseAddress
    Parallel.forEach(x.samples * x.frames) { index in
      let sums = all! + index * 2 * stride
      let frame = UnsafePointer(x.pointer + index * x.frameCount)
      for row in 0..<x.height {
        let line = frame + row * x.width * stride
        let together = 4 * TransformRegister.width
        let most = stride / together * together
        for channel in Swift.stride(from: 0, to: most, by: together) {
          addLine(InlineArray<4, TransformRegister>.self, terms, frame, line, x.width, stride, channel, sums)
        }
        forEachVector(stride - most) {
          addLine(InlineArray<1, TransformRegister>.self, terms, frame, line, x.width, stride, most + $0, sums)
        } eight: {
          addLine(InlineArray<1, SIMD8<Float>>.self, terms, frame, line, x.width, stride, most + $0, sums)
        }
      }
      finish(frame, sums)
    }
  }
  var result = [Double](repeating: 0, count: x.samples * 2 * stride)
  for sample in 0..<x.samples {
    for frame in 0..<x.frames {
      let from = (sample * x.frames + frame) * 2 * stride
      for index in 0..<2 * stride { result[sample * 2 * stride + index] += perFrame[from + index] }
    }
  }
  return result
}

/// Computes the two sums of a line in single precision, for some adjacent vectors of channels, which are read in the
/// order of memory, and adds them in double precision.
@inline(__always)
private func addLine<let vectors: Int, V: TransformVector, Terms: PositionTerms>(
  _: InlineArray<vectors, V>.Type, _ terms: Terms, _ frame: UnsafePointer<Float>, _ line: UnsafePointer<Float>,
  _ width: Int, _ stride: Int, _ channel: Int, _ sums: UnsafeMutablePointer<Double>
) {
  var first = InlineArray<vectors, V>(repeating: .zero)
  var second = InlineArray<vectors, V>(repeating: .zero)
  for column in 0..<width {
    for index in 0..<vectors {
      let (a, b) = terms.terms(
        V.self, frame: frame, position: line + column &* stride, channel: channel &+ index &* V.width)
      first[index] = first[index] + a
      second[index] = second[index] + b
    }
  }
  for index in 0..<vectors {
    first[index].add(to: sums + channel + index &* V.width)
    second[index].add(to: sums + stride + channel + index &* V.width)
  }
}

/// y = ReLU(x · scale + shift + residual): the forward pass once the moments are known.
///
/// - Parameters:
///   - scale, shift: `[stride]`.
func normalizeForward(
  _ x: FeatureMaps, scale: Tensor, shift: Tensor, residual: FeatureMaps?, rectified: Bool
) -> FeatureMaps {
  let y = FeatureMaps(like: x)
  writeValues(
    of: x,
    NormalizedValues(
      x: UnsafePointer(x.pointer), scale: scale.pointer, shift: shift.pointer,
      residual: residual.map { UnsafePointer($0.pointer) }, floor: rectified ? 0 : -.infinity), to: y)
  return y
}

/// dx = a · dy - b - c · (x - mean); a, b, c and mean have one number per channel; `dx` may be `dy`.
func normalizeBackward(
  _ x: FeatureMaps, dy: FeatureMaps, mean: Tensor, a: Tensor, b: Tensor, c: Tensor, into dx: FeatureMaps
) {
  writeValues(
    of: x,
    GradientValues(
      x: UnsafePointer(x.pointer), dy: UnsafePointer(dy.pointer), mean: mean.pointer, a: a.pointer, b: b.pointer,
      c: c.pointer), to: dx)
}

/// The value of a vector of channels of a position.
private protocol PositionValues {
  /// - Parameters:
  ///   - index: of the first of its floats in the maps.
  ///   - channel: the first channel.
  func value<V: TransformVector>(_: V.Type, _ index: Int, _ channel: Int) -> V
}

private struct NormalizedValues: PositionValues {
  let x, scale, shift: UnsafePointer<Float>
  let residual: UnsafePointer<Float>?
  let floor: Float

  @inline(__always) func value<V: TransformVector>(_: V.Type, _ index: Int, _ channel: Int) -> V {
    var value = V.load(shift + channel).plus(V.load(x + index), V.load(scale + channel))
    if let residual { value = value + V.load(residual + index) }
    return value.atLeast(floor)
  }
}

private struct GradientValues: PositionValues {
  let x, dy, mean, a, b, c: UnsafePointer<Float>

  @inline(__always) func value<V: TransformVector>(_: V.Type, _ index: Int, _ channel: Int) -> V {
    let centred = V.load(x + index) - V.load(mean + channel)
    return (V.zero - V.load(b + channel)).plus(V.load(a + channel), V.load(dy + index))
      .plus(V.zero - V.load(c + channel), centred)
  }
}

/// Writes the values of every position.
@inline(__always)
private func writeValues<Values: PositionValues>(of maps: FeatureMaps, _ values: Values, to result: FeatureMaps) {
  let (stride, to) = (maps.stride, result.pointer)
  // A job is about 64 KiB of whole positions.
  let grain = max(1, 16384 / stride)
  Parallel.forEachRange(maps.count / max(1, stride), grain: grain) { positions in
    for position in positions {
      let start = position &* stride
      forEachVector(stride) {
        values.value(TransformRegister.self, start &+ $0, $0).store(to + start + $0)
      } eight: {
        values.value(SIMD8<Float>.self, start &+ $0, $0).store(to + start + $0)
      }
    }
  }
}
