/// A clip of a store, and the frames of it that a network takes.
public struct ClipChoice: Equatable, Sendable {
  /// Index of the clip in the store.
  public let clip: Int
  /// Indices of the stored frames.
  public let frames: [Int]
  /// How the loaded frames are changed; nil where they are not.
  public var augmentation: Augmentation?

  public init(clip: Int, frames: [Int], augmentation: Augmentation? = nil) {
    (self.clip, self.frames, self.augmentation) = (clip, frames, augmentation)
  }

  /// The frames of a clip for an evaluation.
  ///
  /// - Parameter count: number of frames.
  public init(evaluating clip: Int, of store: ClipStore, frames count: Int) {
    self.init(clip: clip, frames: FrameSampler.evaluation(store.clips[clip], count: count))
  }
}

/// Reads clips in the sizes of both networks: for MENet its input, for IDNet the frames as recorded.
public struct ClipLoader: Sendable {
  /// The clips as recorded; choices have their frame numbers.
  let store: ClipStore
  let network: SweepConfiguration.Network
  /// Derived from the store, from onset to offset; nil where MENet sees the recorded frames too.
  private let motion: ClipStore?
  private let toMotion, toIdentity: FrameScaling

  /// The sizes at which clips are loaded: only MENet's, or also IDNet's.
  public enum Sizes: Sendable { case motion, both }

  /// Clips at MENet's size and, averaged from that, at IDNet's: `[clips, frames, size, size, 3]` each.
  public struct Clips {
    public var motion: Tensor
    /// Empty where it was not requested.
    public var identity: Tensor
  }

  /// - Parameters:
  ///   - store: the clips as recorded.
  ///   - motion: what is derived from them for MENet; nil for the recorded frames.
  public init(_ store: ClipStore, motion: ClipStore? = nil, _ network: SweepConfiguration.Network) {
    precondition((motion?.content == .flow) == (network.input == .flow), "MENet's input is not that of the store")
    (self.store, self.motion, self.network) = (store, motion, network)
    let clip = store.clips[0]
    toMotion = FrameScaling(height: clip.height, width: clip.width, to: network.motionSize)
    toIdentity = FrameScaling(height: network.motionSize, width: network.motionSize, to: network.identitySize)
  }

  /// The frames of a clip for an evaluation.
  func evaluated(_ clip: Int) -> ClipChoice { ClipChoice(evaluating: clip, of: store, frames: network.frames) }

  /// Loads the chosen clips, in their order.
  ///
  /// - Parameter onOneThread: whether only the calling thread works, so that the kernels can use the others.
  /// - Throws: a `Fault` naming the store and the clip that cannot be read.
  public func load(_ choices: [ClipChoice], _ sizes: Sizes, onOneThread: Bool = false) throws -> Clips {
    let motion = Tensor([choices.count, network.frames, network.motionSize, network.motionSize, 3])
    let side = sizes == .both ? network.identitySize : 0
    let identity = Tensor([choices.count, network.frames, side, side, 3])
    let (large, small) = (network.motionSize * network.motionSize * 3, side * side * 3)
    let (motionBase, identityBase) = (motion.pointer, identity.pointer)
    func load(_ index: Int) throws {
      let (sample, position) = index.quotientAndRemainder(dividingBy: network.frames)
      let (clip, frame) = (choices[sample].clip, choices[sample].frames[position])
      try loadMotion(frame, of: clip, into: motionBase + index * large)
      if sizes == .both {
        try loadIdentity(frame, of: clip, seen: motionBase + index * large, into: identityBase + index * small)
      }
    }
    let count = choices.count * network.frames
    if onOneThread { try (0..<count).forEach(load) } else { try Parallel.tryForEach(count, load) }
    let clips = Clips(motion: motion, identity: identity)
    return clips.augmented(choices.map(\.augmentation), motionChannels: channels, onOneThread: onOneThread)
  }

  /// What the channels of MENet's input are.
  private var channels: Augmentation.Channels {
    switch network.input {
    case .frames: .colours
    case .difference: .differences
    case .flow: .flow
    }
  }

  // MARK: - One frame

  /// Loads what MENet sees at a frame, `[size, size, 3]`.
  private func loadMotion(_ frame: Int, of clip: Int, into scaled: UnsafeMutablePointer<Float>) throws {
    let source = motion ?? store
    // Derived stores begin at the onset.
    let onset = store.clips[clip].onset
    let (index, first) = motion == nil ? (frame, onset) : (frame - onset, 0)
    try source.withFrame(index, of: clip) { pixels in
      switch network.input {
      case .frames: toMotion.scale(pixels, into: scaled)
      case .difference:
        try source.withFrame(first, of: clip) { scaleDifference(pixels, $0, into: scaled) }
      case .flow:
        withUnsafeTemporaryAllocation(of: Float.self, capacity: toMotion.height * toMotion.width * 3) { values in
          guard let values = values.baseAddress else { return }
          FlowQuantization.read(pixels, count: toMotion.height * toMotion.width, into: values)
          toMotion.scale(values, into: scaled)
        }
      }
    }
  }

  /// The difference of two frames, which are mapped to [-1, 1]: from -2 to 2.
  private func scaleDifference(
    _ frame: UnsafePointer<UInt8>, _ onset: UnsafePointer<UInt8>, into scaled: UnsafeMutablePointer<Float>
  ) {
    let count = toMotion.height * toMotion.width * 3
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
      guard let values = values.baseAddress else { return }
      for index in 0..<count { values[index] = (Float(frame[index]) - Float(onset[index])) * (2 / 255) }
      toMotion.scale(values, into: scaled)
    }
  }

  /// Loads a frame at IDNet's size, averaged from MENet's.
  ///
  /// - Parameter seen: what MENet sees of it: the same frame, unless its input is another.
  private func loadIdentity(
    _ frame: Int, of clip: Int, seen: UnsafePointer<Float>, into scaled: UnsafeMutablePointer<Float>
  ) throws {
    if motion == nil, network.input == .frames { return toIdentity.scale(seen, into: scaled) }
    let count = network.motionSize * network.motionSize * 3
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
      guard let values = values.baseAddress else { return }
      try store.withFrame(frame, of: clip) { toMotion.scale($0, into: values) }
      toIdentity.scale(UnsafePointer(values), into: scaled)
    }
  }
}
