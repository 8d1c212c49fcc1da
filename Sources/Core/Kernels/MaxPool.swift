/// A max pool over time, height and width: `frameTaps` × `taps` × `taps`, stride 1 over time and 2 over the frame.
struct PoolGeometry: Sendable {
  let frameTaps, taps, padding: Int

  var framePadding: Int { frameTaps / 2 }
  func outputSize(_ size: Int) -> Int { (size + 2 * padding - taps) / 2 + 1 }

  /// The taps over time that fall inside a clip of `frames` frames, for a frame of the output.
  fileprivate func frameTaps(at frame: Int, of frames: Int) -> Range<Int> {
    max(0, framePadding - frame)..<min(frameTaps, frames + framePadding - frame)
  }
  /// The rows (or columns) of taps that fall inside an input of this size, for a row of the output.
  fileprivate func taps(at output: Int, of size: Int) -> Range<Int> {
    max(0, padding - 2 * output)..<min(taps, size + padding - 2 * output)
  }
  /// The number of a tap.
  @inline(__always)
  fileprivate func tap(_ i: Int, _ j: Int, _ k: Int) -> Int32 {
    Int32(truncatingIfNeeded: (i &* taps &+ j) &* taps &+ k)
  }
}

/// The tap of its window from which each output was taken, `[samples, frames, height, width, stride]`, one byte each.
struct PoolChoices {
  private let memory: Tensor

  init(_ count: Int) { memory = Tensor([(count + 3) / 4]) }

  var base: UnsafeMutablePointer<UInt8> { UnsafeMutableRawPointer(memory.pointer).assumingMemoryBound(to: UInt8.self) }
}

/// y = the largest value of each window, the first of equal ones; and which tap it was.
func maxPoolForward(_ geometry: PoolGeometry, _ x: FeatureMaps) -> (FeatureMaps, PoolChoices) {
  let y = FeatureMaps(
    samples: x.samples, frames: x.frames, height: geometry.outputSize(x.height), width: geometry.outputSize(x.width),
    channels: x.channels)
  let choices = PoolChoices(y.count)
  let (stride, line) = (x.stride, x.width * x.stride)
  Parallel.forEach(y.samples * y.frames * y.height) { job in
    let (index, row) = job.quotientAndRemainder(dividingBy: y.height)
    let frameTaps = geometry.frameTaps(at: index % y.frames, of: x.frames)
    let rowTaps = geometry.taps(at: row, of: x.height)
    for column in 0..<y.width {
      let columnTaps = geometry.taps(at: column, of: x.width)
      let position = (job * y.width + column) * stride
      let top = (index - geometry.framePadding) * x.height + 2 * row - geometry.padding
      let first = x.pointer + (top * x.width + 2 * column - geometry.padding) * stride
      for channel in Swift.stride(from: 0, to: stride, by: 8) {
        var best = SIMD8<Float>(repeating: -.infinity)
        var choice = SIMD8<Int32>(
          repeating: geometry.tap(frameTaps.lowerBound, rowTaps.lowerBound, columnTaps.lowerBound))
        for i in frameTaps {
          for j in rowTaps {
            for k in columnTaps {
              let distance = i &* x.frameCount &+ j &* line &+ k &* stride
              let value = SIMD8<Float>.load(first + (distance &+ channel))
              // NaN is kept, so that it shows in the result.
              let wins = (value .> best) .| (value .!= value)
              best.replace(with: value, where: wins)
              choice.replace(with: geometry.tap(i, j, k), where: wins)
            }
          }
        }
        best.store(y.pointer + position + channel)
        UnsafeMutableRawPointer(choices.base + position + channel).storeBytes(
          of: SIMD8<UInt8>(truncatingIfNeeded: choice), as: SIMD8<UInt8>.self)
      }
    }
  }
  return (y, choices)
}

/// dx: each input position adds the gradients of the windows whose maximum it was, in the order of the windows.
///
/// - Parameters:
///   - height, width: of the input.
func maxPoolBackward(
  _ geometry: PoolGeometry, dy: FeatureMaps, _ choices: PoolChoices, height: Int, width: Int
) -> FeatureMaps {
  let dx = FeatureMaps(
    samples: dy.samples, frames: dy.frames, height: height, width: width, channels: dy.channels)
  let (stride, line) = (dx.stride, width * dx.stride)
  // Floats from the window's middle tap to each tap.
  let distances = (0..<geometry.frameTaps * geometry.taps * geometry.taps).map { tap in
    let (rows, k) = tap.quotientAndRemainder(dividingBy: geometry.taps)
    let (i, j) = rows.quotientAndRemainder(dividingBy: geometry.taps)
    let (frames, lines, positions) = (i - geometry.framePadding, j - geometry.padding, k - geometry.padding)
    return frames * dx.frameCount + lines * line + positions * stride
  }
  // A job writes some channels of one sample, which no other job writes.
  let block = 16
  let blocks = (stride + block - 1) / block
  Parallel.forEach(dx.samples * blocks) { job in
    let (sample, first) = (job / blocks, job % blocks * block)
    let count = min(block, stride - first)
    let to = dx.frame(sample, 0) + first
    for position in 0..<dx.frames * dx.positions { (to + position &* stride).update(repeating: 0, count: count) }
    distances.withUnsafeBufferPointer { distances in
      var from = sample * dy.sampleCount + first
      for frame in 0..<dy.frames {
        for row in 0..<dy.height {
          for column in 0..<dy.width {
            let middle = to + (frame * dx.frameCount + 2 * row * line + 2 * column * stride)
            for channel in 0..<count {
              middle[distances[Int(choices.base[from &+ channel])] &+ channel] += dy.pointer[from &+ channel]
            }
            from += stride
          }
        }
      }
    }
  }
  return dx
}
