import Foundation

/// Makes values on several threads and uses them on the calling one, in order.
///
/// No more than twice as many values as there are workers are waiting or being made, so a slow first value does not
/// fill the memory.
/// - Parameters:
///   - count: of values, made for 0 ..< count.
///   - workers: threads; at least 1.
///   - make: runs on any thread.
///   - take: runs on the calling thread; when it throws, no more values are begun, and those that are being made are
///     waited for.
func inOrder<Value: Sendable>(
  _ count: Int, workers: Int, make: @escaping @Sendable (Int) -> Value, take: (Int, Value) throws -> Void
) rethrows {
  let work = OrderedWork<Value>(count: count, window: 2 * max(1, workers))
  let threads = min(max(1, workers), count)
  for _ in 0..<threads {
    let thread = Thread {
      while let index = work.claim() { work.finish(index, make(index)) }
      work.leave()
    }
    thread.stackSize = 4 << 20
    thread.start()
  }
  defer { work.stop(threads) }
  for index in 0..<count { try take(index, work.value(index)) }
}

/// What the workers and the taker of `inOrder` share; everything under one lock.
private final class OrderedWork<Value>: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private let window: Int
  private var next = 0
  private var taken = 0
  private var ready: [Int: Value] = [:]
  private var left = 0
  private var isStopped = false

  init(count: Int, window: Int) { (self.count, self.window) = (count, window) }

  /// The next value to make; nil when there is none.
  func claim() -> Int? {
    condition.withLock {
      while !isStopped, next < count, next >= taken + window { condition.wait() }
      guard !isStopped, next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  func finish(_ index: Int, _ value: Value) {
    condition.withLock {
      ready[index] = value
      condition.broadcast()
    }
  }

  func leave() {
    condition.withLock {
      left += 1
      condition.broadcast()
    }
  }

  /// Waits for a value and returns it.
  func value(_ index: Int) -> Value {
    condition.withLock {
      while true {
        if let value = ready.removeValue(forKey: index) {
          taken = index + 1
          condition.broadcast()
          return value
        }
        condition.wait()
      }
    }
  }

  /// Waits until all workers have left.
  func stop(_ workers: Int) {
    condition.withLock {
      isStopped = true
      condition.broadcast()
      while left < workers { condition.wait() }
    }
  }
}
