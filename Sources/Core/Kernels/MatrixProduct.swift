/// c = a · b for dense `[m, k]` and `[k, n]`; each element adds its products in the order of k.
func matrixProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
  let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
  let c = Tensor([m, n], filledWith: 0)
  let (left, right, result) = (a.pointer, b.pointer, c.pointer)
  Parallel.forEach(m) { row in
    for inner in 0..<k { addScaled(result + row * n, left[row * k + inner], right + inner * n, count: n) }
  }
  return c
}

/// The transpose of a dense matrix.
func transposed(_ a: Tensor) -> Tensor {
  let (rows, columns) = (a.shape[0], a.shape[1])
  let result = Tensor([columns, rows])
  for row in 0..<rows {
    for column in 0..<columns { result.pointer[column * rows + row] = a.pointer[row * columns + column] }
  }
  return result
}
