import Foundation
import Synchronization

/// The threads of this rank. Which thread does what changes no sum, so results do not depend on the number of threads.
///
/// It is made for many threads. Each thread has a part of a call, and a counter of its own for it; once it has done its
/// part, it takes over what other threads have not begun. Nobody waits for a thread that has not begun. Threads that
/// sleep are woken in a tree, each by one other, without a lock. Numbers that different threads change are on different
/// cache lines.
public final class ThreadPool: @unchecked Sendable {
  /// The number of threads, with the caller's.
  public let threads: Int

  /// A call's function. It cannot be copied: 64 threads that count their references to it would wait for each other.
  private struct Call: ~Copyable {
    let body: (Int) -> Void

    @inline(never) func run(_ index: Int) { body(index) }
  }

  /// The call that goes on. The caller writes it before it publishes the parts, and a thread reads it only after it has
  /// taken an index of a part: then the call goes on until that index is done.
  private let call = UnsafeMutablePointer<Call>.allocate(capacity: 1)
  /// The calls of `body` that all threads have ended when this call returns, since the pool was made.
  private var expected = 0
  private let members: UnsafeMutablePointer<Member>

  private let generation = SharedNumber(0)
  private let active = SharedNumber(0)
  private let isClosed = SharedNumber(0)
  private let isInUse = SharedNumber(0)

  /// How often an idle thread looks for work before it sleeps; a few dozen microseconds.
  private static let idleRounds = 20_000

  public init(threads: Int) {
    self.threads = max(1, threads)
    members = .allocate(capacity: self.threads)
    for index in 0..<self.threads { (members + index).initialize(to: Member()) }
    for index in 1..<self.threads {
      let thread = Thread { [self] in work(index) }
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  deinit {
    members.deinitialize(count: threads)
    members.deallocate()
    call.deallocate()
  }

  /// Ends the threads; the pool must be idle.
  public func close() {
    isClosed.value.store(1, ordering: .releasing)
    active.value.store(threads, ordering: .relaxed)
    generation.value.add(1, ordering: .sequentiallyConsistent)
    wakeChildren(of: 0)
  }

  /// Calls `body` once with each of 0 ..< count, on any thread and in any order, and returns when all calls have ended.
  ///
  /// A call from inside `body`, or during another thread's call, works on the calling thread alone.
  ///
  /// - Parameter interlude: called on the calling thread before its first index and after each that it has done.
  public func forEach(_ count: Int, interlude: Interlude? = nil, _ body: (Int) -> Void) {
    guard threads > 1, count > 1, isInUse.value.load(ordering: .relaxed) == 0,
      isInUse.value.exchange(1, ordering: .acquiring) == 0
    else {
      interlude?(0, count)
      for index in 0..<count {
        body(index)
        interlude?(index + 1, count)
      }
      return
    }
    defer { isInUse.value.store(0, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      call.initialize(to: Call(body: body))
      defer { call.deinitialize(count: 1) }
      expected += count
      for index in 0..<threads { members[index].give(ThreadPool.part(of: count, thread: index, threads: threads)) }
      active.value.store(min(threads, count), ordering: .relaxed)
      generation.value.add(1, ordering: .sequentiallyConsistent)
      wakeChildren(of: 0)
      takeWork(0, interlude.map { interlude in { interlude($0, count) } })
      awaitOthers()
    }
  }

  /// The part of a call of `count` indices that a thread begins with: parts differ by one index at most.
  static func part(of count: Int, thread: Int, threads: Int) -> Range<Int> {
    let (each, more) = (count / threads, count % threads)
    let start = thread * each + min(thread, more)
    return start..<start + each + (thread < more ? 1 : 0)
  }

  /// Does this thread's part, from its start, and then what other threads have not begun, from their ends.
  ///
  /// - Parameter interlude: called with the number of indices done by this thread.
  private func takeWork(_ own: Int, _ interlude: ((Int) -> Void)? = nil) {
    var done = 0
    func run(_ index: Int) {
      call.pointee.run(index)
      members[own].done.add(1, ordering: .releasing)
      done += 1
      interlude?(done)
    }
    interlude?(0)
    while let index = members[own].takeFirst() { run(index) }
    for distance in 1..<threads {
      let other = own + distance < threads ? own + distance : own + distance - threads
      while let index = members[other].takeLast() { run(index) }
    }
  }

  private func awaitOthers() {
    var rounds = 0
    while (0..<threads).reduce(0, { $0 + members[$1].done.load(ordering: .acquiring) }) < expected {
      rounds += 1
      if rounds > 1000 { sched_yield() }
    }
  }

  private func work(_ own: Int) {
    var seen = 0
    while true {
      seen = waitForWork(own, after: seen)
      wakeChildren(of: own)
      if isClosed.value.load(ordering: .acquiring) != 0 { return }
      takeWork(own)
    }
  }

  /// Waits for a call later than `seen`, and returns which one it is.
  private func waitForWork(_ own: Int, after seen: Int) -> Int {
    for round in 0..<ThreadPool.idleRounds {
      let now = generation.value.load(ordering: .sequentiallyConsistent)
      if now != seen { return now }
      if round % 64 == 63 { sched_yield() }
    }
    members[own].sleeps.store(true, ordering: .sequentiallyConsistent)
    // A call that began meanwhile may not have seen that this thread sleeps; otherwise it is woken.
    if generation.value.load(ordering: .sequentiallyConsistent) == seen
      || !members[own].sleeps.exchange(false, ordering: .sequentiallyConsistent)
    {
      members[own].alarm.wait()
    }
    return generation.value.load(ordering: .sequentiallyConsistent)
  }

  /// Wakes the two threads below this one in the tree of threads, where they sleep and there is work for them.
  private func wakeChildren(of own: Int) {
    let active = active.value.load(ordering: .relaxed)
    for child in [2 * own + 1, 2 * own + 2] where child < active {
      if members[child].sleeps.load(ordering: .sequentiallyConsistent),
        members[child].sleeps.exchange(false, ordering: .sequentiallyConsistent)
      {
        members[child].alarm.signal()
      }
    }
  }
}
