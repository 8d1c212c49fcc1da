/// What work that was timed on one thread would take on several, as `ThreadPool` shares it.
///
/// It assumes that every core is as fast as the one that was timed: shared caches and memory are not simulated.
public struct ThreadSimulation: Equatable, Sendable {
  public let threads: Int
  /// All of it; and of this the part that only one thread does.
  public let seconds, serial: Double
  /// What is lost because indices are few or uneven, so that some threads have nothing to do.
  public let idle: Double
  /// What is lost to passing the threads' numbers from core to core.
  public let handover: Double
  /// How long a cache line takes from one core to another, pessimistically: across a socket of 64 cores.
  public static let lineSeconds = 100e-9

  public init(_ work: WorkRecord, threads: Int) {
    self.threads = threads
    let calls = work.calls.map { ThreadSimulation.makespan($0, threads: threads) }.reduce(0, +)
    // At every call the caller writes each thread's part, and in the end reads how much each has done.
    handover = threads > 1 ? Double(2 * (threads - 1) * work.calls.count) * ThreadSimulation.lineSeconds : 0
    serial = work.serial
    idle = work.calls.reduce(0) { $0 + ThreadSimulation.idle($1, threads: threads) }
    seconds = serial + calls + handover
  }

  /// How much longer a call takes than if its work could be shared evenly.
  public static func idle(_ indices: [Double], threads: Int) -> Double {
    makespan(indices, threads: threads) - indices.reduce(0, +) / Double(threads)
  }

  /// When the last thread ends: each does its part of the indices from the start, then takes over the last ones of the
  /// next threads.
  static func makespan(_ indices: [Double], threads: Int) -> Double {
    guard threads > 1, indices.count > 1 else { return indices.reduce(0, +) }
    var parts = (0..<threads).map { ThreadPool.part(of: indices.count, thread: $0, threads: threads) }
    var ends = [Double](repeating: 0, count: threads)
    for _ in indices {
      // The thread that is free first takes the next index.
      let thread = ends.indices.min { ends[$0] < ends[$1] } ?? 0
      if let index = parts[thread].popFirst() {
        ends[thread] += indices[index]
      } else if let other = (1..<threads).lazy.map({ (thread + $0) % threads }).first(where: { !parts[$0].isEmpty }) {
        ends[thread] += indices[parts[other].removeLast()]
      }
    }
    return ends.max() ?? 0
  }
}

extension Range where Bound == Int {
  fileprivate mutating func popFirst() -> Int? {
    guard !isEmpty else { return nil }
    defer { self = lowerBound + 1..<upperBound }
    return lowerBound
  }

  fileprivate mutating func removeLast() -> Int {
    self = lowerBound..<upperBound - 1
    return upperBound
  }
}
