extension RecognitionNetwork {
  /// The two networks, by their names on the command line and in benchmarks.
  public enum Branch: String, CaseIterable, Codable, Sendable { case menet, idnet }
}

/// A convolution of a network: its geometry, and the size of its input.
public struct NetworkConvolution: Hashable, Sendable {
  public let branch: RecognitionNetwork.Branch
  /// The first layer of this shape, by torchvision's name: `layer2.0.conv1`.
  public let layer: String
  /// Number of layers of this shape.
  public let layers: Int
  public let geometry: ConvolutionGeometry
  /// Frames of a clip, and their height and width.
  public let frames, size: Int

  /// Whether its input is the clip, which needs no gradient.
  public var isStem: Bool { layer == "conv1" }
  /// Height and width of its output.
  public var outputSize: Int { geometry.outputSize(size) }

  /// Multiplications and additions of direct convolution over one clip: without taps before and after the clip, but
  /// with taps beside the frame. They are the same for the forward pass and both gradients.
  public var operations: Double {
    let products = geometry.inputChannels * geometry.outputChannels * geometry.taps * geometry.taps
    return 2 * Double(products) * Double(outputSize * outputSize) * Double(tapsInTime)
  }

  /// Taps over time that are inside the clip, of all frames together.
  var tapsInTime: Int { (0..<frames).reduce(0) { $0 + geometry.frameTaps(at: $1, of: frames).count } }

  /// Each distinct convolution of a network at these settings, in the order of the forward pass.
  public static func all(
    of branch: RecognitionNetwork.Branch, _ network: SweepConfiguration.Network
  ) -> [NetworkConvolution] {
    let (stemFrames, blockFrames) = branch == .menet ? (7, 3) : (1, 1)
    var convolutions: [NetworkConvolution] = []
    func add(
      _ layer: String, times: Int = 1, _ inputs: Int, _ outputs: Int, frameTaps: Int, taps: Int, stride: Int, size: Int
    ) {
      convolutions.append(
        NetworkConvolution(
          branch: branch, layer: layer, layers: times,
          geometry: ConvolutionGeometry(
            inputChannels: inputs, outputChannels: outputs, frameTaps: frameTaps, taps: taps, stride: stride),
          frames: network.frames, size: size))
    }

    var size = branch == .menet ? network.motionSize : network.identitySize
    add("conv1", 3, network.width, frameTaps: stemFrames, taps: 7, stride: 2, size: size)
    // The stem and the pool behind it.
    for _ in 0..<2 { size = halved(size) }
    if network.stem == .code { size /= 2 }
    add(
      "layer1.0.conv1", times: 4, network.width, network.width, frameTaps: blockFrames, taps: 3, stride: 1, size: size)
    for (layer, stride) in [(2, 2), (3, 2), (4, 1)] {
      let outputs = network.width << (layer - 1)
      add("layer\(layer).0.conv1", outputs / 2, outputs, frameTaps: blockFrames, taps: 3, stride: stride, size: size)
      let inner = stride == 2 ? halved(size) : size
      add("layer\(layer).0.conv2", times: 3, outputs, outputs, frameTaps: blockFrames, taps: 3, stride: 1, size: inner)
      add("layer\(layer).0.downsample.0", outputs / 2, outputs, frameTaps: 1, taps: 1, stride: stride, size: size)
      size = inner
    }
    return convolutions
  }
}

/// Height after a convolution or a pool with a stride of 2 and a border of half its taps.
private func halved(_ size: Int) -> Int { (size + 1) / 2 }
