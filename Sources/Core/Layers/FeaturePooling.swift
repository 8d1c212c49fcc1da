/// The pooling before the classifier: the maximum over each frame's positions, then the mean over frames.
struct FeaturePooling {
  private var memory: (choices: [Int32], maps: FeatureMaps)?

  /// - Returns: `[own samples, channels]`.
  mutating func forward(_ x: FeatureMaps, _ mode: Mode) -> Tensor {
    let features = Tensor([x.samples, x.channels], filledWith: 0)
    var choices = [Int32](repeating: 0, count: x.samples * x.frames * x.channels)
    choices.withUnsafeMutableBufferPointer { choices in
      let choices = choices.baseAddress
      Parallel.forEach(x.samples) { sample in
        for frame in 0..<x.frames {
          let positions = x.frame(sample, frame)
          for channel in 0..<x.channels {
            var best = positions[channel]
            var choice = 0
            for position in 1..<max(1, x.positions) {
              let value = positions[position * x.stride + channel]
              // NaN is kept, so that it shows in the result.
              guard value > best || value != value else { continue }
              (best, choice) = (value, position)
            }
            choices![(sample * x.frames + frame) * x.channels + channel] = Int32(choice)
            features.pointer[sample * x.channels + channel] += best
          }
        }
        for channel in 0..<x.channels { features.pointer[sample * x.channels + channel] /= Float(x.frames) }
      }
    }
    if case .training = mode { memory = (choices, x) }
    return features
  }

  /// - Parameter dy: `[own samples, channels]`.
  mutating func backward(_ dy: Tensor) -> FeatureMaps {
    guard let (choices, maps) = memory else {
      return FeatureMaps(samples: 0, frames: 0, height: 0, width: 0, channels: 0)
    }
    memory = nil
    let dx = FeatureMaps(like: maps)
    dx.clear()
    for sample in 0..<maps.samples {
      for frame in 0..<maps.frames {
        for channel in 0..<maps.channels {
          let position = Int(choices[(sample * maps.frames + frame) * maps.channels + channel])
          dx.frame(sample, frame)[position * maps.stride + channel] =
            dy.pointer[sample * maps.channels + channel] / Float(maps.frames)
        }
      }
    }
    return dx
  }
}
