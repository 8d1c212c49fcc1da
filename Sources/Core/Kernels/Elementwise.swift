/// a[i] += b[i].
func addElements(_ a: UnsafeMutablePointer<Float>, _ b: UnsafePointer<Float>, count: Int) {
  Parallel.forEachRange(count, grain: 1 << 16) { range in
    var index = range.lowerBound
    while index + 16 <= range.upperBound {
      (SIMD16.load(a + index) + SIMD16.load(b + index)).store(a + index)
      index += 16
    }
    while index < range.upperBound {
      a[index] += b[index]
      index += 1
    }
  }
}

/// y += factor · x, rounded once, over `count` floats.
@inline(__always)
func addScaled(_ y: UnsafeMutablePointer<Float>, _ factor: Float, _ x: UnsafePointer<Float>, count: Int) {
  var index = 0
  while index + 8 <= count {
    var sum = SIMD8<Float>.load(y + index)
    sum.add(factor, times: .load(x + index))
    sum.store(y + index)
    index += 8
  }
  while index < count {
    y[index].addProduct(factor, x[index])
    index += 1
  }
}

/// Sum of a[i] · b[i] over a multiple of eight floats: eight sums side by side, then added in pairs.
@inline(__always)
func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
  var sums = SIMD8<Float>.zero
  var index = 0
  while index < count {
    sums.addProduct(.load(a + index), .load(b + index))
    index += 8
  }
  return sumOfLanes(sums)
}

/// The eight floats of a vector, added in pairs.
@inline(__always)
func sumOfLanes(_ vector: SIMD8<Float>) -> Float {
  let four = vector.lowHalf + vector.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}
