/// Floats `[height, stride]`; only the first `width` of each row are used. The stride is a multiple of the vector.
struct Plane {
  let height, width, stride: Int
  private let memory: Tensor

  /// Floats per vector; a row may be read and written up to the end of the vector that has its last pixel.
  static let lanes = 16
  /// Rows per job.
  static let rowsAtOnce = 8

  /// A plane of zeros.
  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    stride = (width + Plane.lanes - 1) / Plane.lanes * Plane.lanes
    memory = Tensor([height, stride], filledWith: 0)
  }

  init(_ frame: GreyFrame) {
    self.init(height: frame.height, width: frame.width)
    frame.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for y in 0..<height { row(y).update(from: base + y * width, count: width) }
    }
  }

  func row(_ y: Int) -> UnsafeMutablePointer<Float> { memory.pointer + y * stride }

  /// The row nearest to `y`.
  @inline(__always)
  func nearestRow(_ y: Int) -> UnsafeMutablePointer<Float> { row(min(max(y, 0), height - 1)) }

  /// `[height, width]`
  var elements: [Float] {
    [Float](unsafeUninitializedCapacity: height * width) { buffer, count in
      for y in 0..<height {
        for x in 0..<width { buffer[y * width + x] = row(y)[x] }
      }
      count = height * width
    }
  }

  /// Calls `body` with ranges that cover all rows, on all threads.
  func forEachRows(_ body: (Range<Int>) -> Void) {
    Parallel.forEachRange(height, grain: Plane.rowsAtOnce, body)
  }
}

/// Writes a row's first value before it and its last one (of `width`) after it, repeatedly.
@inline(__always)
func repeatEnds(_ row: UnsafeMutablePointer<Float>, width: Int, before: Int, behind: Int) {
  let (first, last) = (row[0], row[width - 1])
  for x in 0..<before { row[x - before] = first }
  for x in 0..<behind { row[width + x] = last }
}
