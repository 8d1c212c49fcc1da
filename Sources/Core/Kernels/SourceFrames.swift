/// Frames laid out for a convolution: zeros around them, and rows of taps contiguous.
///
/// Two forms: feature maps with a border of zeros, where the taps of a row are neighbouring places; and the clip of
/// three colours with its rows unfolded, where one place holds all taps of a row (7 × 3 floats, padded to 24).
struct SourceFrames {
  let samples, frames: Int
  /// Lines of a frame and places of a line, border included.
  let lines, places: Int
  /// Floats of a place.
  let stride: Int
  /// Places from one output column to the next.
  let step: Int
  /// Neighbouring places that a row of taps spans.
  let taps: Int
  let pointer: UnsafePointer<Float>
  /// Holds the memory when it is this value's own.
  private let owner: Tensor?

  var line: Int { places * stride }
  var frame: Int { lines * line }
  /// Floats of a row of taps, without the padding of unfolded rows.
  let run: Int

  /// Copies samples of `maps` into a border of `border` zeros; no border means no copy.
  init(_ maps: FeatureMaps, samples range: Range<Int>, border: Int, taps: Int, step: Int) {
    samples = range.count
    frames = maps.frames
    lines = maps.height + 2 * border
    places = maps.width + 2 * border
    stride = maps.stride
    self.step = step
    self.taps = taps
    run = taps * stride
    let source = maps.pointer + range.lowerBound * maps.sampleCount
    guard border > 0 else {
      owner = nil
      pointer = UnsafePointer(source)
      return
    }
    let copy = Tensor([range.count, maps.frames, lines, places, maps.stride])
    let (line, frame, frameCount) = (places * maps.stride, lines * places * maps.stride, maps.frameCount)
    let (height, inner, margin) = (maps.height, maps.width * maps.stride, border * maps.stride)
    let destination = copy.pointer
    Parallel.forEach(range.count * maps.frames) { index in
      let to = destination + index * frame
      let from = source + index * frameCount
      to.update(repeating: 0, count: border * line)
      for row in 0..<height {
        let start = to + (border + row) * line
        start.update(repeating: 0, count: margin)
        (start + margin).update(from: from + row * inner, count: inner)
        (start + margin + inner).update(repeating: 0, count: margin)
      }
      (to + (border + height) * line).update(repeating: 0, count: border * line)
    }
    owner = copy
    pointer = UnsafePointer(destination)
  }

  /// Unfolds the rows of samples of `clips`, `[samples, frames, height, width, colours]`, for a stem of `taps` taps.
  init(unfolding clips: Tensor, samples range: Range<Int>, taps: Int, stride step: Int) {
    let (height, width, colours) = (clips.shape[2], clips.shape[3], clips.shape[4])
    let border = taps / 2
    samples = range.count
    frames = clips.shape[1]
    lines = height + 2 * border
    places = (width + 2 * border - taps) / step + 1
    stride = FeatureMaps.stride(of: taps * colours)
    self.step = 1
    self.taps = 1
    run = taps * colours
    let unfolded = Tensor([range.count, frames, lines, places, stride])
    let (lines, places, stride, line) = (lines, places, stride, places * stride)
    let source = clips.pointer + range.lowerBound * frames * height * width * colours
    let destination = unfolded.pointer
    Parallel.forEach(range.count * frames) { index in
      let to = destination + index * lines * line
      to.update(repeating: 0, count: lines * line)
      for row in 0..<height {
        let from = source + (index * height + row) * width * colours
        for place in 0..<places {
          let first = place * step - border
          let valid = max(0, first)..<min(width, first + taps)
          (to + (border + row) * line + place * stride + (valid.lowerBound - first) * colours)
            .update(from: from + valid.lowerBound * colours, count: valid.count * colours)
        }
      }
    }
    owner = unfolded
    pointer = UnsafePointer(destination)
  }

  /// Where the output places of a frame start in the source, row by row.
  func outputPlaces(height: Int, width: Int, rowStep: Int, destinationStride: Int) -> PlaceTable {
    PlaceTable(
      (0..<height * width).map { place in
        let (row, column) = place.quotientAndRemainder(dividingBy: width)
        return (row * rowStep * line + column * step * stride, place * destinationStride)
      })
  }
}

/// Samples that are laid out at a time, so that the layout stays small next to the feature maps themselves.
func samplesPerPass(_ samples: Int, floatsPerSample: Int) -> Int {
  max(1, min(samples, (16 << 20) / max(1, floatsPerSample)))
}
