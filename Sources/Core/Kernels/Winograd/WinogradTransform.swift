// The transforms of Winograd's convolution F(4 × 4, 3 × 3): four outputs of a line from six inputs and three weights
// with six multiplications, at the points 0, 3/4, -3/4, 3/2, -3/2 and infinity, over both height and width (Lavin and
// Gray 2016 use 1 and 2 instead of 3/4 and 3/2, which has more than twice the error). With x a patch of 6 × 6, g a
// kernel of 3 × 3 and y a tile of 4 × 4,
//
//   y = A^T [(G g G^T) * (B^T x B)] A,
//
// and for the gradient of the weights its transpose: dg = G^T [(B^T x B) * (A dy A^T)] G. Every transform works on
// vectors of adjacent channels; a channel's sums have the same order in vectors of any width.

// Kernels of three frames use Winograd's F(3, 3) over time, at the points 0, 1, -1, 2 and infinity: see
// `WinogradFrames.swift`. With a stride of 2 it is F(4 × 4, 2 × 2) on phases: see `StridedForm.swift`.

/// Constants of the points ±p and ±q.
enum WinogradPoints {
  @inline(__always) static var p: Float { 0.75 }
  @inline(__always) static var q: Float { 1.5 }
  @inline(__always) static var p2: Float { p * p }
  @inline(__always) static var q2: Float { q * q }
  @inline(__always) static var p3: Float { p2 * p }
  @inline(__always) static var q3: Float { q2 * q }
  // The divisors of G: for each point, the product of its distances to all others.
  @inline(__always) static var atZero: Float { 1 / (p2 * q2) }
  @inline(__always) static var atP: Float { 1 / (2 * p2 * (p2 - q2)) }
  @inline(__always) static var atQ: Float { 1 / (2 * q2 * (q2 - p2)) }
}

// What all transforms at these points share. A polynomial is given by its even part and its odd part, once for p and
// once for q.

extension WinogradPoints {
  /// Writes even + x · odd at the points p, -p, q and -q, from the second vector on.
  @inline(__always)
  static func write<V: TransformVector>(
    p evenP: V, _ oddP: V, q evenQ: V, _ oddQ: V, to: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    evenP.plus(p, oddP).store(to + step)
    evenP.plus(-p, oddP).store(to + 2 &* step)
    evenQ.plus(q, oddQ).store(to + 3 &* step)
    evenQ.plus(-q, oddQ).store(to + 4 &* step)
  }

  /// Writes even + odd and even - odd with the divisors of G; the odd parts contain x.
  @inline(__always)
  static func writeDivided<V: TransformVector>(
    p evenP: V, _ oddP: V, q evenQ: V, _ oddQ: V, to: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    (evenP + oddP).times(atP).store(to + step)
    (evenP - oddP).times(atP).store(to + 2 &* step)
    (evenQ + oddQ).times(atQ).store(to + 3 &* step)
    (evenQ - oddQ).times(atQ).store(to + 4 &* step)
  }

  /// The sums and differences of the products at p and -p, and at q and -q, with the divisors of G.
  @inline(__always)
  static func divided<V: TransformVector>(
    _ value: (_ index: Int) -> V
  ) -> (evenP: V, oddP: V, evenQ: V, oddQ: V) {
    let (s1, s2, s3, s4) = (value(1), value(2), value(3), value(4))
    return ((s1 + s2).times(atP), (s1 - s2).times(atP), (s3 + s4).times(atQ), (s3 - s4).times(atQ))
  }
}

/// A vector of the transforms.
protocol TransformVector: TileVector {
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  /// self + scalar · other, by fused multiply-add.
  func plus(_ scalar: Float, _ other: Self) -> Self
  func times(_ scalar: Float) -> Self
  /// self + left · right, by fused multiply-add.
  func plus(_ left: Self, _ right: Self) -> Self
  /// self where `other` is above zero, else zero.
  func whereAboveZero(_ other: Self) -> Self
  /// The larger of self and a number; NaN stays.
  func atLeast(_ floor: Float) -> Self
  /// Adds each float to a double.
  func add(to sums: UnsafeMutablePointer<Double>)
}

