/// A batch of feature maps over time, channels last: `[samples, frames, height, width, channels]`.
///
/// Channels are padded with zeros to a multiple of eight (`stride` floats per position), so that every kernel works on
/// whole vectors. The padding stays zero in every layer, because padded weights are zero.
public struct FeatureMaps {
  public let samples, frames, height, width, channels: Int
  private let tensor: Tensor

  /// Feature maps with undefined content, the padding included.
  public init(samples: Int, frames: Int, height: Int, width: Int, channels: Int) {
    self.samples = samples
    self.frames = frames
    self.height = height
    self.width = width
    self.channels = channels
    tensor = Tensor([samples, frames, height, width, FeatureMaps.stride(of: channels)])
  }

  /// Feature maps of the same shape with undefined content.
  public init(like other: FeatureMaps) {
    self.init(
      samples: other.samples, frames: other.frames, height: other.height, width: other.width,
      channels: other.channels)
  }

  /// The same maps with every frame as a sample.
  public var singleFrames: FeatureMaps { FeatureMaps(self, samples: samples * frames, frames: 1) }

  private init(_ other: FeatureMaps, samples: Int, frames: Int) {
    self.samples = samples
    self.frames = frames
    height = other.height
    width = other.width
    channels = other.channels
    tensor = other.tensor
  }

  /// Feature maps from a dense `[samples, channels, frames, height, width]`, the layout of PyTorch and of files.
  public init(channelsFirst source: Tensor) {
    let shape = source.shape
    self.init(samples: shape[0], frames: shape[2], height: shape[3], width: shape[4], channels: shape[1])
    clear()
    transpose { position, channel, dense in pointer[position * stride + channel] = source[dense] }
  }

  /// The same values as a dense `[samples, channels, frames, height, width]`.
  public var channelsFirst: Tensor {
    let result = Tensor([samples, channels, frames, height, width])
    transpose { position, channel, dense in result[dense] = pointer[position * stride + channel] }
    return result
  }

  /// Floats from one position to the next: the channels, padded.
  public static func stride(of channels: Int) -> Int { (channels + 7) / 8 * 8 }
  public var stride: Int { FeatureMaps.stride(of: channels) }

  /// Positions per frame.
  public var positions: Int { height * width }
  /// Floats per frame.
  public var frameCount: Int { positions * stride }
  /// Floats per sample.
  public var sampleCount: Int { frames * frameCount }
  /// Floats in all, padding included.
  public var count: Int { samples * sampleCount }

  public var pointer: UnsafeMutablePointer<Float> { tensor.pointer }

  /// Frame `frame` of sample `sample`, `[height, width, stride]`.
  public func frame(_ sample: Int, _ frame: Int) -> UnsafeMutablePointer<Float> {
    pointer + (sample * frames + frame) * frameCount
  }

  public func clear() { tensor.clear() }

  private func transpose(_ move: (_ position: Int, _ channel: Int, _ dense: Int) -> Void) {
    let volume = frames * positions
    for sample in 0..<samples {
      for channel in 0..<channels {
        for position in 0..<volume {
          move(sample * volume + position, channel, (sample * channels + channel) * volume + position)
        }
      }
    }
  }
}
