// A stem's convolution of 7 × 7 with a stride of 2, on clips of three colours, by Winograd's F(3 × 3, 4 × 4).
//
// A clip's even and odd rows and columns are four phases. Tap k of an output o reads pixel 2o + k - 3: of the odd
// phase, taps 0, 2, 4, 6 read pixels o - 2 … o + 1; of the even phase, taps 1, 3, 5 read o - 1 … o + 1, and a zero is
// put before them. So the sum is one of 4 × 4 taps with a stride of 1 over twelve channels, four phases of three
// colours. A tile of 3 × 3 outputs needs 36 products for each of them instead of 9 · 49 / 4: less than a third. The
// points are those of `WinogradTransform.swift`, and so is the transform of the patches, B^T. Taps over time are summed
// directly: seven are too many for a transform in single precision.

/// Sizes of the transform.
enum StemSize {
  /// Taps over height and width alike, and taps of a phase.
  static let (taps, phaseTaps) = (7, 4)
  /// Sides of an output tile and of a patch in one phase, in pixels.
  static let (tile, patch) = (3, 6)
  static let positions = patch * patch
  /// Phases times colours: (odd row?, odd column?, colour).
  static let channels = 12
  static let colours = 3

  /// The tap of the kernel that tap `index` of a phase is; nil for the zero of the even phase.
  static func tap(_ index: Int, isOdd: Bool) -> Int? {
    isOdd ? 2 * index : index == 0 ? nil : 2 * index - 1
  }
}

/// A^T: from products to a tile of the output.
enum StemTileTransform: LineTransform {
  static var inputs: Int { 6 }
  static var outputs: Int { 3 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (m1, m2, m3, m4) = (value(1), value(2), value(3), value(4))
    let (evenP, evenQ) = (m1 + m2, m3 + m4)
    ((value(0) + evenP) + evenQ).store(to)
    (m1 - m2).times(WinogradPoints.p).plus(WinogradPoints.q, m3 - m4).store(to + step)
    value(5).plus(WinogradPoints.p2, evenP).plus(WinogradPoints.q2, evenQ).store(to + 2 &* step)
  }
}

/// A: a tile of the output's gradient.
enum StemGradientTransform: LineTransform {
  static var inputs: Int { 3 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (y0, y1, y2) = (value(0), value(1), value(2))
    y0.store(to)
    let (evenP, evenQ) = (y0.plus(WinogradPoints.p2, y2), y0.plus(WinogradPoints.q2, y2))
    WinogradPoints.write(p: evenP, y1, q: evenQ, y1, to: to, step)
    y2.store(to + 5 &* step)
  }
}

/// G: a kernel of one phase.
enum StemKernelTransform: LineTransform {
  static var inputs: Int { 4 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (g0, g1, g2, g3) = (value(0), value(1), value(2), value(3))
    g0.times(WinogradPoints.atZero).store(to)
    let (evenP, oddP) = (g0.plus(WinogradPoints.p2, g2), g1.times(WinogradPoints.p).plus(WinogradPoints.p3, g3))
    let (evenQ, oddQ) = (g0.plus(WinogradPoints.q2, g2), g1.times(WinogradPoints.q).plus(WinogradPoints.q3, g3))
    WinogradPoints.writeDivided(p: evenP, oddP, q: evenQ, oddQ, to: to, step)
    g3.store(to + 5 &* step)
  }
}

/// G^T: from products to the gradient of a kernel of one phase.
enum StemKernelGradientTransform: LineTransform {
  static var inputs: Int { 6 }
  static var outputs: Int { 4 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (evenP, oddP, evenQ, oddQ) = WinogradPoints.divided(value)
    ((evenP + evenQ).plus(WinogradPoints.atZero, value(0))).store(to)
    oddP.times(WinogradPoints.p).plus(WinogradPoints.q, oddQ).store(to + step)
    evenP.times(WinogradPoints.p2).plus(WinogradPoints.q2, evenQ).store(to + 2 &* step)
    value(5).plus(WinogradPoints.p3, oddP).plus(WinogradPoints.q3, oddQ).store(to + 3 &* step)
  }
}
