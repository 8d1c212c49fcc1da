import Core
import Foundation

/// `microfold bench lbp-top`: features of clips, by the code that sweeps use.
struct PatternBench {
  let options: PatternBenchOptions
  let console: Console

  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? ThreadChoice.threads(ProcessInfo.processInfo.environment))
    let trial = PatternTrial(clips: options.clips, size: options.size)
    // The first run allocates memory.
    var features = trial.features()
    var times = RoundTimes()
    for _ in 0..<options.rounds { features = times.measure { trial.features() } }
    let figures = Figures(
      clips: options.clips, size: options.size, frames: trial.frames, threads: Parallel.threads, seconds: times.seconds,
      medianSeconds: times.median, firstFeatures: Array(features.elements.prefix(trial.count)))
    if options.isJSON {
      try console.json(figures)
      return .success
    }
    console.line(
      "LBP-TOP of \(options.clips) clips of \(trial.frames) frames of \(options.size)²; threads \(Parallel.threads), "
        + "median of \(options.rounds) rounds")
    console.line(String(format: "milliseconds      %.4g", 1e3 * times.median))
    console.line(String(format: "clips per second  %.4g", Double(options.clips) / times.median))
    return .success
  }

  /// What `--json` prints.
  struct Figures: Encodable {
    let clips, size, frames, threads: Int
    /// Of every round.
    let seconds: [Double]
    let medianSeconds: Double
    /// Those of the first clip, so that another program can be seen to compute the same.
    let firstFeatures: [Float]
  }
}
