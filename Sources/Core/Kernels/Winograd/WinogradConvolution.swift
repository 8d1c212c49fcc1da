/// `convolutionForward` by Winograd.
func winogradForward(_ geometry: ConvolutionGeometry, _ x: FeatureMaps, weight: Tensor) -> FeatureMaps {
  let y = FeatureMaps(
    samples: x.samples, frames: x.frames, height: geometry.outputSize(x.height),
    width: geometry.outputSize(x.width), channels: geometry.outputChannels)
  let (source, result) = geometry.frameTaps == 1 ? (x.singleFrames, y.singleFrames) : (x, y)
  let tiles = WinogradTiles(height: y.height, width: y.width)
  func convolve<Form: WinogradForm>(_: Form.Type) {
    let reader = StripTransform(Form.Patch.self, source, tiles, border: 1, stride: Form.stride)
    convolveByWinograd(WinogradWeights<Form>(geometry, weight, flipped: false), reader, tiles, into: result)
  }
  if geometry.stride == 1 { convolve(UnstridedForm.self) } else { convolve(StridedForm.self) }
  return y
}

/// `convolutionInputGradient` by Winograd: the forward pass over the output's gradient with flipped weights. With a
/// stride of 2 it computes the four phases of the input's gradient.
///
/// - Parameters:
///   - height, width: of the input; nil for those of the output.
func winogradInputGradient(
  _ geometry: ConvolutionGeometry, _ dy: FeatureMaps, weight: Tensor, height: Int? = nil, width: Int? = nil
) -> FeatureMaps {
  let dx = FeatureMaps(
    samples: dy.samples, frames: dy.frames, height: height ?? dy.height, width: width ?? dy.width,
    channels: geometry.inputChannels)
  let (source, result) = geometry.frameTaps == 1 ? (dy.singleFrames, dx.singleFrames) : (dy, dx)
  let tiles = WinogradTiles(height: dy.height, width: dy.width)
  func convolve<Form: WinogradForm>(_: Form.Type) {
    // Flipped taps of a phase read the output's gradient from the same position on.
    let reader = StripTransform(Form.Patch.self, source, tiles, border: Form.stride == 1 ? 1 : 0, stride: 1)
    convolveByWinograd(WinogradWeights<Form>(geometry, weight, flipped: true), reader, tiles, into: result)
  }
  if geometry.stride == 1 { convolve(UnstridedForm.self) } else { convolve(StridedForm.self) }
  return dx
}

/// A convolution of 3 × 3 (and one or three frames), by Winograd's transforms over height and width and F(3, 3) over
/// time.
///
/// Products are added over channels in one chain of fused multiply-adds, so the sums of a tile do not depend on which
/// other tiles are computed together with it.
private func convolveByWinograd<Form: WinogradForm>(
  _ weights: WinogradWeights<Form>, _ reader: StripTransform<Form.Patch>, _ tiles: WinogradTiles,
  into result: FeatureMaps
) {
  let total = result.samples * tiles.count
  func pass(_ range: Range<Int>) -> WinogradPass<Form> {
    WinogradPass(weights, tiles: tiles, range: range, frames: result.frames)
  }
  let block = WinogradPass<Form>.tiles(weights, frames: result.frames)
  // With fewer for each thread, the threads share the positions of all tiles instead.
  guard total >= block * Parallel.threads || Parallel.threads == 1 else {
    return pass(0..<total).computeTogether(reader, into: result)
  }
  Parallel.forEach((total + block - 1) / block) { job in
    pass(job * block..<min(total, (job + 1) * block)).compute(reader, into: result)
  }
}
