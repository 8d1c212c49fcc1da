/// How Winograd's convolution divides a clip over time: into tiles of three output frames by F(3, 3), with five
/// products instead of the direct sum's nine; or into single frames for kernels of one frame.
struct WinogradFrames {
  let frames: Int
  /// Products per tile, and output frames per tile.
  let points, tile: Int

  init(_ frames: Int, taps: Int) {
    self.frames = frames
    (points, tile) = taps == 1 ? (1, 1) : (5, 3)
  }

  /// Tiles per clip.
  var tiles: Int { (frames + tile - 1) / tile }
}

/// The transforms of F(3, 3) over time, with the points 0, 1, -1, 2 and infinity; see `WinogradTransform.swift`.
enum FrameTransform {
  /// B^T: five frames of the input.
  @inline(__always)
  static func patch<V: TransformVector>(
    _ x0: V, _ x1: V, _ x2: V, _ x3: V, _ x4: V, _ to: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let odd = x3 - x1
    odd.plus(2, x0 - x2).store(to)
    (x3 - x2).plus(-2, x1).store(to + step)
    x3.plus(-3, x2).plus(2, x1).store(to + 2 &* step)
    odd.store(to + 3 &* step)
    (x4 - x2).plus(-2, odd).store(to + 4 &* step)
  }

  /// A^T: from products to three frames of the output.
  @inline(__always)
  static func tile<V: TransformVector>(_: V.Type, _ from: UnsafePointer<Float>, _ step: Int) -> (V, V, V) {
    let (m1, m2, m3) = (V.load(from + step), V.load(from + 2 &* step), V.load(from + 3 &* step))
    let even = m1 + m2
    return ((V.load(from) + even) + m3, (m1 - m2).plus(2, m3), (V.load(from + 4 &* step) + even).plus(4, m3))
  }

  /// A: three frames of the output's gradient.
  @inline(__always)
  static func gradient<V: TransformVector>(
    _ y0: V, _ y1: V, _ y2: V, _ to: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let even = y0 + y2
    y0.store(to)
    (even + y1).store(to + step)
    (even - y1).store(to + 2 &* step)
    y0.plus(2, y1).plus(4, y2).store(to + 3 &* step)
    y2.store(to + 4 &* step)
  }

  /// G: a kernel.
  @inline(__always)
  static func kernel<V: TransformVector>(
    _ g0: V, _ g1: V, _ g2: V, _ to: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let even = g0 + g2
    g0.times(0.5).store(to)
    (even + g1).times(-0.5).store(to + step)
    (even - g1).times(-1 / 6).store(to + 2 &* step)
    g0.times(1 / 6).plus(1 / 3, g1).plus(2 / 3, g2).store(to + 3 &* step)
    g2.store(to + 4 &* step)
  }

  /// G^T: from products to the gradient of a kernel.
  @inline(__always)
  static func kernelGradient<V: TransformVector>(_: V.Type, _ from: UnsafePointer<Float>, _ step: Int) -> (V, V, V) {
    let (s1, s2, s3) = (V.load(from + step), V.load(from + 2 &* step), V.load(from + 3 &* step))
    let first = V.load(from).times(0.5).plus(-0.5, s1).plus(-1 / 6, s2).plus(1 / 6, s3)
    let second = s1.times(-0.5).plus(1 / 6, s2).plus(1 / 3, s3)
    let third = V.load(from + 4 &* step).plus(-0.5, s1).plus(-1 / 6, s2).plus(2 / 3, s3)
    return (first, second, third)
  }
}