// Sums are written as fused multiply-adds with 1 and -1, which give the same bits: for them the compiler uses whole
// registers, while it splits the plain operators of a generic vector into halves.

extension SIMD8<Float>: TransformVector {
  @inline(__always) static func + (left: Self, right: Self) -> Self { left.plus(1, right) }
  @inline(__always) static func - (left: Self, right: Self) -> Self { left.plus(-1, right) }
  @inline(__always) static func * (left: Self, right: Self) -> Self { Self.zero.plus(left, right) }
  @inline(__always) func plus(_ scalar: Float, _ other: Self) -> Self { addingProduct(Self(repeating: scalar), other) }
  @inline(__always) func times(_ scalar: Float) -> Self { Self.zero.plus(scalar, self) }
  @inline(__always) func plus(_ left: Self, _ right: Self) -> Self { addingProduct(left, right) }
  @inline(__always) func whereAboveZero(_ other: Self) -> Self { Self.zero.replacing(with: self, where: other .> 0) }
  @inline(__always) func atLeast(_ floor: Float) -> Self { replacing(with: floor, where: self .< floor) }
  @inline(__always) func add(to sums: UnsafeMutablePointer<Double>) {
    let memory = UnsafeMutableRawPointer(sums)
    memory.storeBytes(of: memory.loadUnaligned(as: SIMD8<Double>.self) + SIMD8<Double>(self), as: SIMD8<Double>.self)
  }
}

extension SIMD16<Float>: TransformVector {
  @inline(__always) static func + (left: Self, right: Self) -> Self { left.plus(1, right) }
  @inline(__always) static func - (left: Self, right: Self) -> Self { left.plus(-1, right) }
  @inline(__always) static func * (left: Self, right: Self) -> Self { Self.zero.plus(left, right) }
  @inline(__always) func plus(_ scalar: Float, _ other: Self) -> Self { addingProduct(Self(repeating: scalar), other) }
  @inline(__always) func times(_ scalar: Float) -> Self { Self.zero.plus(scalar, self) }
  @inline(__always) func plus(_ left: Self, _ right: Self) -> Self { addingProduct(left, right) }
  @inline(__always) func whereAboveZero(_ other: Self) -> Self { Self.zero.replacing(with: self, where: other .> 0) }
  @inline(__always) func atLeast(_ floor: Float) -> Self { replacing(with: floor, where: self .< floor) }
  @inline(__always) func add(to sums: UnsafeMutablePointer<Double>) {
    lowHalf.add(to: sums)
    highHalf.add(to: sums + 8)
  }
}

/// A transform of a line, from `inputs` to `outputs` vectors.
protocol LineTransform {
  static var inputs: Int { get }
  static var outputs: Int { get }
  /// Reads each vector once and writes vectors `step` floats apart.
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V)
}

extension LineTransform {
  /// Reads vectors `step` floats apart and writes vectors `resultStep` floats apart.
  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, _ from: UnsafePointer<Float>, _ step: Int, _ to: UnsafeMutablePointer<Float>, _ resultStep: Int
  ) {
    apply(V.self, to: to, resultStep) { V.load(from + $0 &* step) }
  }
}

/// The form F(4 × 4, 3 × 3), for a stride of 1.
enum UnstridedForm: WinogradForm {
  typealias Patch = PatchTransform
  typealias Tile = TileTransform
  typealias Gradient = GradientTransform
  typealias Kernel = KernelTransform
  typealias KernelGradient = KernelGradientTransform
  static var stride: Int { 1 }

  @inline(__always) static func tap(_ index: Int, isOdd: Bool) -> Int? { index }
}

/// B^T: a patch of the input.
enum PatchTransform: LineTransform {
  static var inputs: Int { 6 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (x0, x1, x2) = (value(0), value(1), value(2))
    let (x3, x4, x5) = (value(3), value(4), value(5))
    x4.plus(-WinogradPoints.p2 - WinogradPoints.q2, x2).plus(WinogradPoints.p2 * WinogradPoints.q2, x0).store(to)
    let (evenP, oddP) = (x4.plus(-WinogradPoints.q2, x2), x3.plus(-WinogradPoints.q2, x1))
    let (evenQ, oddQ) = (x4.plus(-WinogradPoints.p2, x2), x3.plus(-WinogradPoints.p2, x1))
    WinogradPoints.write(p: evenP, oddP, q: evenQ, oddQ, to: to, step)
    x5.plus(-WinogradPoints.p2 - WinogradPoints.q2, x3).plus(WinogradPoints.p2 * WinogradPoints.q2, x1).store(
      to + 5 &* step)
  }
}

