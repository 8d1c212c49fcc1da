// What kernels need of a system, for a build without Foundation and threads: memory, and a loop.

@_extern(c, "microfold_allocate") func allocate(_ bytes: Int) -> UnsafeMutableRawPointer?
@_extern(c, "microfold_release") func release(_ memory: UnsafeMutableRawPointer?)

enum Parallel {
  static var threads: Int { 1 }

  static func forEach(_ count: Int, _ body: (Int) -> Void) {
    for index in 0..<count { body(index) }
  }

  static func forEachRange(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    forEach((count + grain - 1) / grain) { body($0 * grain..<min(count, ($0 + 1) * grain)) }
  }
}

final class Storage {
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    guard let memory = allocate(max(1, count) * MemoryLayout<Float>.stride) else { fatalError("no memory is left") }
    base = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { release(base) }
}
