/// What a support vector machine measures the likeness of two clips by.
public enum SupportVectorKernel: Equatable, Sendable {
  /// u · v
  case linear
  /// (scale u · v + offset)^degree
  case polynomial(degree: Int, scale: Double, offset: Double)

  /// The kernel of vectors with this scalar product.
  func value(_ product: Double) -> Double {
    switch self {
    case .linear: return product
    case .polynomial(let degree, let scale, let offset):
      let base = scale * product + offset
      return (0..<degree).reduce(1.0) { power, _ in power * base }
    }
  }

  /// As people read it.
  var described: String {
    switch self {
    case .linear: "linear"
    case .polynomial(let degree, let scale, let offset): "(\(scale) u · v + \(offset))^\(degree)"
    }
  }

  /// The kernel of every row of `one` with every row of `other`, `[one, other]`.
  func matrix(_ one: [[Float]], _ other: [[Float]]) -> [Double] {
    var matrix = [Double](repeating: 0, count: one.count * other.count)
    matrix.withUnsafeMutableBufferPointer { matrix in
      guard let base = matrix.baseAddress else { return }
      let row = SendablePointer(base)
      Parallel.forEach(one.count) { index in
        for place in other.indices {
          row.base[index * other.count + place] = value(scalarProduct(one[index], other[place]))
        }
      }
    }
    return matrix
  }
}

/// A pointer that several threads write through, each its own part.
private struct SendablePointer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Double>

  init(_ base: UnsafeMutablePointer<Double>) { self.base = base }
}

/// The sum of products of two rows of one length, in double precision, in eight fixed parts.
func scalarProduct(_ u: [Float], _ v: [Float]) -> Double {
  u.withUnsafeBufferPointer { u in
    v.withUnsafeBufferPointer { v in
      let count = min(u.count, v.count)
      var sums = SIMD8<Double>.zero
      var index = 0
      while index + 8 <= count {
        let a = UnsafeRawPointer(u.baseAddress! + index).loadUnaligned(as: SIMD8<Float>.self)
        let b = UnsafeRawPointer(v.baseAddress! + index).loadUnaligned(as: SIMD8<Float>.self)
        sums.addProduct(SIMD8<Double>(a), SIMD8<Double>(b))
        index += 8
      }
      var sum = sums.lowHalf + sums.highHalf
      sum.x += sum.z
      sum.y += sum.w
      var total = sum.x + sum.y
      while index < count {
        total.addProduct(Double(u[index]), Double(v[index]))
        index += 1
      }
      return total
    }
  }
}