/// A^T: from products to a tile of the output.
enum TileTransform: LineTransform {
  static var inputs: Int { 6 }
  static var outputs: Int { 4 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (m1, m2, m3, m4) = (value(1), value(2), value(3), value(4))
    let (evenP, oddP) = (m1 + m2, m1 - m2)
    let (evenQ, oddQ) = (m3 + m4, m3 - m4)
    ((value(0) + evenP) + evenQ).store(to)
    oddP.times(WinogradPoints.p).plus(WinogradPoints.q, oddQ).store(to + step)
    evenP.times(WinogradPoints.p2).plus(WinogradPoints.q2, evenQ).store(to + 2 &* step)
    value(5).plus(WinogradPoints.p3, oddP).plus(WinogradPoints.q3, oddQ).store(to + 3 &* step)
  }
}

/// A: a tile of the output's gradient.
enum GradientTransform: LineTransform {
  static var inputs: Int { 4 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (y0, y1, y2, y3) = (value(0), value(1), value(2), value(3))
    y0.store(to)
    let (evenP, oddP) = (y0.plus(WinogradPoints.p2, y2), y1.plus(WinogradPoints.p2, y3))
    let (evenQ, oddQ) = (y0.plus(WinogradPoints.q2, y2), y1.plus(WinogradPoints.q2, y3))
    WinogradPoints.write(p: evenP, oddP, q: evenQ, oddQ, to: to, step)
    y3.store(to + 5 &* step)
  }
}

/// G: a kernel.
enum KernelTransform: LineTransform {
  static var inputs: Int { 3 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (g0, g1, g2) = (value(0), value(1), value(2))
    g0.times(WinogradPoints.atZero).store(to)
    let (evenP, oddP) = (g0.plus(WinogradPoints.p2, g2), g1.times(WinogradPoints.p))
    let (evenQ, oddQ) = (g0.plus(WinogradPoints.q2, g2), g1.times(WinogradPoints.q))
    WinogradPoints.writeDivided(p: evenP, oddP, q: evenQ, oddQ, to: to, step)
    g2.store(to + 5 &* step)
  }
}

/// G^T: from products to the gradient of a kernel.
enum KernelGradientTransform: LineTransform {
  static var inputs: Int { 6 }
  static var outputs: Int { 3 }

  @inline(__always)
  static func apply<V: TransformVector>(
    _: V.Type, to: UnsafeMutablePointer<Float>, _ step: Int, _ value: (_ index: Int) -> V
  ) {
    let (evenP, oddP, evenQ, oddQ) = WinogradPoints.divided(value)
    ((evenP + evenQ).plus(WinogradPoints.atZero, value(0))).store(to)
    oddP.times(WinogradPoints.p).plus(WinogradPoints.q, oddQ).store(to + step)
    value(5).plus(WinogradPoints.p2, evenP).plus(WinogradPoints.q2, evenQ).store(to + 2 &* step)
  }
}

/// Applies a transform to the columns and then to the rows of a square.
///
/// - Parameters:
///   - from: vector (row, column) is at (row · inputs + column) · step.
///   - scratch: room for outputs × inputs vectors.
///   - to: vector (row, column) goes to (row · outputs + column) · resultStep.
@inline(__always)
func transformSquare<T: LineTransform, V: TransformVector>(
  _: T.Type, _: V.Type, _ from: UnsafePointer<Float>, _ step: Int, scratch: UnsafeMutablePointer<Float>,
  _ to: UnsafeMutablePointer<Float>, _ resultStep: Int
) {
  for column in 0..<T.inputs {
    T.apply(V.self, from + column &* step, T.inputs &* step, scratch + column &* V.width, T.inputs &* V.width)
  }
  for row in 0..<T.outputs {
    T.apply(V.self, scratch + row &* T.inputs &* V.width, V.width, to + row &* T.outputs &* resultStep, resultStep)
  }
}
