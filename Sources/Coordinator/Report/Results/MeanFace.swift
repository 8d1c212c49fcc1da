import Core

/// The mean of a dataset's onset frames, in grey: the background of attention maps.
struct MeanFace: Equatable {
  /// Height and width, pixels.
  static let size = 64
  /// The mean of fewer persons would show one of them, which the datasets' licences seldom allow.
  static let fewestSubjects = 5

  /// `[size, size]`, row by row.
  var pixels: [UInt8]

  init(pixels: [UInt8]) { self.pixels = pixels }

  /// nil for the clips of too few subjects.
  ///
  /// - Throws: a `Fault` when a frame cannot be read.
  init?(_ store: ClipStore) throws {
    guard Set(store.clips.map(\.subject)).count >= MeanFace.fewestSubjects, let first = store.clips.first else {
      return nil
    }
    let frame = first.height * first.width * 3
    var sum = [Float](repeating: 0, count: frame)
    var pixels = [UInt8](repeating: 0, count: frame)
    for (index, clip) in store.clips.enumerated() {
      try pixels.withUnsafeMutableBytes { try store.read(clip.onset..<clip.onset + 1, of: index, into: $0) }
      for value in 0..<frame { sum[value] += Float(pixels[value]) }
    }
    let size = MeanFace.size
    var scaled = [Float](repeating: 0, count: size * size * 3)
    let scaling = FrameScaling(height: first.height, width: first.width, to: size)
    sum.withUnsafeBufferPointer { old in
      scaled.withUnsafeMutableBufferPointer { new in
        guard let old = old.baseAddress, let new = new.baseAddress else { return }
        scaling.scale(old, into: new)
      }
    }
    let clips = Float(store.clips.count)
    self.pixels = (0..<size * size).map { pixel in
      // Luma of ITU-R BT.601.
      let grey = 0.299 * scaled[3 * pixel] + 0.587 * scaled[3 * pixel + 1] + 0.114 * scaled[3 * pixel + 2]
      return UInt8(max(0, min(255, (grey / clips).rounded())))
    }
  }
}
