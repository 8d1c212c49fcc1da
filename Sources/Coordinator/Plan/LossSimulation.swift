import Core
import Foundation

/// A simulation: many runs of a schedule in which nodes are lost at random.
struct LossSimulation: Equatable {
  /// The runs that ended, and all runs.
  var finished, runs: Int
  /// Median and 95th percentile of the duration of all runs, seconds; infinite where too many runs never ended.
  var median, percentile95: Double

  /// - Parameters:
  ///   - perNodeDay: mean number of losses per node per day; the times between losses are exponentially distributed.
  init(_ sweep: Schedule.Sweep, perNodeDay: Double, seed: UInt64, runs: Int = 200) {
    let nodes = Set(sweep.nodes).sorted()
    let makespans = (0..<runs).map { run in
      let losses = nodes.map { node in
        let uniform = CounterRandom(seed, UInt64(run), UInt64(node)).uniform(at: 0)
        return Schedule.Loss(time: -log(1 - uniform) / perNodeDay * 86_400, node: node)
      }
      return Schedule(sweep, losses: losses.sorted { ($0.time, $0.node) < ($1.time, $1.node) }).seconds
    }.sorted()
    (self.runs, finished) = (runs, makespans.count { $0.isFinite })
    median = makespans[runs / 2]
    percentile95 = makespans[min(runs - 1, runs * 95 / 100)]
  }
}
