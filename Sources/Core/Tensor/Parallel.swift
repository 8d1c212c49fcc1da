import Foundation
import Synchronization

/// The pool that every kernel of this process uses.
public enum Parallel {
  /// It is read at every call, by many threads, so it is neither locked nor counted: no pool is ever freed.
  private static let pool = Atomic(Unmanaged.passRetained(ThreadPool(threads: 1)))

  /// Threads in use: as many as work is divided for.
  public static var threads: Int {
    let assumed = assumed.load(ordering: .relaxed)
    return assumed > 0 ? assumed : poolThreads
  }

  /// How many threads work is divided for instead of those in use; 0 for those.
  private static let assumed = Atomic<Int>(0)

  /// Calls `work`, in which work is divided for so many threads, whatever the number of those in use.
  static func divided<Result>(for threads: Int, _ work: () throws -> Result) rethrows -> Result {
    assumed.store(threads, ordering: .relaxed)
    defer { assumed.store(0, ordering: .relaxed) }
    return try work()
  }

  private static var poolThreads: Int { pool.load(ordering: .acquiring)._withUnsafeGuaranteedRef { $0.threads } }

  /// Sets the number of threads for all following kernels; must not be called while a kernel runs.
  public static func use(threads: Int) {
    guard poolThreads != threads else { return }
    let old = pool.exchange(Unmanaged.passRetained(ThreadPool(threads: threads)), ordering: .acquiringAndReleasing)
    old._withUnsafeGuaranteedRef { $0.close() }
  }

  /// Processors on which the operating system lets this process run: its CPU affinity if that can be read.
  public static var availableThreads: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let mask = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.split(separator: "\t").last
    let allowed = (mask ?? "").reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
    return allowed > 0 ? allowed : max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Calls `body` once with each of 0 ..< count, distributed over the threads.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    let interlude = Interlude.ofThisThread
    pool.load(ordering: .acquiring)._withUnsafeGuaranteedRef { $0.forEach(count, interlude: interlude, body) }
  }

  /// As `forEach`; after a call has thrown, no further calls begin.
  ///
  /// - Throws: the error that was thrown first.
  public static func tryForEach(_ count: Int, _ body: (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    forEach(count) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do { try body(index) } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Calls `body` with ranges that cover 0 ..< count, each at most `grain` long.
  static func forEachRange(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    forEach((count + grain - 1) / grain) { body($0 * grain..<min(count, ($0 + 1) * grain)) }
  }
}
