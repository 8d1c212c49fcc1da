import Core

/// Reads clips of a store as both networks see them.
struct ClipLoader {
  let store: ClipStore
  let network: SweepConfiguration.Network
  private let toMotion, toIdentity: FrameScaling

  init(_ store: ClipStore, _ network: SweepConfiguration.Network) {
    self.store = store
    self.network = network
    let clip = store.clips[0]
    toMotion = FrameScaling(height: clip.height, width: clip.width, to: network.motionSize)
    toIdentity = FrameScaling(height: network.motionSize, width: network.motionSize, to: network.identitySize)
  }

  /// The chosen frames of clips, `[clips, frames, size, size, 3]`, at MENet's size and, averaged from that, at IDNet's.
  ///
  /// - Parameters:
  ///   - clips: indices into the store.
  ///   - frames: which stored frames of a clip to take.
  func load(_ clips: [Int], frames: (Clip) -> [Int]) -> (motion: Tensor, identity: Tensor) {
    let motion = loadMotion(clips, frames: frames)
    let (large, small) = (network.motionSize * network.motionSize * 3, network.identitySize * network.identitySize * 3)
    let identity = Tensor([clips.count, network.frames, network.identitySize, network.identitySize, 3])
    let (motionBase, identityBase) = (motion.pointer, identity.pointer)
    Parallel.forEach(clips.count * network.frames) { index in
      toIdentity.scale(UnsafePointer(motionBase + index * large), into: identityBase + index * small)
    }
    return (motion, identity)
  }

  /// The chosen frames of clips, `[clips, frames, size, size, 3]`, at MENet's size.
  func loadMotion(_ clips: [Int], frames: (Clip) -> [Int]) -> Tensor {
    let motion = Tensor([clips.count, network.frames, network.motionSize, network.motionSize, 3])
    let chosen = clips.map { frames(store.clips[$0]) }
    let base = motion.pointer
    Parallel.forEach(clips.count * network.frames) { index in
      let (sample, frame) = index.quotientAndRemainder(dividingBy: network.frames)
      let clip = store.clips[clips[sample]]
      guard let pixels = store.pixels(of: clips[sample]).baseAddress else { return }
      let source = pixels + chosen[sample][frame] * clip.height * clip.width * 3
      toMotion.scale(
        source.assumingMemoryBound(to: UInt8.self),
        into: base + index * network.motionSize * network.motionSize * 3)
    }
    return motion
  }
}
