/// Reads the apex frames of clips; where a clip's import found no apex, the middle of onset and offset stands for it.
struct ApexFrames {
  private let loader: ClipLoader

  /// - Parameters:
  ///   - store: the frames, as recorded or registered.
  ///   - size: height and width to which they are averaged, pixels.
  init(_ store: ClipStore, size: Int) {
    var network = SweepConfiguration.Network()
    (network.frames, network.motionSize, network.identitySize) = (1, size, size)
    loader = ClipLoader(store, network)
  }

  /// The apex frames of some clips of the store, `[clips, 1, size, size, 3]`, values in [-1, 1].
  ///
  /// - Throws: a `Fault` naming the clip that cannot be read.
  func load(_ clips: [Int]) throws -> Tensor {
    try loader.load(clips.map { ClipChoice(clip: $0, frames: [loader.store.clips[$0].apex]) }, .motion).motion
  }
}
