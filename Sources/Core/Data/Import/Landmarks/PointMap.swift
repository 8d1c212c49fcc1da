/// An affine map of points, p ↦ p.x · right + p.y · down + shift; from pixels of a recording to those of the stored
/// frames.
///
/// Points are as the field's detectors give them: the centre of the upper left pixel is (0, 0).
struct PointMap: Equatable, Sendable {
  /// Where a step to the right and one downwards lead.
  var right = SIMD2(1.0, 0)
  var down = SIMD2(0, 1.0)
  var shift = SIMD2<Double>.zero

  func mapped(_ point: SIMD2<Double>) -> SIMD2<Double> { right * point.x + down * point.y + shift }
}

extension PointMap {
  /// What an import does with a point of a frame: the same box and the same fit as for its pixels.
  ///
  /// Pixel i of n that become m is about (i + 1/2) · m / n - 1/2.
  ///
  /// - Parameters:
  ///   - frame: of the recording, as it is seen.
  ///   - crop: lies inside the frame; nil for all of it.
  init(of frame: FrameShape, crop: CropBox?, to form: FrameForm) {
    let box = crop ?? CropBox(width: frame.width, height: frame.height, x: 0, y: 0)
    let (kept, drawn) = (form.fit.kept(of: box), form.fit.drawn(of: box.shape, size: form.size))
    let scale = SIMD2(Double(drawn.width) / Double(kept.width), Double(drawn.height) / Double(kept.height))
    right = SIMD2(scale.x, 0)
    down = SIMD2(0, scale.y)
    let (from, to) = (SIMD2(Double(kept.x), Double(kept.y)), SIMD2(Double(drawn.x), Double(drawn.y)))
    shift = to - 0.5 + (0.5 - from) * scale
  }
}
