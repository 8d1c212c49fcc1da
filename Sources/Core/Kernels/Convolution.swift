/// What a convolution reads: feature maps, or the clip itself at the stem.
enum ConvolutionInput {
  case maps(FeatureMaps)
  /// `[samples, frames, height, width, 3]`, dense.
  case clips(Tensor)

  var samples: Int {
    switch self {
    case .maps(let maps): maps.samples
    case .clips(let clips): clips.shape[0]
    }
  }
  var frames: Int {
    switch self {
    case .maps(let maps): maps.frames
    case .clips(let clips): clips.shape[1]
    }
  }
  var height: Int {
    switch self {
    case .maps(let maps): maps.height
    case .clips(let clips): clips.shape[2]
    }
  }
  var width: Int {
    switch self {
    case .maps(let maps): maps.width
    case .clips(let clips): clips.shape[3]
    }
  }

  /// Floats that laying out one sample takes.
  func layoutCount(_ geometry: ConvolutionGeometry) -> Int {
    switch self {
    case .maps(let maps):
      maps.frames * (maps.height + 2 * geometry.padding) * (maps.width + 2 * geometry.padding) * maps.stride
    case .clips:
      frames * (height + 2 * geometry.padding) * geometry.outputSize(width)
        * FeatureMaps.stride(of: geometry.taps * geometry.inputChannels)
    }
  }

  func laidOut(_ geometry: ConvolutionGeometry, samples: Range<Int>) -> SourceFrames {
    switch self {
    case .maps(let maps):
      SourceFrames(maps, samples: samples, border: geometry.padding, taps: geometry.taps, step: geometry.stride)
    case .clips(let clips):
      SourceFrames(unfolding: clips, samples: samples, taps: geometry.taps, stride: geometry.stride)
    }
  }
}

/// `convolutionForward`, every product as it stands.
func directForward(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, weight: Tensor) -> FeatureMaps {
  let y = FeatureMaps(
    samples: x.samples, frames: x.frames, height: geometry.outputSize(x.height),
    width: geometry.outputSize(x.width), channels: geometry.outputChannels)
  let pass = samplesPerPass(x.samples, floatsPerSample: x.layoutCount(geometry))
  var packed: PackedWeights?
  for start in stride(from: 0, to: x.samples, by: pass) {
    let samples = start..<min(x.samples, start + pass)
    let source = x.laidOut(geometry, samples: samples)
    let weights = packed ?? PackedWeights(forward: geometry, weight, source)
    packed = weights
    convolveDirectly(
      weights,
      places: source.outputPlaces(
        height: y.height, width: y.width, rowStep: geometry.stride, destinationStride: y.stride),
      samples: samples.count, frames: x.frames, framePadding: geometry.framePadding,
      source: source.pointer, sourceFrame: source.frame, sourceLine: source.line,
      destination: y.frame(start, 0), destinationFrame: y.frameCount,
      frameTaps: { geometry.frameTaps(at: $0, of: x.frames) })
  }
  return y
}

extension PackedWeights {
  /// Weights as the forward pass over `source` meets them.
  fileprivate init(forward geometry: ConvolutionGeometry, _ weight: Tensor, _ source: SourceFrames) {
    let (inputs, taps, frameTaps) = (geometry.inputChannels, geometry.taps, geometry.frameTaps)
    // A place of unfolded rows holds taps × channels without padding between them.
    let perTap = source.taps == 1 && taps > 1 ? inputs : source.stride
    self.init(
      channels: geometry.outputChannels, frameTaps: frameTaps, rows: taps, run: source.run, weight: weight,
      channelStride: inputs * frameTaps * taps * taps
    ) { frameTap, row, index in
      let (tap, input) = index.quotientAndRemainder(dividingBy: perTap)
      return input < inputs && tap < taps ? ((input * frameTaps + frameTap) * taps + row) * taps + tap : nil
    }
  }
}

