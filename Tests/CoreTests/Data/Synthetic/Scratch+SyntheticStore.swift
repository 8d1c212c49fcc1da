@testable import Core

extension Scratch {
  /// Writes a small synthetic store to `store.safetensors` and opens it.
  ///
  /// - Parameter size: height and width of its frames, pixels.
  func syntheticStore(clips: Int, size: Int) throws -> ClipStore {
    var settings = SweepConfiguration.Synthetic()
    (settings.clips, settings.size) = (clips, size)
    try SyntheticStore.write("synth-samm", settings, to: self("store.safetensors"))
    return try ClipStore(opening: self("store.safetensors"))
  }
}
