/// A vector of adjacent channels: the columns of a micro-kernel's tile.
///
/// Kernels are generic over it: eight or sixteen floats on AVX2 and arm64, thirty-two on AVX-512. A wider vector holds
/// more sums and does not change the order of additions inside a sum, so the bits are the same.
protocol TileVector {
  /// Floats.
  static var width: Int { get }
  static var zero: Self { get }
  static func load(_ pointer: UnsafePointer<Float>) -> Self
  func store(_ pointer: UnsafeMutablePointer<Float>)
  /// self + scalar · other, by fused multiply-add.
  mutating func add(_ scalar: Float, times other: Self)
}

extension SIMD8<Float>: TileVector {
  static var width: Int { 8 }
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) mutating func add(_ scalar: Float, times other: Self) {
    addProduct(Self(repeating: scalar), other)
  }
}

extension SIMD16<Float>: TileVector {
  static var width: Int { 16 }
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) mutating func add(_ scalar: Float, times other: Self) {
    addProduct(Self(repeating: scalar), other)
  }
}

/// Thirty-two floats: two AVX-512 registers.
struct Pair32: TileVector {
  var low, high: SIMD16<Float>

  static var width: Int { 32 }
  @inline(__always) static var zero: Pair32 { Pair32(low: .zero, high: .zero) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> Pair32 {
    Pair32(low: .load(pointer), high: .load(pointer + 16))
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Float>) {
    low.store(pointer)
    high.store(pointer + 16)
  }
  @inline(__always) mutating func add(_ scalar: Float, times other: Pair32) {
    let scalar = SIMD16<Float>(repeating: scalar)
    low.addProduct(scalar, other.low)
    high.addProduct(scalar, other.high)
  }
}

/// The widest tile of this build, and its number of rows: as many sums as the CPU's registers hold.
#if WIDE_VECTORS
  typealias WideVector = Pair32
  let tileRows = 8
#else
  typealias WideVector = SIMD16<Float>
  let tileRows = 6
#endif