/// `convolutionInputGradient`, every product as it stands.
func directInputGradient(
  _ geometry: ConvolutionGeometry, dy: FeatureMaps, weight: Tensor, height: Int, width: Int
) -> FeatureMaps {
  let dx = FeatureMaps(
    samples: dy.samples, frames: dy.frames, height: height, width: width, channels: geometry.inputChannels)
  let border = geometry.padding
  let layout = dy.frames * (dy.height + 2 * border) * (dy.width + 2 * border) * dy.stride
  let pass = samplesPerPass(dy.samples, floatsPerSample: layout)
  let parities = (0..<geometry.stride * geometry.stride).map { index in
    Parity(geometry, weight, row: index / geometry.stride, column: index % geometry.stride, dyStride: dy.stride)
  }
  for start in stride(from: 0, to: dy.samples, by: pass) {
    let samples = start..<min(dy.samples, start + pass)
    let source = SourceFrames(dy, samples: samples, border: border, taps: geometry.taps, step: 1)
    for parity in parities {
      parity.compute(geometry, source, border: border, dx, samples: samples)
    }
  }
  return dx
}

/// The places of the input whose row and column have one remainder modulo the stride: they meet the same taps.
private struct Parity {
  let row, column: Int
  let rowTaps, columnTaps: [Tap]
  let weights: PackedWeights?

  /// A tap and the place of the output's gradient that it reads, relative to the input place divided by the stride.
  struct Tap { let tap, shift: Int }

  init(_ geometry: ConvolutionGeometry, _ weight: Tensor, row: Int, column: Int, dyStride: Int) {
    func taps(_ remainder: Int) -> [Tap] {
      (0..<geometry.taps).reversed().compactMap { tap in
        let distance = remainder + geometry.padding - tap
        guard distance % geometry.stride == 0 else { return nil }
        return Tap(tap: tap, shift: distance / geometry.stride)
      }
    }
    let (rowTaps, columnTaps) = (taps(row), taps(column))
    (self.row, self.column, self.rowTaps, self.columnTaps) = (row, column, rowTaps, columnTaps)
    guard !rowTaps.isEmpty, !columnTaps.isEmpty else {
      weights = nil
      return
    }
    let (inputs, outputs, side) = (geometry.inputChannels, geometry.outputChannels, geometry.taps)
    let frameTaps = geometry.frameTaps
    weights = PackedWeights(
      channels: inputs, frameTaps: frameTaps, rows: rowTaps.count, run: columnTaps.count * dyStride, weight: weight,
      channelStride: frameTaps * side * side
    ) { frameTap, row, index in
      let (tap, output) = index.quotientAndRemainder(dividingBy: dyStride)
      guard output < outputs else { return nil }
      let turned = frameTaps - 1 - frameTap
      return ((output * inputs * frameTaps + turned) * side + rowTaps[row].tap) * side + columnTaps[tap].tap
    }
  }

  func compute(
    _ geometry: ConvolutionGeometry, _ source: SourceFrames, border: Int, _ dx: FeatureMaps, samples: Range<Int>
  ) {
    let step = geometry.stride
    let rows = (dx.height - row + step - 1) / step
    let columns = (dx.width - column + step - 1) / step
    let places = (0..<max(0, rows * columns)).map { place -> (source: Int, destination: Int) in
      let (i, j) = place.quotientAndRemainder(dividingBy: columns)
      let sourceRow = i + (rowTaps.first?.shift ?? 0) + border
      let sourceColumn = j + (columnTaps.first?.shift ?? 0) + border
      return (
        sourceRow * source.line + sourceColumn * source.stride,
        ((i * step + row) * dx.width + j * step + column) * dx.stride
      )
    }
    guard let weights else {
      for frame in samples.lowerBound * dx.frames..<samples.upperBound * dx.frames {
        for place in places {
          (dx.pointer + frame * dx.frameCount + place.destination).update(repeating: 0, count: dx.stride)
        }
      }
      return
    }
    convolveDirectly(
      weights, places: PlaceTable(places), samples: samples.count, frames: dx.frames,
      framePadding: geometry.framePadding, source: source.pointer, sourceFrame: source.frame,
      sourceLine: source.line, destination: dx.frame(samples.lowerBound, 0), destinationFrame: dx.frameCount,
      frameTaps: { geometry.frameTaps(at: $0, of: dx.frames) })
  }
}
