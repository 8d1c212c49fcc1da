/// A max pool over time, height and width: `frameTaps` × `taps` × `taps`, stride 1 over time and 2 over the frame.
struct PoolGeometry: Sendable {
  let frameTaps, taps, padding: Int

  var framePadding: Int { frameTaps / 2 }
  func outputSize(_ size: Int) -> Int { (size + 2 * padding - taps) / 2 + 1 }
}

/// Which tap of its window each output took, `[samples, frames, height, width, stride]`, one byte each.
struct PoolChoices {
  private let memory: Tensor

  init(_ count: Int) { memory = Tensor([(count + 3) / 4]) }

  var base: UnsafeMutablePointer<UInt8> { UnsafeMutableRawPointer(memory.pointer).assumingMemoryBound(to: UInt8.self) }
}

/// y = largest of the window, the first of equals; and which it was.
func maxPoolForward(_ geometry: PoolGeometry, _ x: FeatureMaps) -> (FeatureMaps, PoolChoices) {
  let y = FeatureMaps(
    samples: x.samples, frames: x.frames, height: geometry.outputSize(x.height), width: geometry.outputSize(x.width),
    channels: x.channels)
  let choices = PoolChoices(y.count)
  let stride = x.stride
  Parallel.forEach(y.samples * y.frames * y.height) { job in
    let (index, row) = job.quotientAndRemainder(dividingBy: y.height)
    let (sample, frame) = index.quotientAndRemainder(dividingBy: y.frames)
    for column in 0..<y.width {
      let place = ((index * y.height + row) * y.width + column) * stride
      for channel in Swift.stride(from: 0, to: stride, by: 8) {
        var best = SIMD8<Float>(repeating: -.infinity)
        var choice = SIMD8<Int32>(repeating: 0)
        for i in 0..<geometry.frameTaps {
          let t = frame + i - geometry.framePadding
          guard t >= 0, t < x.frames else { continue }
          for j in 0..<geometry.taps {
            let h = row * 2 + j - geometry.padding
            guard h >= 0, h < x.height else { continue }
            for k in 0..<geometry.taps {
              let w = column * 2 + k - geometry.padding
              guard w >= 0, w < x.width else { continue }
              let start = (((sample * x.frames + t) * x.height + h) * x.width + w) * stride + channel
              let value = SIMD8<Float>.load(x.pointer + start)
              // A value that is not a number wins for good, so that it is seen.
              let wins = (value .> best) .| (value .!= value)
              best.replace(with: value, where: wins)
              choice.replace(with: Int32((i * geometry.taps + j) * geometry.taps + k), where: wins)
            }
          }
        }
        best.store(y.pointer + place + channel)
        for lane in 0..<8 { choices.base[place + channel + lane] = UInt8(truncatingIfNeeded: choice[lane]) }
      }
    }
  }
  return (y, choices)
}

/// dx: each input place adds the gradients of the windows that took it, in the order of their taps.
///
/// - Parameters:
///   - height, width: the input's.
func maxPoolBackward(
  _ geometry: PoolGeometry, dy: FeatureMaps, _ choices: PoolChoices, height: Int, width: Int
) -> FeatureMaps {
  let dx = FeatureMaps(
    samples: dy.samples, frames: dy.frames, height: height, width: width, channels: dy.channels)
  let stride = dx.stride
  Parallel.forEach(dx.samples * dx.frames * height) { job in
    let (index, row) = job.quotientAndRemainder(dividingBy: height)
    let (sample, frame) = index.quotientAndRemainder(dividingBy: dx.frames)
    let line = dx.pointer + job * width * stride
    line.update(repeating: 0, count: width * stride)
    for i in 0..<geometry.frameTaps {
      let t = frame - i + geometry.framePadding
      guard t >= 0, t < dy.frames else { continue }
      for j in 0..<geometry.taps {
        let h = row - j + geometry.padding
        guard h >= 0, h % 2 == 0, h / 2 < dy.height else { continue }
        for k in 0..<geometry.taps {
          let tap = UInt8((i * geometry.taps + j) * geometry.taps + k)
          for column in 0..<width {
            let w = column - k + geometry.padding
            guard w >= 0, w % 2 == 0, w / 2 < dy.width else { continue }
            let start = (((sample * dy.frames + t) * dy.height + h / 2) * dy.width + w / 2) * stride
            for channel in Swift.stride(from: 0, to: stride, by: 8) {
              let taken = UnsafeRawPointer(choices.base + start + channel).loadUnaligned(as: SIMD8<UInt8>.self)
              let to = line + column * stride + channel
              var slope = SIMD8<Float>.load(dy.pointer + start + channel)
              let chosen = SIMD8<Int32>(truncatingIfNeeded: taken) .== Int32(tap)
              slope.replace(with: 0, where: .!chosen)
              (SIMD8<Float>.load(to) + slope).store(to)
            }
          }
        }
      }
    }
  }
  return dx
}
