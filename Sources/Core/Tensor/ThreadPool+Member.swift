import Foundation
import Synchronization

extension ThreadPool {
  /// What one thread of a pool has for itself: the indices that are left of its part of a call, how much it has done,
  /// and what wakes it.
  ///
  /// It is so large that no two threads' numbers are on one cache line, or on two that a processor fetches together.
  struct Member: ~Copyable {
    /// The first index that is left in the lower half, the end in the upper half.
    private let left = Atomic<UInt64>(0)
    /// Calls that this thread has ended, since the pool was made.
    let done = Atomic<Int>(0)
    let sleeps = Atomic<Bool>(false)
    let alarm = DispatchSemaphore(value: 0)
    private let distance = CacheLines()

    /// Gives the thread a new part; anyone may take of it at once.
    func give(_ part: Range<Int>) {
      left.store(UInt64(part.lowerBound) | UInt64(part.upperBound) << 32, ordering: .releasing)
    }

    /// The first index that is left, which nobody else gets; nil where none is left.
    func takeFirst() -> Int? { take { ($0, $0 + 1..<$1) } }

    /// The last index that is left, which nobody else gets; nil where none is left.
    func takeLast() -> Int? { take { ($1 - 1, $0..<$1 - 1) } }

    /// - Parameter choose: an index of those from the first to the end, and what is then left.
    @inline(__always)
    private func take(_ choose: (_ first: UInt64, _ end: UInt64) -> (index: UInt64, left: Range<UInt64>)) -> Int? {
      var known = left.load(ordering: .acquiring)
      while true {
        let (first, end) = (known & 0xffff_ffff, known >> 32)
        guard first < end else { return nil }
        let (index, rest) = choose(first, end)
        let (isTaken, now) = left.compareExchange(
          expected: known, desired: rest.lowerBound | rest.upperBound << 32, ordering: .acquiringAndReleasing)
        if isTaken { return Int(index) }
        known = now
      }
    }
  }

  /// A number that all threads read, on cache lines of its own.
  struct SharedNumber: ~Copyable {
    let value: Atomic<Int>
    private let distance = CacheLines()

    init(_ number: Int) { value = Atomic(number) }
  }

  /// 128 bytes that keep numbers apart: processors fetch two lines of 64 bytes at a time.
  private struct CacheLines {
    private let bytes: (SIMD64<UInt8>, SIMD64<UInt8>) = (SIMD64(), SIMD64())
  }
}
