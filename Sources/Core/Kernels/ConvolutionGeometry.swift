/// The shape of a convolution: `[t, h, w]` taps, stride 1 over time and `stride` over height and width. Zeros are
/// padded around each frame, and before and after the clip, so that a stride of 1 keeps the size.
public struct ConvolutionGeometry: Hashable, Sendable {
  public let inputChannels, outputChannels: Int
  /// Taps over time, and over height and width alike.
  public let frameTaps, taps: Int
  /// Stride over height and width: 1 or 2.
  public let stride: Int

  public init(inputChannels: Int, outputChannels: Int, frameTaps: Int, taps: Int, stride: Int) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.frameTaps = frameTaps
    self.taps = taps
    self.stride = stride
  }

  public var framePadding: Int { frameTaps / 2 }
  public var padding: Int { taps / 2 }

  /// Height (or width) of the output for an input of height (or width) `size`.
  public func outputSize(_ size: Int) -> Int { (size + 2 * padding - taps) / stride + 1 }

  /// The taps over time that fall inside the clip when frame `frame` of `frames` is computed.
  func frameTaps(at frame: Int, of frames: Int) -> Range<Int> {
    max(0, framePadding - frame)..<min(frameTaps, frames + framePadding - frame)
  }

  /// Weights in PyTorch's layout: `[output, input, t, h, w]`.
  public var weightShape: [Int] { [outputChannels, inputChannels, frameTaps, taps, taps] }
  public var weightCount: Int { outputChannels * inputChannels * frameTaps * taps * taps }
}

/// Divides channels into tiles: as many of the widest as fit, then tiles of sixteen, then of eight.
struct ChannelTiles {
  struct Tile {
    /// First channel, and number of channels: 32, 16 or 8.
    let start, width: Int
  }

  let tiles: [Tile]

  /// - Parameter stride: channels, padded to a multiple of eight.
  init(stride: Int) {
    var tiles: [Tile] = []
    var start = 0
    while start < stride {
      let width = [WideVector.width, 16, 8].first { $0 <= stride - start } ?? 8
      tiles.append(Tile(start: start, width: width))
      start += width
    }
    self.tiles = tiles
  }
}
