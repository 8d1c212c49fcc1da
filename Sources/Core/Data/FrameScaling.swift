/// Scales frames to a square size by area averaging, with weights that are computed once.
///
/// Pixel i of n new ones covers [i·m/n, (i+1)·m/n) of m old ones; its value is the mean over that box, where parts of
/// pixels count by their area. This holds for any ratio: enlarging mixes at most two adjacent pixels per axis. Rows are
/// added first, then columns, each in ascending order, so the same frame always gives the same bits.
public struct FrameScaling: Sendable {
  public let height: Int
  public let width: Int
  /// Height and width of the result.
  public let size: Int
  private let rows: BoxWeights
  private let columns: BoxWeights

  /// - Parameters:
  ///   - height: height of the given frames, pixels, at least 1.
  ///   - width: width of the given frames.
  ///   - size: height and width of the scaled frames, at least 1.
  public init(height: Int, width: Int, to size: Int) {
    self.height = height
    self.width = width
    self.size = size
    rows = BoxWeights(from: height, to: size)
    columns = BoxWeights(from: width, to: size)
  }

  /// Scales a frame and maps its pixel values to [-1, 1] by (v / 255 - 0.5) / 0.5.
  ///
  /// - Parameters:
  ///   - frame: `[height, width, 3]`, uint8.
  ///   - result: `[size, size, 3]`.
  public func scale(_ frame: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<Float>) {
    scale(result) { row, weight, sum in
      let pixels = frame + row * width * 3
      for i in 0..<width * 3 { sum[i] += weight * Float(pixels[i]) }
    }
    for i in 0..<size * size * 3 { result[i] = (result[i] / 255 - 0.5) * 2 }
  }

  /// Scales a frame of any values.
  ///
  /// - Parameters:
  ///   - frame: `[height, width, 3]`.
  ///   - result: `[size, size, 3]`; it does not overlap `frame`.
  public func scale(_ frame: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    scale(result) { row, weight, sum in
      let pixels = frame + row * width * 3
      for i in 0..<width * 3 { sum[i] += weight * pixels[i] }
    }
  }

  /// - Parameter addRow: adds weight · (a row of the frame) to `[width, 3]`.
  @inline(__always)
  private func scale(
    _ result: UnsafeMutablePointer<Float>, _ addRow: (_ row: Int, _ weight: Float, UnsafeMutablePointer<Float>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width * 3) { buffer in
      guard let sum = buffer.baseAddress else { return }
      rows.withUnsafe { rowStarts, rowWeights in
        columns.withUnsafe { columnStarts, columnWeights in
          for y in 0..<size {
            for i in 0..<width * 3 { sum[i] = 0 }
            for k in 0..<rows.taps where rowWeights[y * rows.taps + k] != 0 {
              addRow(rowStarts[y] + k, rowWeights[y * rows.taps + k], sum)
            }
            var pixel = result + y * size * 3
            for x in 0..<size {
              var value = SIMD4<Float>.zero
              let weights = columnWeights + x * columns.taps
              let pixels = sum + columnStarts[x] * 3
              for k in 0..<columns.taps where weights[k] != 0 {
                let neighbour = pixels + k * 3
                value += weights[k] * SIMD4(neighbour[0], neighbour[1], neighbour[2], 0)
              }
              (pixel[0], pixel[1], pixel[2]) = (value.x, value.y, value.z)
              pixel += 3
            }
          }
        }
      }
    }
  }
}

/// The old pixels that a new pixel covers along one axis, and their weights.
private struct BoxWeights: Sendable {
  /// The largest number of old pixels that a new one covers.
  let taps: Int
  /// `[to]`: the first old pixel of each new one.
  private let starts: [Int]
  /// `[to, taps]`: shares of the new pixel's box, which sum to 1; 0 after the end of the box.
  private let weights: [Float]

  /// In units of 1/to of an old pixel all bounds are whole numbers: new pixel i is [i·from, (i+1)·from), old pixel j is
  /// [j·to, (j+1)·to).
  init(from: Int, to: Int) {
    let covered = (0..<to).map { i in (i * from / to, ((i + 1) * from - 1) / to) }
    let taps = covered.map { $1 - $0 + 1 }.max() ?? 0
    var weights = [Float](repeating: 0, count: to * taps)
    for (i, (first, last)) in covered.enumerated() {
      for j in first...last {
        let overlap = min((i + 1) * from, (j + 1) * to) - max(i * from, j * to)
        weights[i * taps + j - first] = Float(overlap) / Float(from)
      }
    }
    self.taps = taps
    self.starts = covered.map(\.0)
    self.weights = weights
  }

  @inline(__always)
  func withUnsafe(_ body: (_ starts: UnsafePointer<Int>, _ weights: UnsafePointer<Float>) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      weights.withUnsafeBufferPointer { weights in
        guard let starts = starts.baseAddress, let weights = weights.baseAddress else { return }
        body(starts, weights)
      }
    }
  }
}
