import Foundation
import Testing

@testable import Core

@Suite struct ThreadSimulationTests {
  @Test func evenPiecesAreSharedEvenly() {
    let work = WorkRecord(calls: [[Double](repeating: 1, count: 64)])
    for threads in [1, 2, 4, 64] {
      #expect(ThreadSimulation.makespan(work.calls[0], threads: threads) == 64 / Double(threads))
    }
    // Three pieces on two threads: one of them does two.
    #expect(ThreadSimulation.makespan([1, 1, 1], threads: 2) == 2)
    #expect(ThreadSimulation.makespan([1, 1, 1], threads: 100) == 1)
  }

  /// The first thread's piece is long; the other one takes over what is left of its part.
  @Test func aThreadThatIsFreeTakesOver() {
    #expect(ThreadSimulation.makespan([5, 1, 1, 1, 1, 1], threads: 2) == 5)
    #expect(ThreadSimulation.makespan([1, 1, 1, 5], threads: 2) == 6)
  }

  @Test func whatIsLostIsNamed() {
    let work = WorkRecord(calls: [[1, 1, 1], [2]], serial: 0.5)
    let two = ThreadSimulation(work, threads: 2)
    #expect(two.serial == 0.5 && two.idle == 4 - 2.5)
    #expect(two.handover == 2 * 2 * ThreadSimulation.lineSeconds)
    #expect(abs(two.seconds - (0.5 + 4 + two.handover)) < 1e-12)
    let one = ThreadSimulation(work, threads: 1)
    #expect(one.seconds == 5.5 && one.handover == 0 && one.idle == 0)
  }

  @Test func workIsDividedForTheThreadsThatAreAssumed() {
    Parallel.divided(for: 48) { #expect(Parallel.threads == 48) }
    // Other tests change the number of threads at the same time, but not to that.
    #expect(Parallel.threads != 48)
  }

  @Test func callsAreRecordedWithTheirPiecesAndThoseInsideAsPartOfThem() {
    var calls = 0
    func work(_ seconds: Double) {
      let end = WorkRecord.threadSeconds + seconds
      while WorkRecord.threadSeconds < end {}
    }
    func forEach(_ count: Int, _ body: (Int) -> Void) {
      // A pool of one thread, as `WorkRecord.of` wants it.
      ThreadPool(threads: 1).forEach(count, interlude: Interlude.ofThisThread, body)
    }
    let record = WorkRecord.recording {
      forEach(3) { _ in
        work(0.002)
        forEach(2) { _ in calls += 1 }
      }
      work(0.003)
      forEach(0) { _ in }
      forEach(1) { _ in work(0.001) }
    }
    #expect(calls == 6 && record.calls.map(\.count) == [3, 1])
    #expect(record.calls[0].allSatisfy { $0 >= 0.002 } && record.calls[1][0] >= 0.001 && record.serial >= 0.003)
  }
}
