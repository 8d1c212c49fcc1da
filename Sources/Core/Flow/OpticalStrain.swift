extension FlowField {
  /// The magnitude of the optical strain, by how much the face is stretched or sheared at each pixel, `[height, width]`
  /// (Shreve et al. 2009).
  ///
  /// With u, v the flow, ε_xx = ∂u/∂x, ε_yy = ∂v/∂y and ε_xy = ε_yx = (∂u/∂y + ∂v/∂x)/2, it is the square root of the
  /// sum of the four squares. Derivatives are central differences, one-sided at the frame's edges.
  public var strain: [Float] {
    (0..<height * width).map { position in
      let (row, column) = position.quotientAndRemainder(dividingBy: width)
      let (left, right) = (max(0, column - 1), min(width - 1, column + 1))
      let (above, below) = (max(0, row - 1), min(height - 1, row + 1))
      let alongWidth = 1 / Float(max(1, right - left))
      let alongHeight = 1 / Float(max(1, below - above))
      func difference(_ values: [Float], along: Bool) -> Float {
        along
          ? (values[row * width + right] - values[row * width + left]) * alongWidth
          : (values[below * width + column] - values[above * width + column]) * alongHeight
      }
      let stretchX = difference(horizontal, along: true)
      let stretchY = difference(vertical, along: false)
      let shear = (difference(horizontal, along: false) + difference(vertical, along: true)) / 2
      return (stretchX * stretchX + stretchY * stretchY + 2 * shear * shear).squareRoot()
    }
  }
}
