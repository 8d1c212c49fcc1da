import Foundation
import Synchronization

/// The memory of tensors: aligned blocks of floats, which are kept for reuse when their tensor is freed.
///
/// Training needs the same sizes at every step, so after the first step nothing is allocated.
public enum Workspace {
  /// The alignment of blocks in bytes: a cache line, and the widest vector.
  static let alignment = 64
  /// Bytes of a large page; blocks of at least this size ask the operating system for such pages.
  private static let hugePage = 2 << 20

  /// A pointer that may cross threads, because nobody else uses a block while it is in the list.
  private struct Address: @unchecked Sendable { let pointer: UnsafeMutablePointer<Float> }

  /// Kept blocks, by their capacity.
  private static let free = Mutex<[Int: [Address]]>([:])

  /// A block of at least `count` floats with undefined content, and its capacity.
  static func take(_ count: Int) -> (UnsafeMutablePointer<Float>, capacity: Int) {
    let capacity = capacity(for: count)
    let bytes = capacity * MemoryLayout<Float>.stride
    let isLarge = bytes >= hugePage
    let kept: (Address, capacity: Int)? = free.withLock { free in
      var size = capacity
      // A large block of one layer also serves another that needs a little less: fewer are needed in all.
      for _ in 0..<(isLarge ? 4 : 1) {
        if let block = free[size]?.popLast() { return (block, size) }
        size = Workspace.capacity(for: size + 1)
      }
      return nil
    }
    if let kept { return (kept.0.pointer, kept.capacity) }
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? hugePage : alignment)
    #if os(Linux)
      // Transforms write to many addresses in turn; with small pages the CPU's address cache (TLB) would be too small.
      if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    #endif
    return (raw.bindMemory(to: Float.self, capacity: capacity), capacity)
  }

  /// Returns all kept blocks to the operating system, before work that needs blocks of other sizes.
  public static func release() {
    let blocks = free.withLock { free in
      defer { free = [:] }
      return free
    }
    for block in blocks.values.joined() { UnsafeMutableRawPointer(block.pointer).deallocate() }
    let bytes = blocks.reduce(0) { $0 + $1.key * $1.value.count * MemoryLayout<Float>.stride }
    if bytes >= worthTrimming { _ = trim?(0) }
  }

  /// Bytes below which `malloc_trim`, which takes milliseconds, is not worth its time.
  private static let worthTrimming = 16 << 20

  /// `malloc_trim` of the GNU C library; without it the library keeps freed memory that lies below its newest block.
  private static let trim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) @Sendable (Int) -> Int32).self)
  }

  static func keep(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
    let address = Address(pointer: pointer)
    let start = UInt(bitPattern: pointer)
    let isAbandoned = abandoned.withLock { ranges in
      ranges.contains { $0.overlaps(start..<start + UInt(capacity * MemoryLayout<Float>.stride)) }
    }
    if !isAbandoned { free.withLock { $0[capacity, default: []].append(address) } }
  }

  /// Addresses to which another rank may still write.
  private static let abandoned = Mutex<[Range<UInt>]>([])

  /// Keeps these bytes from ever being reused: another rank, thought dead, may still write to them.
  public static func abandon(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    let address = UInt(bitPattern: start)
    abandoned.withLock { $0.append(address..<address + UInt(bytes.count)) }
  }

  /// Sizes are rounded up to one of four steps per power of two, so that nearly equal sizes share blocks.
  private static func capacity(for count: Int) -> Int {
    let smallest = 64
    guard count > smallest else { return smallest }
    let power = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    let step = max(16, power / 4)
    return (count + step - 1) / step * step
  }
}

/// A block of the workspace; it is returned when the last reference to it goes away.
final class Storage {
  let base: UnsafeMutablePointer<Float>
  private let capacity: Int

  init(_ count: Int) { (base, capacity) = Workspace.take(count) }

  deinit { Workspace.keep(base, capacity: capacity) }
}
