/// A frame's polynomial expansion on every level of a pyramid: all that the flow needs from a frame.
///
/// It is computed once and used twice: for the flow from the previous frame and for the flow to the next.
struct FramePyramid {
  /// The finest, of the frame's own size, first.
  let levels: [PolynomialExpansion]

  init(_ frame: GreyFrame, _ settings: FarnebackFlow) {
    let image = Plane(frame)
    let kernel = PolynomialKernel(radius: settings.polynomialRadius, sigma: settings.polynomialSigma)
    levels = settings.scales(height: frame.height, width: frame.width).map { scale in
      let smooth = image.smoothed(SmoothingKernel(scale: scale).taps)
      let (height, width) = scaledSize(height: frame.height, width: frame.width, by: scale)
      return PolynomialExpansion(smooth.resized(height: height, width: width), kernel)
    }
  }
}

/// Height and width times `scale`, rounded to whole pixels, halves to even; at least one pixel.
func scaledSize(height: Int, width: Int, by scale: Double) -> (height: Int, width: Int) {
  (
    max(1, Int((Double(height) * scale).rounded(.toNearestOrEven))),
    max(1, Int((Double(width) * scale).rounded(.toNearestOrEven)))
  )
}

/// The smoothing before a frame is reduced in size: a Gaussian of standard deviation (1/scale - 1) / 2, cut off at
/// about 2.5 deviations; at full size 1/4, 1/2, 1/4.
struct SmoothingKernel {
  let taps: [Float]

  init(scale: Double) {
    let sigma = (1 / scale - 1) / 2
    guard sigma > 0 else {
      taps = [0.25, 0.5, 0.25]
      return
    }
    let size = max(3, Int((sigma * 5).rounded(.toNearestOrEven)) | 1)
    let weights = (0..<size).map { tap in
      let distance = Double(tap) - Double(size - 1) / 2
      return exponential(-distance * distance / (2 * sigma * sigma))
    }
    let sum = weights.reduce(0, +)
    taps = weights.map { Float($0 / sum) }
  }
}

extension Plane {
  /// Convolves rows and columns with a kernel of odd length; beyond an edge the plane is mirrored at its last pixel.
  func smoothed(_ taps: [Float]) -> Plane {
    let radius = taps.count / 2
    let result = Plane(height: height, width: width)
    forEachRows { rows in
      let space = Tensor([stride + 2 * radius + Plane.lanes], filledWith: 0)
      defer { withExtendedLifetime(space) {} }
      let line = space.pointer + radius
      for y in rows {
        for x in Swift.stride(from: 0, to: width, by: Plane.lanes) {
          var sum = SIMD16<Float>.zero
          for (tap, weight) in taps.enumerated() {
            sum.add(weight, times: .load(row(mirrored(y + tap - radius, height)) + x))
          }
          sum.store(line + x)
        }
        for x in 1..<radius + 1 {
          line[-x] = line[mirrored(-x, width)]
        }
        for x in 0..<radius { line[width + x] = line[mirrored(width + x, width)] }
        for x in Swift.stride(from: 0, to: width, by: Plane.lanes) {
          var sum = SIMD16<Float>.zero
          for (tap, weight) in taps.enumerated() { sum.add(weight, times: .load(line + (x + tap - radius))) }
          sum.store(result.row(y) + x)
        }
      }
    }
    return result
  }

  /// Linear interpolation between pixel centres; beyond the outermost centres the plane is constant.
  ///
  /// - Parameter factor: multiplies every value.
  func resized(height: Int, width: Int, times factor: Float = 1) -> Plane {
    if height == self.height && width == self.width && factor == 1 { return self }
    let result = Plane(height: height, width: width)
    let columns = (0..<width).map { Neighbours(of: $0, from: self.width, to: width) }
    result.forEachRows { rows in
      for y in rows {
        let position = Neighbours(of: y, from: self.height, to: height)
        let (upper, lower, target) = (row(position.first), row(position.second), result.row(y))
        for (x, column) in columns.enumerated() {
          let top = upper[column.first] + (upper[column.second] - upper[column.first]) * column.weight
          let bottom = lower[column.first] + (lower[column.second] - lower[column.first]) * column.weight
          target[x] = factor * (top + (bottom - top) * position.weight)
        }
      }
    }
    return result
  }
}

/// The two old pixels on both sides of a new one, and the weight of the second.
private struct Neighbours {
  let first, second: Int
  let weight: Float

  init(of pixel: Int, from: Int, to: Int) {
    let position = (Double(pixel) + 0.5) * (Double(from) / Double(to)) - 0.5
    let inside = min(max(position, 0), Double(from - 1))
    first = Int(inside)
    second = min(first + 1, from - 1)
    weight = Float(inside - Double(first))
  }
}

/// An index, mirrored at the first and last of `count` pixels until it is inside: -1 becomes 1.
func mirrored(_ index: Int, _ count: Int) -> Int {
  guard count > 1 else { return 0 }
  let period = 2 * (count - 1)
  let phase = ((index % period) + period) % period
  return phase < count ? phase : period - phase
}
