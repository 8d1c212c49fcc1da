import Core

/// A clip of a store and the frames of it that a network sees.
struct ClipChoice: Equatable, Sendable {
  /// Index into the store.
  let clip: Int
  /// Stored frames.
  let frames: [Int]
}

/// Reads clips of a store as both networks see them.
struct ClipLoader: Sendable {
  let store: ClipStore
  let network: SweepConfiguration.Network
  private let toMotion, toIdentity: FrameScaling

  /// The sizes that clips are wanted at: MENet's alone, or IDNet's too.
  enum Sizes: Sendable { case motion, both }

  /// Clips at MENet's size and, averaged from that, at IDNet's: `[clips, frames, size, size, 3]` each.
  struct Clips {
    var motion: Tensor
    /// Empty where it was not wanted.
    var identity: Tensor
  }

  init(_ store: ClipStore, _ network: SweepConfiguration.Network) {
    self.store = store
    self.network = network
    let clip = store.clips[0]
    toMotion = FrameScaling(height: clip.height, width: clip.width, to: network.motionSize)
    toIdentity = FrameScaling(height: network.motionSize, width: network.motionSize, to: network.identitySize)
  }

  /// The frames of a clip that an evaluation looks at.
  func evaluated(_ clip: Int) -> ClipChoice {
    ClipChoice(clip: clip, frames: FrameSampler.evaluation(store.clips[clip], count: network.frames))
  }

  /// The chosen clips, in their order.
  ///
  /// - Parameter onOneThread: whether the calling thread does it alone, and leaves the others to kernels.
  func load(_ choices: [ClipChoice], _ sizes: Sizes, onOneThread: Bool = false) -> Clips {
    let motion = Tensor([choices.count, network.frames, network.motionSize, network.motionSize, 3])
    let side = sizes == .both ? network.identitySize : 0
    let identity = Tensor([choices.count, network.frames, side, side, 3])
    let (large, small) = (network.motionSize * network.motionSize * 3, side * side * 3)
    let (motionBase, identityBase) = (motion.pointer, identity.pointer)
    func load(_ index: Int) {
      let (sample, frame) = index.quotientAndRemainder(dividingBy: network.frames)
      let choice = choices[sample]
      let clip = store.clips[choice.clip]
      guard let pixels = store.pixels(of: choice.clip).baseAddress else { return }
      let source = pixels + choice.frames[frame] * clip.height * clip.width * 3
      let scaled = motionBase + index * large
      toMotion.scale(source.assumingMemoryBound(to: UInt8.self), into: scaled)
      if sizes == .both { toIdentity.scale(UnsafePointer(scaled), into: identityBase + index * small) }
    }
    let count = choices.count * network.frames
    if onOneThread { (0..<count).forEach(load) } else { Parallel.forEach(count, load) }
    return Clips(motion: motion, identity: identity)
  }
}
