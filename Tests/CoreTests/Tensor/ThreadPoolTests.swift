import Foundation
import Synchronization
import Testing

@testable import Core

/// Counts how often each index was visited, from any thread.
private final class Visits: Sendable {
  private let counts: Mutex<[Int]>

  init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }

  func visit(_ index: Int) { counts.withLock { $0[index] += 1 } }
  var eachOnce: Bool { counts.withLock { $0.allSatisfy { $0 == 1 } } }
}

@Suite struct ThreadPoolTests {
  @Test(arguments: Array(1...8) + [64]) func everyIndexIsVisitedOnce(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    defer { pool.close() }
    for count in Array(0...20) + [100, 1000] {
      for _ in 0..<20 {
        let visits = Visits(count)
        pool.forEach(count) { visits.visit($0) }
        #expect(visits.eachOnce, "\(count) indices on \(threads) threads")
      }
    }
  }

  @Test func allIsDoneBeforeTheCallReturns() {
    let pool = ThreadPool(threads: 4)
    defer { pool.close() }
    for _ in 0..<200 {
      let done = Atomic<Int>(0)
      pool.forEach(9) { index in
        if index == 8 { usleep(20) }
        done.add(1, ordering: .relaxed)
      }
      #expect(done.load(ordering: .relaxed) == 9)
    }
  }

  @Test(arguments: [1, 2, 4]) func callsFromInsideAreDoneToo(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    defer { pool.close() }
    let visits = Visits(12 * 7)
    pool.forEach(12) { outer in pool.forEach(7) { visits.visit(outer * 7 + $0) } }
    #expect(visits.eachOnce)
  }

  @Test func callsOfSeveralThreadsAtOnceAreAllDone() {
    let pool = ThreadPool(threads: 3)
    defer { pool.close() }
    let (callers, rounds, count) = (4, 50, 33)
    let visits = Visits(callers * rounds * count)
    let done = DispatchSemaphore(value: 0)
    for caller in 0..<callers {
      Thread.detachNewThread {
        for round in 0..<rounds {
          pool.forEach(count) { visits.visit((caller * rounds + round) * count + $0) }
        }
        done.signal()
      }
    }
    for _ in 0..<callers { #expect(done.wait(timeout: .now() + 60) == .success) }
    #expect(visits.eachOnce)
  }

  /// Threads without work for a while sleep; the next call must wake them.
  @Test func sleepingThreadsAreWoken() {
    let pool = ThreadPool(threads: 3)
    defer { pool.close() }
    for _ in 0..<3 {
      usleep(60_000)
      let visits = Visits(50)
      pool.forEach(50) { visits.visit($0) }
      #expect(visits.eachOnce)
    }
  }

  /// Threads that slept join late: a call is done without them, and later ones must not be disturbed.
  @Test func threadsThatComeLateDisturbNothing() {
    let pool = ThreadPool(threads: 16)
    defer { pool.close() }
    for round in 0..<400 {
      if round % 8 == 0 { usleep(3000) }
      let visits = Visits(round % 40)
      pool.forEach(round % 40) { visits.visit($0) }
      #expect(visits.eachOnce, "round \(round)")
    }
  }

  @Test(arguments: [1, 4]) func anInterludeIsPlayedByTheCallerAfterEachOfItsIndices(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    defer { pool.close() }
    let caller = pthread_self()
    for count in [1, 7, 100] {
      let own = Atomic<Int>(0)
      var played: [Int] = []
      let interlude = Interlude { done, of in
        #expect(pthread_equal(pthread_self(), caller) != 0 && of == count)
        played.append(done)
      }
      pool.forEach(count, interlude: interlude) { _ in
        if pthread_equal(pthread_self(), caller) != 0 { own.add(1, ordering: .relaxed) }
      }
      #expect(played == Array(0...own.load(ordering: .relaxed)))
    }
  }

  @Test func anInterludeBelongsToOneThread() {
    var calls = 0
    Interlude { _, _ in calls += 1 }.during {
      #expect(Interlude.ofThisThread != nil)
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        #expect(Interlude.ofThisThread == nil)
        done.signal()
      }
      done.wait()
      Parallel.forEach(1) { _ in }
    }
    #expect(Interlude.ofThisThread == nil && calls == 2)
  }

  /// Numbers of different threads on one cache line would be passed from core to core.
  @Test func threadsShareNoCacheLine() {
    #expect(MemoryLayout<ThreadPool.Member>.stride >= 128 + 24)
    #expect(MemoryLayout<ThreadPool.SharedNumber>.stride >= 128)
  }

  @Test func rangesCoverEverythingOnce() {
    for count in [0, 1, 7, 8, 9, 64, 1001] {
      for grain in [1, 3, 8, 5000] {
        let visits = Visits(count)
        Parallel.forEachRange(count, grain: grain) { range in
          #expect(range.count <= grain)
          range.forEach(visits.visit)
        }
        #expect(visits.eachOnce, "\(count) in ranges of \(grain)")
      }
    }
  }

  @Test func whatACallThrowsIsThrown() throws {
    struct Wrong: Error {}
    for location in [0, 5, 99] {
      #expect(throws: Wrong.self) { try Parallel.tryForEach(100) { if $0 == location { throw Wrong() } } }
    }
    let calls = Atomic<Int>(0)
    try Parallel.tryForEach(100) { _ in calls.add(1, ordering: .relaxed) }
    #expect(calls.load(ordering: .relaxed) == 100)
  }
}
