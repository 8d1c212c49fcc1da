/// AᵀA (three entries) and AᵀΔb (two entries) at each pixel, for the current estimate of the flow.
struct NormalEquations {
  /// AᵀA: xx, xy, yy; AᵀΔb: x, y.
  private let planes: [Plane]
  private let height, width: Int

  /// Weights of the outermost five pixels, where the expansion used repeated pixels; OpenCV's values.
  private static let edgeWeights: [Float] = [0.14, 0.14, 0.4472, 0.4472, 0.4472]
  /// Added to the determinant, so that a window without texture has no flow.
  private static let regularization: Float = 1e-3

  init(_ before: PolynomialExpansion, _ behind: PolynomialExpansion, _ flow: FlowPlanes) {
    (height, width) = (before.height, before.width)
    let size = (height: height, width: width)
    planes = (0..<5).map { _ in Plane(height: size.height, width: size.width) }
    let columnWeights = (0..<width).map { NormalEquations.weight(at: $0, of: size.width) }
    let planes = planes
    planes[0].forEachRows { rows in
      for y in rows {
        let (dx, dy) = (flow.horizontal.row(y), flow.vertical.row(y))
        let (xx, xy, yy) = (planes[0].row(y), planes[1].row(y), planes[2].row(y))
        let (bx, by) = (planes[3].row(y), planes[4].row(y))
        let rowWeight = NormalEquations.weight(at: y, of: size.height)
        for x in 0..<size.width {
          let here = SIMD8<Float>.load(before.pixel(x, y))
          let there = NormalEquations.interpolate(behind, Float(x) + dx[x], Float(y) + dy[x])
          // Outside the second frame only the first frame's quadratic part is known; its linear part is used unchanged.
          let terms = there ?? SIMD8(0, 0, here[2], here[3], here[4], 0, 0, 0)
          let weight = rowWeight * columnWeights[x]
          let half = (here + terms) * (0.5 * weight)
          let change = (here - terms) * (0.5 * weight)
          let (axx, ayy, axy) = (half[2], half[3], 0.5 * half[4])
          let deltaX = change[0].addingProduct(axx, dx[x]).addingProduct(axy, dy[x])
          let deltaY = change[1].addingProduct(axy, dx[x]).addingProduct(ayy, dy[x])
          xx[x] = (axx * axx).addingProduct(axy, axy)
          xy[x] = (axx + ayy) * axy
          yy[x] = (ayy * ayy).addingProduct(axy, axy)
          bx[x] = (axx * deltaX).addingProduct(axy, deltaY)
          by[x] = (axy * deltaX).addingProduct(ayy, deltaY)
        }
      }
    }
  }

  /// Solves the equations, averaged over a square window; beyond an edge the nearest pixel's are repeated.
  func solve(windowRadius radius: Int, into flow: FlowPlanes) {
    let share = 1 / Float((2 * radius + 1) * (2 * radius + 1))
    planes[0].forEachRows { rows in
      let space = Tensor([5, planes[0].stride + 2 * radius + Plane.lanes], filledWith: 0)
      defer { withExtendedLifetime(space) {} }
      for y in rows {
        for (term, plane) in planes.enumerated() { addColumns(plane, y, radius, space.row(term) + radius) }
        for x in stride(from: 0, to: width, by: Plane.lanes) {
          let xx = windowSum(space.row(0) + x, radius) * share
          let xy = windowSum(space.row(1) + x, radius) * share
          let yy = windowSum(space.row(2) + x, radius) * share
          let bx = windowSum(space.row(3) + x, radius) * share
          let by = windowSum(space.row(4) + x, radius) * share
          let inverse = 1 / (xx * yy - xy * xy + NormalEquations.regularization)
          ((yy * bx - xy * by) * inverse).store(flow.horizontal.row(y) + x)
          ((xx * by - xy * bx) * inverse).store(flow.vertical.row(y) + x)
        }
      }
    }
  }

  private func addColumns(_ plane: Plane, _ y: Int, _ radius: Int, _ line: UnsafeMutablePointer<Float>) {
    for x in stride(from: 0, to: width, by: Plane.lanes) {
      var sum = SIMD16<Float>.zero
      for k in -radius..<radius + 1 { sum += SIMD16<Float>.load(plane.nearestRow(y + k) + x) }
      sum.store(line + x)
    }
    repeatEnds(line, width: width, before: radius, behind: radius + Plane.lanes)
  }

  /// - Parameter line: the first of the 2 · radius + 1 values of the first pixel.
  @inline(__always)
  private func windowSum(_ line: UnsafeMutablePointer<Float>, _ radius: Int) -> SIMD16<Float> {
    var sum = SIMD16<Float>.zero
    for k in 0..<2 * radius + 1 { sum += SIMD16<Float>.load(line + k) }
    return sum
  }

  /// The expansion, interpolated between four pixels; nil outside the frame.
  @inline(__always)
  private static func interpolate(_ expansion: PolynomialExpansion, _ x: Float, _ y: Float) -> SIMD8<Float>? {
    // Compared before the conversion to a whole number: NaN counts as outside.
    guard x >= 0, y >= 0, x < Float(expansion.width - 1), y < Float(expansion.height - 1) else { return nil }
    let (left, top) = (Int(x), Int(y))
    let (right, down) = (x - Float(left), y - Float(top))
    let upper = expansion.pixel(left, top)
    let lower = expansion.pixel(left, top + 1)
    return SIMD8<Float>.load(upper) * ((1 - right) * (1 - down)) + SIMD8<Float>.load(upper + 8) * (right * (1 - down))
      + SIMD8<Float>.load(lower) * ((1 - right) * down) + SIMD8<Float>.load(lower + 8) * (right * down)
  }

  private static func weight(at position: Int, of size: Int) -> Float {
    let (before, behind) = (position, size - 1 - position)
    return (before < edgeWeights.count ? edgeWeights[before] : 1)
      * (behind < edgeWeights.count ? edgeWeights[behind] : 1)
  }
}
