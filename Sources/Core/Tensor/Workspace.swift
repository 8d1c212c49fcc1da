import Foundation
import Synchronization

/// Memory that tensors are made of: aligned blocks of floats, kept for reuse when their tensor goes away.
///
/// Training asks for the same sizes at every step, so after the first step nothing is allocated any more.
public enum Workspace {
  /// Bytes that a block's address is a multiple of: a cache line, and the widest vector.
  static let alignment = 64
  /// Bytes of a large page; blocks of at least this size ask the operating system for such pages.
  private static let hugePage = 2 << 20

  /// A pointer that may cross threads: the pool owns the block while it is in the list.
  private struct Address: @unchecked Sendable { let pointer: UnsafeMutablePointer<Float> }

  /// Kept blocks, by their capacity.
  private static let free = Mutex<[Int: [Address]]>([:])

  /// A block of at least `count` floats with undefined content, and its capacity.
  static func take(_ count: Int) -> (UnsafeMutablePointer<Float>, capacity: Int) {
    let capacity = capacity(for: count)
    let kept = free.withLock { $0[capacity]?.popLast() }
    if let kept { return (kept.pointer, capacity) }
    let bytes = capacity * MemoryLayout<Float>.stride
    let isLarge = bytes >= hugePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? hugePage : alignment)
    #if os(Linux)
      // Transforms write to many places at once, more than a CPU remembers the small pages of.
      if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    #endif
    return (raw.bindMemory(to: Float.self, capacity: capacity), capacity)
  }

  /// Gives all kept blocks back to the operating system: what follows needs blocks of other sizes.
  public static func release() {
    let blocks = free.withLock { free in
      defer { free = [:] }
      return free.values.joined().map { $0 }
    }
    for block in blocks { UnsafeMutableRawPointer(block.pointer).deallocate() }
    _ = trim?(0)
  }

  /// `malloc_trim` of the GNU C library, which otherwise keeps what was freed below its newest block.
  private static let trim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) @Sendable (Int) -> Int32).self)
  }

  static func giveBack(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
    let address = Address(pointer: pointer)
    let start = UInt(bitPattern: pointer)
    let isLost = lost.withLock { ranges in
      ranges.contains { $0.overlaps(start..<start + UInt(capacity * MemoryLayout<Float>.stride)) }
    }
    if !isLost { free.withLock { $0[capacity, default: []].append(address) } }
  }

  /// Addresses that another rank may still write to.
  private static let lost = Mutex<[Range<UInt>]>([])

  /// Never uses these bytes again: another rank, believed to be dead, may still write to them.
  public static func abandon(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    let address = UInt(bitPattern: start)
    lost.withLock { $0.append(address..<address + UInt(bytes.count)) }
  }

  /// Sizes are rounded up to one of four steps a power of two, so that nearly equal sizes share blocks.
  private static func capacity(for count: Int) -> Int {
    let smallest = 64
    guard count > smallest else { return smallest }
    let power = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    let step = max(16, power / 4)
    return (count + step - 1) / step * step
  }
}

/// A block of the workspace; it goes back when nobody holds it any more.
final class Storage {
  let base: UnsafeMutablePointer<Float>
  private let capacity: Int

  init(_ count: Int) { (base, capacity) = Workspace.take(count) }

  deinit { Workspace.giveBack(base, capacity: capacity) }
}
