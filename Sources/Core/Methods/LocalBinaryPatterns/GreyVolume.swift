/// The part of a clip from onset to offset in whole grey levels, interpolated to a fixed number of frames.
struct GreyVolume {
  let frames, height, width: Int
  /// Grey levels, whole numbers of 0 … 255, `[frames, height, width]`, and `slack` values more that mean nothing.
  let levels: [Float]

  /// Values behind the last frame, so that whole vectors can be read at any place.
  static let slack = 64

  /// - Parameter levels: `[frames, height, width]`, whole numbers of 0 … 255.
  init(frames: Int, height: Int, width: Int, levels: [Float]) {
    (self.frames, self.height, self.width) = (frames, height, width)
    self.levels = levels + [Float](repeating: 0, count: GreyVolume.slack)
  }

  /// The clip's motion, onset to offset, in so many frames.
  ///
  /// Grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Interpolated levels are rounded to whole ones, as they are in
  /// pictures: so still and even places stay exactly even.
  init(_ source: ClipFrames, frames: Int) {
    let clip = source.clip
    let places = clip.height * clip.width
    let stored = clip.offset - clip.onset + 1
    var grey = [Float](repeating: 0, count: stored * places + GreyVolume.slack)
    let first = source.pixels + clip.onset * places * 3
    grey.withUnsafeMutableBufferPointer { grey in
      for place in 0..<stored * places {
        let red = Int32(first[3 * place])
        let green = Int32(first[3 * place + 1])
        let blue = Int32(first[3 * place + 2])
        grey[place] = Float(299 * red + 587 * green + 114 * blue) / 1000
      }
    }
    let weights = TemporalInterpolation.weights(from: stored, to: frames)
    var levels = [Float](repeating: 0, count: frames * places + GreyVolume.slack)
    levels.withUnsafeMutableBufferPointer { levels in
      grey.withUnsafeBufferPointer { grey in
        for frame in 0..<frames {
          GreyVolume.mix(
            grey.baseAddress!, weights: weights[frame], places: places, into: levels.baseAddress! + frame * places)
        }
      }
    }
    (self.frames, height, width, self.levels) = (frames, clip.height, clip.width, levels)
  }

  /// Its frames, one by one.
  var greyFrames: [GreyFrame] {
    let places = height * width
    return (0..<frames).map {
      GreyFrame(height: height, width: width, values: Array(levels[$0 * places..<($0 + 1) * places]))
    }
  }

  /// The weighted sum of frames, rounded to whole levels of 0 … 255.
  ///
  /// - Parameters:
  ///   - grey: `[weights.count, places]` and slack.
  ///   - target: `places` values; up to 15 more are written and mean nothing.
  private static func mix(
    _ grey: UnsafePointer<Float>, weights: [Float], places: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for place in stride(from: 0, to: places, by: 16) {
      var sum = SIMD16<Float>.zero
      for (frame, weight) in weights.enumerated() where weight != 0 {
        let values = UnsafeRawPointer(grey + frame * places + place).loadUnaligned(as: SIMD16<Float>.self)
        sum.addProduct(values, SIMD16(repeating: weight))
      }
      // Adding and taking off 1.5 · 2^23 rounds to a whole number, halves to even.
      let clamped = pointwiseMin(pointwiseMax(sum, SIMD16(repeating: 0)), SIMD16(repeating: 255))
      let rounded = (clamped + 12_582_912) - 12_582_912
      UnsafeMutableRawPointer(target + place).storeBytes(of: rounded, as: SIMD16<Float>.self)
    }
  }
}
