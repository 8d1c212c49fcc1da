extension FeatureMaps {
  /// Makes feature maps from dense values with the channels last, `[samples, frames, height, width, channels]`.
  init(channelsLast values: Tensor, frames: Int, height: Int, width: Int, channels: Int) {
    self.init(samples: values.shape[0], frames: frames, height: height, width: width, channels: channels)
    Parallel.forEach(samples * frames) { frame in
      let (from, to) = (values.pointer + frame * positions * channels, pointer + frame * frameCount)
      for position in 0..<positions {
        (to + position * stride).update(from: from + position * channels, count: channels)
        (to + position * stride + channels).update(repeating: 0, count: stride - channels)
      }
    }
  }

  /// One row per frame, flattened as in PyTorch, `[samples, frames, channels · height · width]`.
  var rows: Tensor {
    let rows = Tensor([samples, frames, channels * positions])
    for frame in 0..<samples * frames {
      let (from, to) = (pointer + frame * frameCount, rows.pointer + frame * channels * positions)
      for position in 0..<positions {
        for channel in 0..<channels { to[channel * positions + position] = from[position * stride + channel] }
      }
    }
    return rows
  }

  /// The inverse of `rows`.
  init(rows: Tensor, height: Int, width: Int, channels: Int) {
    self.init(samples: rows.shape[0], frames: rows.shape[1], height: height, width: width, channels: channels)
    clear()
    for frame in 0..<samples * frames {
      let (from, to) = (rows.pointer + frame * channels * positions, pointer + frame * frameCount)
      for position in 0..<positions {
        for channel in 0..<channels { to[position * stride + channel] = from[channel * positions + position] }
      }
    }
  }
}
