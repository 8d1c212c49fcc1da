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

/// a = b, by all threads.
func copyElements(_ a: UnsafeMutablePointer<Float>, _ b: UnsafePointer<Float>, count: Int) {
  Parallel.forEachRange(count, grain: 1 << 16) { (a + $0.lowerBound).update(from: b + $0.lowerBound, count: $0.count) }
}

/// Adds the rows of `[power of two][count]` in pairs, as a binary tree, into the first row; up to eight rows at a time
/// in registers.
func addRows(_ rows: Tensor, count: Int) {
  let (base, all) = (rows.pointer, rows.shape[0])
  Parallel.forEachRange(count, grain: 1 << 14) { block in
    var (step, left) = (count, all)
    while left > 1 {
      let together = min(8, left)
      for row in stride(from: 0, to: left, by: together) {
        addRows(together, base + row * step + block.lowerBound, step, count: block.count)
      }
      (step, left) = (step * together, left / together)
    }
  }
}

/// Adds two, four or eight rows, `step` floats apart, into the first.
private func addRows(_ rows: Int, _ first: UnsafeMutablePointer<Float>, _ step: Int, count: Int) {
  var index = 0
  while index + 16 <= count {
    let from = UnsafePointer(first + index)
    let sum: SIMD16<Float> =
      switch rows {
      case 2: sumOfTwo(from, step)
      case 4: sumOfFour(from, step)
      default: sumOfFour(from, step) + sumOfFour(from + 4 * step, step)
      }
    sum.store(first + index)
    index += 16
  }
  while index < count {
    var distance = 1
    while distance < rows {
      for row in stride(from: 0, to: rows, by: 2 * distance) {
        first[row * step + index] += first[(row + distance) * step + index]
      }
      distance *= 2
    }
    index += 1
  }
}

@inline(__always)
private func sumOfTwo(_ from: UnsafePointer<Float>, _ step: Int) -> SIMD16<Float> {
  .load(from) + .load(from + step)
}

@inline(__always)
private func sumOfFour(_ from: UnsafePointer<Float>, _ step: Int) -> SIMD16<Float> {
  sumOfTwo(from, step) + sumOfTwo(from + 2 * step, step)
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

/// Sum of a[i] · b[i] over a multiple of eight floats: eight parallel sums, which are then added in pairs.
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

/// The sum of a vector's eight floats, added in pairs.
@inline(__always)
func sumOfLanes(_ vector: SIMD8<Float>) -> Float {
  let four = vector.lowHalf + vector.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}
