import Core
import Foundation

/// How many threads a rank takes where the user leaves it open.
enum ThreadChoice {
  /// The processors that this rank may run on; where it is not bound, its share of the machine's.
  static func threads(_ environment: [String: String]) -> Int {
    threads(
      allowed: Parallel.availableThreads, all: ProcessInfo.processInfo.processorCount,
      ranksHere: environment["OMPI_COMM_WORLD_LOCAL_SIZE"].flatMap(Int.init) ?? 1)
  }

  static func threads(allowed: Int, all: Int, ranksHere: Int) -> Int {
    allowed < all ? allowed : max(1, allowed / max(1, ranksHere))
  }
}
