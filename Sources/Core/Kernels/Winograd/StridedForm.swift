// A 3 × 3 convolution with a stride of 2 by Winograd's F(4 × 4, 2 × 2). Tap k of output o reads pixel 2o + k - 1: of
// the odd phase, taps 0 and 2 read pixels o - 1 and o; of the even phase, tap 1 reads pixel o, and a zero is put before
// it. So four phases of 2 × 2 taps need 4 · 25 products for 16 outputs instead of 144. The points are 0, p, -p, q and
// infinity.

/// Constants of the points.
private enum Points {
  @inline(__always) static var p: Float { 0.75 }
  @inline(__always) static var q: Float { 1.5 }
  @inline(__always) static var p2: Float { p * p }
  @inline(__always) static var q2: Float { q * q }
  @inline(__always) static var p3: Float { p2 * p }
  @inline(__always) static var q3: Float { q2 * q }
  // The divisors of G: for each point, the product of its distances to all others.
  @inline(__always) static var atZero: Float { 1 / (p2 * q) }
  @inline(__always) static var atP: Float { 1 / (2 * p2 * (p - q)) }
  @inline(__always) static var atMinusP: Float { -1 / (2 * p2 * (p + q)) }
  @inline(__always) static var atQ: Float { 1 / (q * (q2 - p2)) }
}

/// The form F(4 × 4, 2 × 2) on four phases, for a stride of 2.
enum StridedForm: WinogradForm {
  static var stride: Int { 2 }

  @inline(__always) static func tap(_ index: Int, isOdd: Bool) -> Int? { isOdd ? 2 * index : index == 1 ? 1 : nil }

  /// B^T: a patch of a phase.
  enum Patch: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 5 }

    @inline(__always)
    static func apply<V: TransformVector>(
      _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
    ) {
      let (x0, x1, x2, x3, x4) = (value(0), value(1), value(2), value(3), value(4))
      x3.plus(-Points.q, x2).plus(-Points.p2, x1).plus(Points.p2 * Points.q, x0).store(to)
      x3.plus(Points.p - Points.q, x2).plus(-Points.p * Points.q, x1).store(to + step)
      x3.plus(-Points.p - Points.q, x2).plus(Points.p * Points.q, x1).store(to + 2 &* step)
      x3.plus(-Points.p2, x1).store(to + 3 &* step)
      x4.plus(-Points.q, x3).plus(-Points.p2, x2).plus(Points.p2 * Points.q, x1).store(to + 4 &* step)
    }
  }

  /// A^T: from products to a tile of the output.
  enum Tile: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 4 }

    @inline(__always)
    static func apply<V: TransformVector>(
      _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
    ) {
      let (m1, m2, m3) = (value(1), value(2), value(3))
      let (even, odd) = (m1 + m2, m1 - m2)
      ((value(0) + even) + m3).store(to)
      odd.times(Points.p).plus(Points.q, m3).store(to + step)
      even.times(Points.p2).plus(Points.q2, m3).store(to + 2 &* step)
      value(4).plus(Points.p3, odd).plus(Points.q3, m3).store(to + 3 &* step)
    }
  }

  /// A: a tile of the output's gradient.
  enum Gradient: LineTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 5 }

    @inline(__always)
    static func apply<V: TransformVector>(
      _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
    ) {
      let (y0, y1, y2, y3) = (value(0), value(1), value(2), value(3))
      y0.store(to)
      let (even, odd) = (y0.plus(Points.p2, y2), y1.plus(Points.p2, y3))
      even.plus(Points.p, odd).store(to + step)
      even.plus(-Points.p, odd).store(to + 2 &* step)
      y0.plus(Points.q, y1).plus(Points.q2, y2).plus(Points.q3, y3).store(to + 3 &* step)
      y3.store(to + 4 &* step)
    }
  }

  /// G: a kernel of a phase.
  enum Kernel: LineTransform {
    static var inputs: Int { 2 }
    static var outputs: Int { 5 }

    @inline(__always)
    static func apply<V: TransformVector>(
      _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
    ) {
      let (g0, g1) = (value(0), value(1))
      g0.times(Points.atZero).store(to)
      g0.plus(Points.p, g1).times(Points.atP).store(to + step)
      g0.plus(-Points.p, g1).times(Points.atMinusP).store(to + 2 &* step)
      g0.plus(Points.q, g1).times(Points.atQ).store(to + 3 &* step)
      g1.store(to + 4 &* step)
    }
  }

  /// G^T: from products to the gradient of a phase's kernel.
  enum KernelGradient: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 2 }

    @inline(__always)
    static func apply<V: TransformVector>(
      _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
    ) {
      let (s1, s2) = (value(1).times(Points.atP), value(2).times(Points.atMinusP))
      let s3 = value(3).times(Points.atQ)
      ((s1 + s2) + s3).plus(Points.atZero, value(0)).store(to)
      value(4).plus(Points.p, s1 - s2).plus(Points.q, s3).store(to + step)
    }
  }
}
