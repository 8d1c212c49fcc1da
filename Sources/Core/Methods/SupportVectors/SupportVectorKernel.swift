/// The kernel of a support vector machine.
public enum SupportVectorKernel: Equatable, Sendable {
  /// u · v
  case linear
  /// (scale u · v + offset)^degree
  case polynomial(degree: Int, scale: Double, offset: Double)

  /// The kernel's value for two vectors with this scalar product.
  func value(_ product: Double) -> Double {
    switch self {
    case .linear: return product
    case .polynomial(let degree, let scale, let offset):
      let base = scale * product + offset
      return (0..<degree).reduce(1.0) { power, _ in power * base }
    }
  }

  /// The kernel's formula.
  var described: String {
    switch self {
    case .linear: "linear"
    case .polynomial(let degree, let scale, let offset): "(\(scale) u · v + \(offset))^\(degree)"
    }
  }

  /// The kernel's value for every row of `one` with every row of `other`, `[one, other]`; all rows have the same
  /// length.
  func matrix(_ one: Tensor, _ other: Tensor) -> [Double] {
    let (count, width) = (other.shape[0], other.shape[1])
    return [Double](unsafeUninitializedCapacity: one.shape[0] * count) { matrix, filled in
      filled = matrix.count
      guard let base = matrix.baseAddress else { return }
      let values = Values(base: base)
      Parallel.forEach(one.shape[0]) { index in
        for position in 0..<count {
          values.base[index * count + position] = value(
            scalarProduct(one.row(index), other.row(position), count: width))
        }
      }
    }
  }

  /// Memory that several threads write to, each its own part.
  private struct Values: @unchecked Sendable { let base: UnsafeMutablePointer<Double> }
}

/// The scalar product of two rows, in double precision, added in eight fixed parts.
private func scalarProduct(_ u: UnsafePointer<Float>, _ v: UnsafePointer<Float>, count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  var index = 0
  while index + 8 <= count {
    let a = UnsafeRawPointer(u + index).loadUnaligned(as: SIMD8<Float>.self)
    let b = UnsafeRawPointer(v + index).loadUnaligned(as: SIMD8<Float>.self)
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
