/// The input of a convolution: feature maps, or at the stem the clips themselves.
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

  var pointer: UnsafePointer<Float> {
    switch self {
    case .maps(let maps): UnsafePointer(maps.pointer)
    case .clips(let clips): UnsafePointer(clips.pointer)
    }
  }

  /// Floats per position: the channels, padded if the input is feature maps.
  var stride: Int {
    switch self {
    case .maps(let maps): maps.stride
    case .clips(let clips): clips.shape[4]
    }
  }

  var layout: FrameLayout {
    let (line, frame) = (width * stride, height * width * stride)
    return FrameLayout(position: stride, line: line, frame: frame, sample: frames * frame)
  }
}

/// `convolutionForward` by direct convolution.
func directForward(_ geometry: ConvolutionGeometry, _ x: ConvolutionInput, weight: Tensor) -> FeatureMaps {
  let y = FeatureMaps(
    samples: x.samples, frames: x.frames, height: geometry.outputSize(x.height),
    width: geometry.outputSize(x.width), channels: geometry.outputChannels)
  func axis(_ outputs: Int, _ size: Int) -> TapAxis {
    TapAxis(
      outputs: outputs, sourceFirst: -geometry.padding, sourceStep: geometry.stride, taps: geometry.taps,
      sourceSize: size)
  }
  convolveDirectly(
    PackedWeights(forward: geometry, weight, stride: x.stride), geometry, rows: axis(y.height, x.height),
    columns: axis(y.width, x.width), samples: x.samples, frames: x.frames, source: x.pointer, x.layout,
    destination: y.pointer, FrameLayout(y))
  return y
}

extension PackedWeights {
  /// Weights in the order of the forward pass, over positions of `stride` floats.
  fileprivate init(forward geometry: ConvolutionGeometry, _ weight: Tensor, stride: Int) {
    let (inputs, taps, frameTaps) = (geometry.inputChannels, geometry.taps, geometry.frameTaps)
    self.init(
      channels: geometry.outputChannels, frameTaps: frameTaps, rows: taps, run: taps * stride, weight: weight,
      channelStride: inputs * frameTaps * taps * taps
    ) { frameTap, row, index in
      let (tap, input) = index.quotientAndRemainder(dividingBy: stride)
      return input < inputs ? ((input * frameTaps + frameTap) * taps + row) * taps + tap : nil
    }
  }
}

/// `convolutionInputGradient` by direct convolution.
func directInputGradient(
  _ geometry: ConvolutionGeometry, dy: FeatureMaps, weight: Tensor, height: Int, width: Int
) -> FeatureMaps {
  let dx = FeatureMaps(
    samples: dy.samples, frames: dy.frames, height: height, width: width, channels: geometry.inputChannels)
  let parities = (0..<geometry.stride).map { Parity(geometry, $0) }
  // Positions that no tap reaches keep a gradient of zero.
  if parities.contains(where: { $0.taps.isEmpty }) { dx.clear() }
  for row in parities where !row.taps.isEmpty {
    for column in parities where !column.taps.isEmpty {
      convolveDirectly(
        PackedWeights(inputGradient: geometry, weight, rows: row.taps, columns: column.taps, stride: dy.stride),
        geometry, rows: row.axis(geometry, height, from: dy.height),
        columns: column.axis(geometry, width, from: dy.width),
        samples: dy.samples, frames: dy.frames, source: dy.pointer, FrameLayout(dy), destination: dx.pointer,
        FrameLayout(dx))
    }
  }
  return dx
}

/// Rows (or columns) of the input with the same remainder modulo the stride; they are reached by the same taps.
private struct Parity {
  let remainder: Int
  /// Taps, in the order of the rows of the output's gradient that they read.
  let taps: [Int]

  init(_ geometry: ConvolutionGeometry, _ remainder: Int) {
    self.remainder = remainder
    taps = (0..<geometry.taps).reversed().filter { (remainder + geometry.padding - $0) % geometry.stride == 0 }
  }

  func axis(_ geometry: ConvolutionGeometry, _ size: Int, from sourceSize: Int) -> TapAxis {
    TapAxis(
      outputs: (size - remainder + geometry.stride - 1) / geometry.stride, first: remainder, step: geometry.stride,
      sourceFirst: (remainder + geometry.padding - taps[0]) / geometry.stride, sourceStep: 1, taps: taps.count,
      sourceSize: sourceSize)
  }
}

extension PackedWeights {
  /// Flipped weights in the order of the input's gradient, over positions of `stride` floats.
  fileprivate init(
    inputGradient geometry: ConvolutionGeometry, _ weight: Tensor, rows: [Int], columns: [Int], stride: Int
  ) {
    let (inputs, outputs, side) = (geometry.inputChannels, geometry.outputChannels, geometry.taps)
    let frameTaps = geometry.frameTaps
    self.init(
      channels: inputs, frameTaps: frameTaps, rows: rows.count, run: columns.count * stride, weight: weight,
      channelStride: frameTaps * side * side
    ) { frameTap, row, index in
      let (tap, output) = index.quotientAndRemainder(dividingBy: stride)
      guard output < outputs else { return nil }
      let flipped = frameTaps - 1 - frameTap
      return ((output * inputs * frameTaps + flipped) * side + rows[row]) * side + columns[tap]
    }
  }
}
