/// The temporal interpolation model of Zhou, Zhao and Pietikäinen 2011 in closed form.
///
/// The model embeds the n frames of a clip as a path graph, whose Laplacian's eigenvectors are the cosines y_k(i) =
/// cos(πk(i - ½)/n), maps a curve through the embedded frames, and maps points of the curve back to frames. If the
/// frames minus their mean are linearly independent, the mapping there and back is exact, and the frame at position s
/// of 1 … n is Σ_i c_i(s) x_i with c_i(s) = 1/n + 2/n Σ_{k=1}^{n-1} y_k(i) cos(πk(s - ½)/n). The weights depend on n
/// alone, so they are used for all clips.
enum TemporalInterpolation {
  /// For each new frame, the weights of the old ones; the new frames are evenly spread from the first to the last.
  ///
  /// - Parameters:
  ///   - count: number of frames, at least 1.
  ///   - wanted: number of new frames, at least 2.
  static func weights(from count: Int, to wanted: Int) -> [[Float]] {
    let n = Double(count)
    return (0..<wanted).map { frame in
      let position = 1 + (n - 1) * Double(frame) / Double(wanted - 1)
      let waves = (1..<max(1, count)).map { cosineOfPi(Double($0) * (position - 0.5) / n) }
      return (1...count).map { i in
        var sum = 0.5
        for (k, wave) in waves.enumerated() { sum += wave * cosineOfPi(Double(k + 1) * (Double(i) - 0.5) / n) }
        let weight = 2 / n * sum
        // At the position of an existing frame all weights but one are 0; rounding errors must not change that.
        return abs(weight) < 1e-9 ? 0 : Float(weight)
      }
    }
  }
}
