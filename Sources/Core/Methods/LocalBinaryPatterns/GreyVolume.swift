/// A clip from onset to offset in whole grey levels, interpolated to a fixed number of frames.
struct GreyVolume {
  let frames, height, width: Int
  /// Grey levels, whole numbers of 0 … 255, `[frames, height, width]`, followed by `slack` unused values.
  let levels: [Float]

  /// Unused values after the last frame, so that whole vectors can be read at any position.
  static let slack = 64

  /// - Parameter levels: `[frames, height, width]`, whole numbers of 0 … 255.
  init(frames: Int, height: Int, width: Int, levels: [Float]) {
    (self.frames, self.height, self.width) = (frames, height, width)
    self.levels = levels + [Float](repeating: 0, count: GreyVolume.slack)
  }

  /// Interpolates a clip from onset to offset to this number of frames.
  ///
  /// Grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Interpolated levels are rounded to whole numbers, as in
  /// images, so that areas without motion or texture stay exactly uniform.
  init(_ source: ClipFrames, frames: Int) {
    let clip = source.clip
    let positions = clip.height * clip.width
    let stored = clip.offset - clip.onset + 1
    var grey = [Float](repeating: 0, count: stored * positions + GreyVolume.slack)
    let first = source.pixels + clip.onset * positions * 3
    grey.withUnsafeMutableBufferPointer { grey in
      for position in 0..<stored * positions {
        let red = Int32(first[3 * position])
        let green = Int32(first[3 * position + 1])
        let blue = Int32(first[3 * position + 2])
        grey[position] = Float(299 * red + 587 * green + 114 * blue) / 1000
      }
    }
    let weights = TemporalInterpolation.weights(from: stored, to: frames)
    var levels = [Float](repeating: 0, count: frames * positions + GreyVolume.slack)
    levels.withUnsafeMutableBufferPointer { levels in
      grey.withUnsafeBufferPointer { grey in
        for frame in 0..<frames {
          GreyVolume.mix(
            grey.baseAddress!, weights: weights[frame], positions: positions,
            into: levels.baseAddress! + frame * positions)
        }
      }
    }
    (self.frames, height, width, self.levels) = (frames, clip.height, clip.width, levels)
  }

  /// Its frames, one by one.
  var greyFrames: [GreyFrame] {
    let positions = height * width
    return (0..<frames).map {
      GreyFrame(height: height, width: width, values: Array(levels[$0 * positions..<($0 + 1) * positions]))
    }
  }

  /// Computes a weighted sum of frames, rounded to whole levels of 0 … 255.
  ///
  /// - Parameters:
  ///   - grey: `[weights.count, positions]`, followed by slack.
  ///   - target: `positions` values; up to 15 unused values are written after them.
  private static func mix(
    _ grey: UnsafePointer<Float>, weights: [Float], positions: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for position in stride(from: 0, to: positions, by: 16) {
      var sum = SIMD16<Float>.zero
      for (frame, weight) in weights.enumerated() where weight != 0 {
        let values = UnsafeRawPointer(grey + frame * positions + position).loadUnaligned(as: SIMD16<Float>.self)
        sum.addProduct(values, SIMD16(repeating: weight))
      }
      // Adding and subtracting 1.5 · 2^23 rounds to a whole number, halves to even.
      let clamped = pointwiseMin(pointwiseMax(sum, SIMD16(repeating: 0)), SIMD16(repeating: 255))
      let rounded = (clamped + 12_582_912) - 12_582_912
      UnsafeMutableRawPointer(target + position).storeBytes(of: rounded, as: SIMD16<Float>.self)
    }
  }
}
