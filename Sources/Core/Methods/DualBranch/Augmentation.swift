/// One random change of a training clip. It is the same for all frames of the clip and for both networks, so that both
/// see the same picture.
public struct Augmentation: Equatable, Sendable {
  /// Whole pixels by which IDNet's picture moves to the right and downwards; pixels at the edge are repeated.
  var right = 0
  var down = 0
  /// MENet's pixels per pixel of IDNet's: its picture moves by as much of its side, also where IDNet sees nothing.
  var motionScale = 1
  /// Whether left and right are exchanged, after the shift.
  var isFlipped = false
  /// What brightness adds to the values, which are in [-1, 1], and by what contrast multiplies them before.
  var brightness: Float = 0
  var contrast: Float = 1
  /// By what the intensity of each channel, value + 1, is multiplied first.
  var gains: [Float] = []

  /// What the channels of an input are.
  public enum Channels: Sendable {
    /// Red, green and blue in [-1, 1].
    case colours
    /// Differences of such pictures: gain and contrast count, brightness cancels.
    case differences
    /// Optical flow, its horizontal component first, whose sign changes in a flipped picture; light and colour leave
    /// it as it is.
    case flow
  }
}

extension Augmentation {
  /// Draws a change; nil where there is nothing to change.
  ///
  /// The shift is up to ±1/16 of IDNet's side, at least one pixel; a flip has probability ½; brightness is ±0.1 of the
  /// range, which is 2, contrast 0.9 to 1.1, and gains are 0.95 to 1.05, all uniform.
  ///
  /// - Parameter random: the stream of this clip and epoch.
  init?(
    _ kinds: [SweepConfiguration.Augmenting], _ network: SweepConfiguration.Network, random: CounterRandom
  ) {
    guard !kinds.isEmpty else { return nil }
    motionScale = network.motionSize / network.identitySize
    // Every number has its own index, so that none depends on the other kinds.
    func uniform(_ index: UInt64) -> Double { 2 * random.uniform(at: index) - 1 }
    if kinds.contains(.shift) {
      let most = max(1, network.identitySize / 16)
      right = random.integer(below: 2 * most + 1, at: 0) - most
      down = random.integer(below: 2 * most + 1, at: 1) - most
    }
    if kinds.contains(.flip) { isFlipped = random.uniform(at: 2) < 0.5 }
    if kinds.contains(.light) {
      (brightness, contrast) = (Float(0.2 * uniform(3)), Float(1 + 0.1 * uniform(4)))
    }
    if kinds.contains(.colour) { gains = (0..<3).map { Float(1 + 0.05 * uniform(UInt64(5 + $0))) } }
  }

  /// The factor and the summand of each value of a channel.
  func tone(of channel: Int, _ channels: Channels) -> (factor: Float, summand: Float) {
    let gain = gains.isEmpty ? 1 : gains[channel]
    return switch channels {
    case .colours: (contrast * gain, contrast * (gain - 1) + brightness)
    case .differences: (contrast * gain, 0)
    case .flow: (isFlipped && channel == 0 ? -1 : 1, 0)
    }
  }

  /// Changes a frame, `[side, side, depth]`.
  ///
  /// - Parameters:
  ///   - target: where the changed frame is written; not the memory of `source`.
  ///   - scale: pixels of this frame per pixel of the shift.
  func apply(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, side: Int, depth: Int, scale: Int,
    _ channels: Channels
  ) {
    let tones = (0..<depth).map { tone(of: $0, channels) }
    for row in 0..<side {
      let from = source + min(max(row - scale * down, 0), side - 1) * side * depth
      let to = target + row * side * depth
      for column in 0..<side {
        let moved = (isFlipped ? side - 1 - column : column) - scale * right
        let pixel = from + min(max(moved, 0), side - 1) * depth
        for channel in 0..<depth {
          let (factor, summand) = tones[channel]
          to[column * depth + channel] = summand.addingProduct(factor, pixel[channel])
        }
      }
    }
  }
}

extension ClipLoader.Clips {
  /// The clips with the change of each; a clip without one keeps its values.
  ///
  /// - Parameters:
  ///   - motionChannels: what the channels of MENet's input are; IDNet's are colours.
  ///   - onOneThread: whether only the calling thread works.
  func augmented(
    _ changes: [Augmentation?], motionChannels: Augmentation.Channels = .colours, onOneThread: Bool = false
  ) -> ClipLoader.Clips {
    guard changes.contains(where: { $0 != nil }) else { return self }
    func augmented(_ clips: Tensor, _ channels: Augmentation.Channels, _ scale: (Augmentation) -> Int) -> Tensor {
      guard clips.count > 0 else { return clips }
      let (frames, side, depth) = (clips.shape[1], clips.shape[2], clips.shape[4])
      let (result, size) = (Tensor(clips.shape), side * side * depth)
      let (source, target) = (clips.pointer, result.pointer)
      func change(_ frame: Int) {
        let (from, to) = (source + frame * size, target + frame * size)
        if let change = changes[frame / frames] {
          change.apply(from, to: to, side: side, depth: depth, scale: scale(change), channels)
        } else {
          to.update(from: from, count: size)
        }
      }
      let count = clips.shape[0] * frames
      if onOneThread { (0..<count).forEach(change) } else { Parallel.forEach(count, change) }
      return result
    }
    return ClipLoader.Clips(
      motion: augmented(motion, motionChannels) { $0.motionScale }, identity: augmented(identity, .colours) { _ in 1 })
  }
}
