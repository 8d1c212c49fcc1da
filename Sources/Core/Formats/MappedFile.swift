import Foundation

/// A memory-mapped file: bytes are read from disk only when they are used.
///
/// A file must not be shortened while it is mapped. MicroFold never changes a file in place; it replaces files
/// (`AtomicFile`).
public final class MappedFile: @unchecked Sendable {
  public let path: String
  /// All bytes of the file; empty for an empty file. They are valid as long as the object, which the compiler may free
  /// after its last use; `withBytes` keeps it alive.
  let bytes: UnsafeRawBufferPointer

  /// - Throws: a `Fault` naming the path when it is missing, unreadable or not a regular file.
  public init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system(at: path, "cannot be read") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Fault.system(at: path, "cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Fault(at: path, "is not a regular file") }
    let count = Int(status.st_size)
    guard count > 0 else {
      // mmap does not accept a length of 0.
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw Fault.system(at: path, "cannot be mapped")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Calls `body` with all bytes of the file, which are valid during the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
