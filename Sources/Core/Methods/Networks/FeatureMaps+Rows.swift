extension FeatureMaps {
  /// From dense values with the channels last, `[samples, frames, height, width, channels]`.
  init(channelsLast values: Tensor, frames: Int, height: Int, width: Int, channels: Int) {
    self.init(samples: values.shape[0], frames: frames, height: height, width: width, channels: channels)
    Parallel.forEach(samples * frames) { frame in
      let (from, to) = (values.pointer + frame * places * channels, pointer + frame * frameCount)
      for place in 0..<places {
        (to + place * stride).update(from: from + place * channels, count: channels)
        (to + place * stride + channels).update(repeating: 0, count: stride - channels)
      }
    }
  }

  /// A row a frame as PyTorch flattens it, `[samples, frames, channels · height · width]`.
  var rows: Tensor {
    let rows = Tensor([samples, frames, channels * places])
    for frame in 0..<samples * frames {
      let (from, to) = (pointer + frame * frameCount, rows.pointer + frame * channels * places)
      for place in 0..<places {
        for channel in 0..<channels { to[channel * places + place] = from[place * stride + channel] }
      }
    }
    return rows
  }

  /// The way back from `rows`.
  init(rows: Tensor, height: Int, width: Int, channels: Int) {
    self.init(samples: rows.shape[0], frames: rows.shape[1], height: height, width: width, channels: channels)
    clear()
    for frame in 0..<samples * frames {
      let (from, to) = (rows.pointer + frame * channels * places, pointer + frame * frameCount)
      for place in 0..<places {
        for channel in 0..<channels { to[place * stride + channel] = from[channel * places + place] }
      }
    }
  }
}
