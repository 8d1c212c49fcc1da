/// The weights of a polynomial expansion: a Gaussian, its moments, and the inverse of their Gram matrix.
///
/// With the basis 1, x, y, x², y², xy and the normalised weight g, the Gram matrix has only the moments m2 = Σ g x² and
/// m4 = Σ g x⁴; its inverse is 1/m2 for x and y, 1/m2² for xy, 1/(m4 - m2²) for x² and y², and -m2/(m4 - m2²) between
/// those and 1.
struct PolynomialKernel {
  let radius: Int
  /// `[radius + 1]`: g, g·x and g·x² for x = 0 … radius.
  let weight, first, second: [Float]
  let inverseLinear, inverseMixed, inverseSquare, inverseConstant: Float

  init(radius: Int, sigma: Double) {
    self.radius = radius
    let raw = (0...radius).map { exponential(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = raw[0] + 2 * raw.dropFirst().reduce(0, +)
    let g = raw.map { $0 / sum }
    let squares = g.enumerated().map { $1 * Double($0 * $0) }
    let m2 = 2 * squares.reduce(0, +)
    let m4 = 2 * squares.enumerated().reduce(0) { $0 + $1.element * Double($1.offset * $1.offset) }
    weight = g.map { Float($0) }
    first = g.enumerated().map { Float($1 * Double($0)) }
    second = squares.map { Float($0) }
    inverseLinear = Float(1 / m2)
    inverseMixed = Float(1 / (m2 * m2))
    inverseSquare = Float(1 / (m4 - m2 * m2))
    inverseConstant = Float(-m2 / (m4 - m2 * m2))
  }
}

/// The frame around each pixel as f(x, y) ≈ c + bx·x + by·y + axx·x² + ayy·y² + axy·xy, by least squares with Gaussian
/// weights.
///
/// Beyond an edge the nearest pixel is repeated.
struct PolynomialExpansion {
  let height, width: Int
  /// `[height, width, 8]`: bx, by, axx, ayy, axy and three zeros, so that each pixel is one vector.
  private let memory: Tensor

  init(_ image: Plane, _ kernel: PolynomialKernel) {
    (height, width) = (image.height, image.width)
    memory = Tensor([height, width, 8], filledWith: 0)
    image.forEachRows { rows in
      let length = image.stride + 2 * kernel.radius + Plane.lanes
      let space = Tensor([8, length], filledWith: 0)
      defer { withExtendedLifetime(space) {} }
      let lines = Moments(space.row(0) + kernel.radius, space.row(1) + kernel.radius, space.row(2) + kernel.radius)
      for y in rows {
        PolynomialExpansion.addColumns(image, y, kernel, lines)
        PolynomialExpansion.addRow(lines, width, kernel, space.row(3), length)
        let target = pixel(0, y)
        for x in 0..<width {
          for term in 0..<5 { target[8 &* x &+ term] = space.pointer[(3 &+ term) &* length &+ x] }
        }
      }
    }
  }

  /// The eight floats of the pixel at (x, y).
  @inline(__always)
  func pixel(_ x: Int, _ y: Int) -> UnsafeMutablePointer<Float> { memory.pointer + (y &* width &+ x) &* 8 }

  /// A row of sums over columns, weighted by g, g·y and g·y².
  private typealias Moments = (
    zeroth: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
  )

  private static func addColumns(_ image: Plane, _ y: Int, _ kernel: PolynomialKernel, _ lines: Moments) {
    for x in stride(from: 0, to: image.width, by: Plane.lanes) {
      var zeroth = SIMD16<Float>.load(image.row(y) + x) * kernel.weight[0]
      var (first, second) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
      for k in 1..<kernel.radius + 1 {
        let above = SIMD16<Float>.load(image.nearestRow(y - k) + x)
        let below = SIMD16<Float>.load(image.nearestRow(y + k) + x)
        zeroth.add(kernel.weight[k], times: above + below)
        first.add(kernel.first[k], times: below - above)
        second.add(kernel.second[k], times: above + below)
      }
      zeroth.store(lines.zeroth + x)
      first.store(lines.first + x)
      second.store(lines.second + x)
    }
    let behind = kernel.radius + Plane.lanes
    repeatEnds(lines.zeroth, width: image.width, before: kernel.radius, behind: behind)
    repeatEnds(lines.first, width: image.width, before: kernel.radius, behind: behind)
    repeatEnds(lines.second, width: image.width, before: kernel.radius, behind: behind)
  }

  /// - Parameter terms: five rows of `length`.
  private static func addRow(
    _ lines: Moments, _ width: Int, _ kernel: PolynomialKernel, _ terms: UnsafeMutablePointer<Float>, _ length: Int
  ) {
    for x in stride(from: 0, to: width, by: Plane.lanes) {
      var constant = SIMD16<Float>.load(lines.zeroth + x) * kernel.weight[0]
      var down = SIMD16<Float>.load(lines.first + x) * kernel.weight[0]
      var downSquare = SIMD16<Float>.load(lines.second + x) * kernel.weight[0]
      var (right, rightSquare, mixed) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
      for k in 1..<kernel.radius + 1 {
        let left = SIMD16<Float>.load(lines.zeroth + (x - k))
        let next = SIMD16<Float>.load(lines.zeroth + (x + k))
        constant.add(kernel.weight[k], times: left + next)
        right.add(kernel.first[k], times: next - left)
        rightSquare.add(kernel.second[k], times: left + next)
        let leftFirst = SIMD16<Float>.load(lines.first + (x - k))
        let nextFirst = SIMD16<Float>.load(lines.first + (x + k))
        down.add(kernel.weight[k], times: leftFirst + nextFirst)
        mixed.add(kernel.first[k], times: nextFirst - leftFirst)
        let sides = SIMD16<Float>.load(lines.second + (x - k)) + SIMD16<Float>.load(lines.second + (x + k))
        downSquare.add(kernel.weight[k], times: sides)
      }
      let offset = constant * kernel.inverseConstant
      (right * kernel.inverseLinear).store(terms + x)
      (down * kernel.inverseLinear).store(terms + (length + x))
      (offset + rightSquare * kernel.inverseSquare).store(terms + (2 * length + x))
      (offset + downSquare * kernel.inverseSquare).store(terms + (3 * length + x))
      (mixed * kernel.inverseMixed).store(terms + (4 * length + x))
    }
  }
}
