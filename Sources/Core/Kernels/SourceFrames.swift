/// Frames with zeros around them, laid out for the gradient of a convolution's weights.
struct SourceFrames {
  let samples, frames: Int
  /// Lines of a frame and places of a line, border included.
  let lines, places: Int
  /// Floats of a place.
  let stride: Int
  let pointer: UnsafePointer<Float>
  /// Holds the memory when it is this value's own.
  private let owner: Tensor?

  var line: Int { places * stride }
  var frame: Int { lines * line }

  /// Floats behind the last place that may be read, for kernels that take more channels at a time than there are.
  private static let slack = 32

  /// Copies samples of `maps` into a border of `border` zeros; no border means no copy.
  init(_ maps: FeatureMaps, samples range: Range<Int>, border: Int) {
    self.init(
      maps.pointer + range.lowerBound * maps.sampleCount, samples: range.count, frames: maps.frames,
      height: maps.height, width: maps.width, stride: maps.stride, border: border)
  }

  /// Copies samples of `clips`, `[samples, frames, height, width, colours]`, into a border of `border` zeros.
  init(_ clips: Tensor, samples range: Range<Int>, border: Int) {
    let shape = clips.shape
    self.init(
      clips.pointer + range.lowerBound * shape[1...].reduce(1, *), samples: range.count, frames: shape[1],
      height: shape[2], width: shape[3], stride: shape[4], border: border)
  }

  private init(
    _ source: UnsafeMutablePointer<Float>, samples: Int, frames: Int, height: Int, width: Int, stride: Int, border: Int
  ) {
    (self.samples, self.frames, self.stride) = (samples, frames, stride)
    (lines, places) = (height + 2 * border, width + 2 * border)
    guard border > 0 else {
      owner = nil
      pointer = UnsafePointer(source)
      return
    }
    let (line, frame) = (places * stride, lines * places * stride)
    let (inner, margin) = (width * stride, border * stride)
    let copy = Tensor([samples * frames * frame + SourceFrames.slack])
    let destination = copy.pointer
    Parallel.forEach(samples * frames) { index in
      let to = destination + index * frame
      let from = source + index * height * inner
      to.update(repeating: 0, count: border * line)
      for row in 0..<height {
        let start = to + (border + row) * line
        start.update(repeating: 0, count: margin)
        (start + margin).update(from: from + row * inner, count: inner)
        (start + margin + inner).update(repeating: 0, count: margin)
      }
      (to + (border + height) * line).update(repeating: 0, count: border * line)
    }
    (destination + samples * frames * frame).update(repeating: 0, count: SourceFrames.slack)
    owner = copy
    pointer = UnsafePointer(destination)
  }
}
