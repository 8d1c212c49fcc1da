import Foundation

/// How long the pieces of some work take that threads share: the indices of its calls of `Parallel.forEach`.
public struct WorkRecord: Equatable, Sendable {
  /// For each call, in order, how long each index took, in seconds.
  public var calls: [[Double]] = []
  /// How long everything else took.
  public var serial = 0.0

  public init(calls: [[Double]] = [], serial: Double = 0) { (self.calls, self.serial) = (calls, serial) }

  /// Runs work and takes the times of this thread on its processor, so that other programs on the machine do not count;
  /// the pool has one thread, so that all indices are this thread's.
  ///
  /// - Parameter threads: the work is divided as for so many threads.
  public static func recording(dividedFor threads: Int = 1, _ work: () throws -> Void) rethrows -> WorkRecord {
    let recorder = Recorder()
    let start = WorkRecord.threadSeconds
    try Parallel.divided(for: threads) { try Interlude { recorder.note($0, of: $1) }.during(work) }
    let seconds = WorkRecord.threadSeconds - start
    return WorkRecord(calls: recorder.calls, serial: max(0, seconds - recorder.calls.joined().reduce(0, +)))
  }

  /// Seconds that this thread has worked.
  static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Everything, one after the other.
  public var seconds: Double { serial + calls.joined().reduce(0, +) }

  /// Keeps the times of the outermost calls: those inside others are done by one thread in any case.
  private final class Recorder {
    var calls: [[Double]] = []
    private var open: [Int] = []
    private var last = WorkRecord.threadSeconds

    func note(_ done: Int, of count: Int) {
      guard count > 0 else { return }
      if done == 0 { open.append(count) }
      if open.count == 1 {
        let now = WorkRecord.threadSeconds
        if done == 0 { calls.append([]) } else { calls[calls.count - 1].append(now - last) }
        last = now
      }
      if done == count { open.removeLast() }
    }
  }
}
