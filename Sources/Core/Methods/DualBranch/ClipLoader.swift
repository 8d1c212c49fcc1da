/// A clip of a store, and the frames of it that a network takes.
public struct ClipChoice: Equatable, Sendable {
  /// Index of the clip in the store.
  public let clip: Int
  /// Indices of the stored frames.
  public let frames: [Int]
  /// How the loaded frames are changed; nil where they are not.
  public var augmentation: Augmentation?
}

/// Reads clips of a store in the sizes of both networks.
public struct ClipLoader: Sendable {
  let store: ClipStore
  let network: SweepConfiguration.Network
  private let toMotion, toIdentity: FrameScaling

  /// The sizes at which clips are loaded: only MENet's, or also IDNet's.
  public enum Sizes: Sendable { case motion, both }

  /// Clips at MENet's size and, averaged from that, at IDNet's: `[clips, frames, size, size, 3]` each.
  public struct Clips {
    public var motion: Tensor
    /// Empty where it was not requested.
    public var identity: Tensor
  }

  public init(_ store: ClipStore, _ network: SweepConfiguration.Network) {
    self.store = store
    self.network = network
    let clip = store.clips[0]
    toMotion = FrameScaling(height: clip.height, width: clip.width, to: network.motionSize)
    toIdentity = FrameScaling(height: network.motionSize, width: network.motionSize, to: network.identitySize)
  }

  /// The frames of a clip for an evaluation.
  public func evaluated(_ clip: Int) -> ClipChoice {
    ClipChoice(clip: clip, frames: FrameSampler.evaluation(store.clips[clip], count: network.frames))
  }

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
      let scaled = motionBase + index * large
      let stored = toMotion.height * toMotion.width * 3
      try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stored) { pixels in
        try store.read(frame..<frame + 1, of: clip, into: UnsafeMutableRawBufferPointer(pixels))
        if let pixels = pixels.baseAddress { toMotion.scale(UnsafePointer(pixels), into: scaled) }
      }
      if sizes == .both { toIdentity.scale(UnsafePointer(scaled), into: identityBase + index * small) }
    }
    let count = choices.count * network.frames
    if onOneThread { try (0..<count).forEach(load) } else { try Parallel.tryForEach(count, load) }
    let clips = Clips(motion: motion, identity: identity)
    return clips.augmented(choices.map(\.augmentation), onOneThread: onOneThread)
  }
}
