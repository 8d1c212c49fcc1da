import Foundation
import Synchronization

/// The threads of this rank. Work is divided by shape alone, so results do not depend on the number of threads.
public final class ThreadPool: @unchecked Sendable {
  /// The number of threads, with the caller's.
  public let threads: Int

  private typealias Body = (Int) -> Void

  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let closed = Atomic<Bool>(false)
  private let inUse = Atomic<Bool>(false)
  private let wake = NSCondition()
  // The caller writes this before it changes `generation`, and workers read it after; that atomic orders both.
  private var body: Body = { _ in }
  private var count = 0

  /// How often an idle thread looks for work before it sleeps; a few dozen microseconds.
  private static let idleRounds = 20_000

  public init(threads: Int) {
    self.threads = max(1, threads)
    for _ in 1..<self.threads {
      let thread = Thread { [self] in work() }
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// Ends the threads; the pool must be idle.
  public func close() {
    closed.store(true, ordering: .releasing)
    generation.add(1, ordering: .acquiringAndReleasing)
    wake.withLock { wake.broadcast() }
  }

  /// Calls `body` once with each of 0 ..< count, on any thread and in any order, and returns when all calls have ended.
  ///
  /// A call from inside `body`, or during another thread's call, works on the calling thread alone.
  public func forEach(_ count: Int, _ body: (Int) -> Void) {
    guard threads > 1, count > 1, !inUse.exchange(true, ordering: .acquiring) else {
      for index in 0..<count { body(index) }
      return
    }
    defer { inUse.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      self.body = body
      self.count = count
      next.store(0, ordering: .relaxed)
      busy.store(threads - 1, ordering: .relaxed)
      generation.add(1, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake.withLock { wake.broadcast() } }
      takeWork()
      var rounds = 0
      while busy.load(ordering: .acquiring) > 0 {
        rounds += 1
        if rounds > 1000 { sched_yield() }
      }
      self.body = { _ in }
    }
  }

  private func takeWork() {
    let (body, count) = (body, count)
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(index)
    }
  }

  private func work() {
    var seen = 0
    while true {
      waitForWork(after: seen)
      seen += 1
      if closed.load(ordering: .acquiring) { return }
      takeWork()
      busy.subtract(1, ordering: .releasing)
    }
  }

  private func waitForWork(after seen: Int) {
    for round in 0..<ThreadPool.idleRounds {
      if generation.load(ordering: .acquiring) != seen { return }
      if round % 64 == 63 { sched_yield() }
    }
    wake.withLock {
      sleepers.add(1, ordering: .sequentiallyConsistent)
      while generation.load(ordering: .sequentiallyConsistent) == seen { wake.wait() }
      sleepers.subtract(1, ordering: .sequentiallyConsistent)
    }
  }
}

/// The pool that every kernel of this process uses.
public enum Parallel {
  private static let pool = Mutex(ThreadPool(threads: 1))

  /// Threads in use.
  public static var threads: Int { pool.withLock { $0.threads } }

  /// Sets the number of threads for all following kernels; must not be called while a kernel runs.
  public static func use(threads: Int) {
    pool.withLock { pool in
      guard pool.threads != threads else { return }
      pool.close()
      pool = ThreadPool(threads: threads)
    }
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
    pool.withLock { $0 }.forEach(count, body)
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
