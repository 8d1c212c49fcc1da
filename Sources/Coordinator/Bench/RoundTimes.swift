import Core
import Foundation
import Worker

/// How long the rounds of a measurement took, in seconds.
struct RoundTimes: Codable, Equatable {
  private(set) var seconds: [Double] = []

  /// Runs `body` and adds how long it took.
  mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    seconds.append((ContinuousClock.now - start).inSeconds)
    return result
  }

  /// The middle round, or the mean of the two in the middle; 0 without any.
  var median: Double {
    let (sorted, middle) = (seconds.sorted(), seconds.count / 2)
    guard !sorted.isEmpty else { return 0 }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The same rounds divided by so many repetitions.
  func divided(by count: Int) -> RoundTimes { RoundTimes(seconds: seconds.map { $0 / Double(count) }) }

  /// Every round as long as its slowest rank took.
  func slowest(of world: any Communicator) throws -> RoundTimes {
    let all = try world.gatherTexts(String(decoding: JSONEncoder().encode(seconds), as: UTF8.self))
      .map { try JSONDecoder().decode([Double].self, from: Data($0.utf8)) }
    return RoundTimes(seconds: seconds.indices.map { round in all.map { $0[round] }.max() ?? 0 })
  }
}
