import Core
import Foundation

/// Many plays of a schedule, with nodes lost at random.
struct LossSimulation: Equatable {
  /// Plays that came to an end, of all.
  var finished, plays: Int
  /// Of the makespans of all plays, seconds; infinite where too many never ended.
  var median, percentile95: Double

  /// - Parameters:
  ///   - perNodeDay: losses of a node a day, in the mean; the times between them are exponential.
  init(_ sweep: Schedule.Sweep, perNodeDay: Double, seed: UInt64, plays: Int = 200) {
    let nodes = Set(sweep.nodes).sorted()
    let makespans = (0..<plays).map { play in
      let losses = nodes.map { node in
        let uniform = CounterRandom(seed, UInt64(play), UInt64(node)).uniform(at: 0)
        return Schedule.Loss(time: -log(1 - uniform) / perNodeDay * 86_400, node: node)
      }
      return Schedule(sweep, losses: losses.sorted { ($0.time, $0.node) < ($1.time, $1.node) }).seconds
    }.sorted()
    (self.plays, finished) = (plays, makespans.count { $0.isFinite })
    median = makespans[plays / 2]
    percentile95 = makespans[min(plays - 1, plays * 95 / 100)]
  }
}
