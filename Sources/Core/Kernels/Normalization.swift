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
        forEachVector(stride) {
          addLine(TransformRegister.self, terms, frame, line, x.width, stride, $0, sums)
        } eight: {
          addLine(SIMD8<Float>.self, terms, frame, line, x.width, stride, $0, sums)
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

/// Computes the two sums of a line in single precision, for one vector of channels, and adds them in double precision.
@inline(__always)
private func addLine<V: TransformVector, Terms: PositionTerms>(
  _: V.Type, _ terms: Terms, _ frame: UnsafePointer<Float>, _ line: UnsafePointer<Float>, _ width: Int, _ stride: Int,
  _ channel: Int, _ sums: UnsafeMutablePointer<Double>
) {
  var (first, second) = (V.zero, V.zero)
  for column in 0..<width {
    let (a, b) = terms.terms(V.self, frame: frame, position: line + column &* stride, channel: channel)
    first = first + a
    second = second + b
  }
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * V.width) { memory in
    let lanes = memory.baseAddress!
    first.store(lanes)
    second.store(lanes + V.width)
    for lane in 0..<V.width {
      sums[channel + lane] += Double(lanes[lane])
      sums[stride + channel + lane] += Double(lanes[V.width + lane])
    }
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
  let (scales, shifts, floor) = (scale.pointer, shift.pointer, rectified ? Float(0) : -.infinity)
  eachPositionRun(x) { start, channel in
    var value = SIMD8<Float>.load(shifts + channel)
    value.addProduct(.load(x.pointer + start), .load(scales + channel))
    if let residual { value += .load(residual.pointer + start) }
    value.replace(with: floor, where: value .< floor)
    value.store(y.pointer + start)
  }
  return y
}

/// dx = a · dy - b - c · (x - mean); a, b, c and mean have one number per channel; `dx` may be `dy`.
func normalizeBackward(
  _ x: FeatureMaps, dy: FeatureMaps, mean: Tensor, a: Tensor, b: Tensor, c: Tensor, into dx: FeatureMaps
) {
  let (means, scales, offsets, centredScales) = (mean.pointer, a.pointer, b.pointer, c.pointer)
  eachPositionRun(x) { start, channel in
    let centred = SIMD8<Float>.load(x.pointer + start) - SIMD8<Float>.load(means + channel)
    var value = SIMD8<Float>.zero - .load(offsets + channel)
    value.addProduct(.load(scales + channel), .load(dy.pointer + start))
    value.addProduct(SIMD8<Float>.zero - .load(centredScales + channel), centred)
    value.store(dx.pointer + start)
  }
}

/// Calls `body` with the start and the first channel of every run of eight channels of every position.
@inline(__always)
private func eachPositionRun(_ maps: FeatureMaps, _ body: (_ start: Int, _ channel: Int) -> Void) {
  let stride = maps.stride
  // A job is about 64 KiB of whole positions.
  let grain = max(1, 16384 / stride)
  Parallel.forEachRange(maps.count / max(1, stride), grain: grain) { positions in
    for position in positions {
      var channel = 0
      while channel < stride {
        body(position &* stride &+ channel, channel)
        channel &+= 8
      }
    }
  }
}
