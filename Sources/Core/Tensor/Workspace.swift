import Synchronization

/// Memory that tensors are made of: aligned blocks of floats, kept for reuse when their tensor goes away.
///
/// Training asks for the same sizes at every step, so after the first step nothing is allocated any more.
public enum Workspace {
  /// Bytes that a block's address is a multiple of: a cache line, and the widest vector.
  static let alignment = 64

  private struct Blocks {
    var free: [Int: [Address]] = [:]
    var bytesAllocated = 0
  }

  /// A pointer that may cross threads: the pool owns the block while it is in the list.
  private struct Address: @unchecked Sendable { let pointer: UnsafeMutablePointer<Float> }

  private static let blocks = Mutex(Blocks())

  /// Bytes taken from the system so far, in use or kept.
  public static var bytesAllocated: Int { blocks.withLock { $0.bytesAllocated } }

  /// Gives the kept blocks back to the system.
  public static func releaseUnused() {
    blocks.withLock { blocks in
      for (capacity, addresses) in blocks.free {
        for address in addresses { UnsafeMutableRawPointer(address.pointer).deallocate() }
        blocks.bytesAllocated -= capacity * MemoryLayout<Float>.stride * addresses.count
      }
      blocks.free = [:]
    }
  }

  /// A block of at least `count` floats with undefined content, and its capacity.
  static func take(_ count: Int) -> (UnsafeMutablePointer<Float>, capacity: Int) {
    let capacity = capacity(for: count)
    let kept = blocks.withLock { blocks -> Address? in
      if let address = blocks.free[capacity]?.popLast() { return address }
      blocks.bytesAllocated += capacity * MemoryLayout<Float>.stride
      return nil
    }
    if let kept { return (kept.pointer, capacity) }
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Float>.stride, alignment: alignment)
    return (raw.bindMemory(to: Float.self, capacity: capacity), capacity)
  }

  static func giveBack(_ pointer: UnsafeMutablePointer<Float>, capacity: Int) {
    let address = Address(pointer: pointer)
    blocks.withLock { $0.free[capacity, default: []].append(address) }
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
