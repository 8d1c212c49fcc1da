/// The mean of each window of `taps` × `taps` positions, with stride `taps`; height and width are multiples of `taps`.
struct AveragePooling {
  let taps: Int

  func forward(_ x: FeatureMaps) -> FeatureMaps {
    let y = FeatureMaps(
      samples: x.samples, frames: x.frames, height: x.height / taps, width: x.width / taps, channels: x.channels)
    y.clear()
    forEachPair(y, x) { mean, value, channels in
      for channel in 0..<channels { mean[channel] += value[channel] / Float(taps * taps) }
    }
    return y
  }

  func backward(_ dy: FeatureMaps) -> FeatureMaps {
    let dx = FeatureMaps(
      samples: dy.samples, frames: dy.frames, height: dy.height * taps, width: dy.width * taps, channels: dy.channels)
    forEachPair(dy, dx) { mean, value, channels in
      for channel in 0..<channels { value[channel] = mean[channel] / Float(taps * taps) }
    }
    return dx
  }

  /// Calls `body` with every position of the large maps, row by row, and its position in the small maps.
  private func forEachPair(
    _ small: FeatureMaps, _ large: FeatureMaps,
    _ body: (_ small: UnsafeMutablePointer<Float>, _ large: UnsafeMutablePointer<Float>, _ channels: Int) -> Void
  ) {
    Parallel.forEach(large.samples * large.frames) { frame in
      let (mean, value) = (small.pointer + frame * small.frameCount, large.pointer + frame * large.frameCount)
      for y in 0..<large.height {
        for x in 0..<large.width {
          let position = y / taps * small.width + x / taps
          body(mean + position * small.stride, value + (y * large.width + x) * large.stride, large.stride)
        }
      }
    }
  }
}
