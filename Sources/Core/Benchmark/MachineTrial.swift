import Foundation

/// How fast a core does other things than training steps, compared with the core on which they were measured.
///
/// The seconds that `plan` knows of drawing, loading, files and probes were measured on one machine. On others they
/// change much as those of optical flow, which is timed here: short vectors and single numbers in the caches.
public enum MachineTrial {
  /// Seconds of a round on the machine of those measurements.
  private static let reference = 2.05e-3

  /// How many times as long as that machine's this core takes: the median of some rounds on one thread, about a tenth
  /// of a second. Must not be called while a kernel runs.
  public static func slowness(rounds: Int = 41) -> Double {
    let threads = Parallel.threads
    Parallel.use(threads: 1)
    defer { Parallel.use(threads: threads) }
    let frames = (0..<frameCount).map(frame)
    let flow = FarnebackFlow()
    let seconds = (0..<rounds).map { _ in ContinuousClock().measure { _ = flow.throughout(frames) }.inSeconds }
    return seconds.sorted()[rounds / 2] / reference
  }

  /// The slowness of the machine on which the seconds of other methods were measured, `MeasuredCost`.
  public static let ofMethods = 1.64

  private static let (frameCount, side) = (9, 64)

  /// Waves that move a little from frame to frame.
  private static func frame(_ number: Int) -> GreyFrame {
    let values = (0..<side * side).map { pixel in
      let (x, y) = (Double(pixel % side), Double(pixel / side))
      return Float(128 + 40 * cos(0.3 * (x + 0.3 * Double(number))) + 40 * cos(0.2 * y + 0.05 * x))
    }
    return GreyFrame(height: side, width: side, values: values)
  }
}
