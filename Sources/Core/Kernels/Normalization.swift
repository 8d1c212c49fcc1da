// Batch normalisation's passes over feature maps. A sample's sums are made row by row in single precision and
// added in double precision, so they do not depend on the threads and lose nothing to length.

/// For each sample and channel, sum of x and sum of x²: `[samples][2 · stride]`.
///
/// A frame is measured from its first place, so that a mean far from zero costs no digits of the variance.
func momentsPerSample(_ x: FeatureMaps) -> [Double] {
  sumsPerSample(x) { frame, place, channel in
    let value = SIMD8<Float>.load(place + channel) - SIMD8<Float>.load(frame + channel)
    return (value, value * value)
  } finish: { frame, sums in
    let count = Double(x.places)
    for channel in 0..<x.stride {
      let (origin, first, second) = (Double(frame[channel]), sums[channel], sums[x.stride + channel])
      sums[channel] = first + count * origin
      sums[x.stride + channel] = second + origin * (2 * first + count * origin)
    }
  }
}

/// For each sample and channel, sum of dy and sum of dy · (x - mean): `[samples][2 · stride]`.
func gradientSumsPerSample(_ x: FeatureMaps, dy: FeatureMaps, mean: Tensor) -> [Double] {
  let (gradient, base, mean) = (dy.pointer, UnsafePointer(x.pointer), mean.pointer)
  return sumsPerSample(x) { _, place, channel in
    let slope = SIMD8<Float>.load(gradient + (place - base) + channel)
    return (slope, slope * (SIMD8<Float>.load(place + channel) - SIMD8<Float>.load(mean + channel)))
  } finish: { _, _ in }
}

/// Two sums over the places of each sample, eight channels at a time.
///
/// - Parameters:
///   - terms: what a place adds, given where its frame starts.
///   - finish: turns the sums of a frame, `[2 · stride]`, into what is added over frames.
@inline(__always)
private func sumsPerSample(
  _ x: FeatureMaps,
  _ terms: (_ frame: UnsafePointer<Float>, _ place: UnsafePointer<Float>, _ channel: Int) -> (SIMD8<Float>, SIMD8<Float>),
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
        for channel in Swift.stride(from: 0, to: stride, by: 8) {
          var first = SIMD8<Float>.zero
          var second = SIMD8<Float>.zero
          for column in 0..<x.width {
            let (a, b) = terms(frame, line + column &* stride, channel)
            first += a
            second += b
          }
          for lane in 0..<8 {
            sums[channel + lane] += Double(first[lane])
            sums[stride + channel + lane] += Double(second[lane])
          }
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

/// y = x · scale + shift, plus a residual, below zero cut off: the forward pass after the moments are known.
///
/// - Parameters:
///   - scale, shift: `[stride]`.
func normalizeForward(
  _ x: FeatureMaps, scale: Tensor, shift: Tensor, residual: FeatureMaps?, rectified: Bool
) -> FeatureMaps {
  let y = FeatureMaps(like: x)
  let (scales, shifts, floor) = (scale.pointer, shift.pointer, rectified ? Float(0) : -.infinity)
  eachPlaceRun(x) { start, channel in
    var value = SIMD8<Float>.load(shifts + channel)
    value.addProduct(.load(x.pointer + start), .load(scales + channel))
    if let residual { value += .load(residual.pointer + start) }
    value.replace(with: floor, where: value .< floor)
    value.store(y.pointer + start)
  }
  return y
}

/// dy = 0 where y is not above zero: the gradient of the cut-off, in place.
func rectifyGradient(_ dy: FeatureMaps, y: FeatureMaps) {
  eachPlaceRun(dy) { start, _ in
    var slope = SIMD8<Float>.load(dy.pointer + start)
    slope.replace(with: 0, where: .!(SIMD8<Float>.load(y.pointer + start) .> 0))
    slope.store(dy.pointer + start)
  }
}

/// dy = 0 where x · scale + shift is not above zero: `rectifyGradient` for a result that was not kept.
func rectifyGradient(_ dy: FeatureMaps, x: FeatureMaps, scale: Tensor, shift: Tensor) {
  let (scales, shifts) = (scale.pointer, shift.pointer)
  eachPlaceRun(dy) { start, channel in
    var value = SIMD8<Float>.load(shifts + channel)
    value.addProduct(.load(x.pointer + start), .load(scales + channel))
    var slope = SIMD8<Float>.load(dy.pointer + start)
    slope.replace(with: 0, where: .!(value .> 0))
    slope.store(dy.pointer + start)
  }
}

/// dx = a · dy - b - c · (x - mean), a number a channel each; `dx` may be `dy`.
func normalizeBackward(
  _ x: FeatureMaps, dy: FeatureMaps, mean: Tensor, a: Tensor, b: Tensor, c: Tensor, into dx: FeatureMaps
) {
  let (means, scales, offsets, slopes) = (mean.pointer, a.pointer, b.pointer, c.pointer)
  eachPlaceRun(x) { start, channel in
    let centred = SIMD8<Float>.load(x.pointer + start) - SIMD8<Float>.load(means + channel)
    var value = SIMD8<Float>.zero - .load(offsets + channel)
    value.addProduct(.load(scales + channel), .load(dy.pointer + start))
    value.addProduct(SIMD8<Float>.zero - .load(slopes + channel), centred)
    value.store(dx.pointer + start)
  }
}

/// Calls `body` with the start of every run of eight channels of every place, and its channel.
@inline(__always)
private func eachPlaceRun(_ maps: FeatureMaps, _ body: (_ start: Int, _ channel: Int) -> Void) {
  let stride = maps.stride
  // A job is about 64 KiB, whole places.
  let grain = max(1, 16384 / stride)
  Parallel.forEachRange(maps.count / max(1, stride), grain: grain) { places in
    for place in places {
      var channel = 0
      while channel < stride {
        body(place &* stride &+ channel, channel)
        channel &+= 8
      }
    }
  }
}
