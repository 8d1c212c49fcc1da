/// A form of Winograd's convolution over height and width: tiles of 4 × 4 outputs by transforms of lines.
///
/// With a stride of 2 the input's even and odd rows and columns are four phases, and the convolution is one with a
/// stride of 1 over four times as many channels. A phase has fewer taps than the kernel; taps that it lacks are zeros.
protocol WinogradForm {
  /// B^T, A^T, A, G and G^T, see `WinogradTransform.swift`.
  associatedtype Patch: LineTransform
  associatedtype Tile: LineTransform
  associatedtype Gradient: LineTransform
  associatedtype Kernel: LineTransform
  associatedtype KernelGradient: LineTransform
  /// The convolution's stride.
  static var stride: Int { get }
  /// The kernel's tap that tap `index` of a phase is, over height or width; nil for a zero.
  static func tap(_ index: Int, isOdd: Bool) -> Int?
}

extension WinogradForm {
  /// Sides in pixels: of an input patch, and of a phase's kernel.
  @inline(__always) static var patch: Int { Patch.inputs }
  @inline(__always) static var kernel: Int { Kernel.inputs }
  /// Products of a patch with a kernel.
  @inline(__always) static var positions: Int { patch * patch }
  /// Phases of a frame: that of (odd rows?, odd columns?) is 2 · rows + columns.
  @inline(__always) static var phases: Int { stride * stride }

  /// Products of a patch of all phases with their kernels, without those that are zeros.
  static var products: Int {
    (0..<phases).reduce(0) { sum, phase in
      sum + (0..<positions).count { !isZero(phase: phase, position: $0, flipped: false) }
    }
  }

  /// For each tap of a phase's kernel, the index in the kernel of 3 × 3; nil for a zero.
  static func taps(ofPhase phase: Int) -> [Int?] {
    (0..<kernel * kernel).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: kernel)
      guard let line = tap(row, isOdd: phase / 2 == 1), let tap = tap(column, isOdd: phase % 2 == 1) else { return nil }
      return 3 * line + tap
    }
  }

  /// Whether a phase's transformed kernels are zeros at a position: at the point 0 those whose first tap is a zero, and
  /// flipped at infinity.
  @inline(__always)
  static func isZero(phase: Int, position: Int, flipped: Bool) -> Bool {
    let (row, column) = position.quotientAndRemainder(dividingBy: patch)
    let point = flipped ? patch &- 1 : 0
    return row == point && tap(0, isOdd: phase / 2 == 1) == nil
      || column == point && tap(0, isOdd: phase % 2 == 1) == nil
  }
}

/// Side of an output tile in pixels.
let winogradTile = 4
