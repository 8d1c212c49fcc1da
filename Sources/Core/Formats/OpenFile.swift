import Foundation

/// A file that is open for reading at any offset.
///
/// If somebody truncates or changes the file meanwhile, reading throws; with a memory map (`MappedFile`) a signal would
/// end the program. If the file is replaced, as MicroFold replaces files (`AtomicFile`), the old content is read.
final class OpenFile: Sendable {
  let path: String
  /// Size of the file in bytes when it was opened.
  var count: Int { opened.size }
  private let descriptor: Int32
  private let opened: State

  /// The part of a file's status that changes with its content.
  private struct State: Equatable {
    var size, seconds, nanoseconds: Int

    init(_ status: stat) {
      size = Int(status.st_size)
      #if os(Linux)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      #else
        (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
      #endif
    }
  }

  /// - Throws: a `Fault` naming the path when it is missing, unreadable or not a regular file.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system(at: path, "cannot be read") }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    let code = errno
    opened = State(status)
    guard isKnown else { throw Fault.system(at: path, "cannot be read", code: code) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Fault(at: path, "is not a regular file") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills `buffer` with the bytes from `offset` on; may be called on any thread.
  ///
  /// - Parameter location: the location that a fault names.
  /// - Throws: a `Fault` when the bytes cannot be read, or the file has changed since it was opened.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, location: @autoclosure () -> String) throws {
    func fault(_ problem: String) -> Fault {
      Fault(at: location(), "cannot be read: \(problem); restore it and run the same command again")
    }
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = uninterrupted { pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
      guard got >= 0 else { throw fault(String(cString: strerror(errno))) }
      guard got > 0 else { throw fault("the file was truncated while it was in use") }
      done += got
    }
    // Checked after reading, so that bytes read during a change are not used.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault(String(cString: strerror(errno))) }
    let now = State(status)
    guard now == opened else {
      throw fault("the file was \(now.size < opened.size ? "truncated" : "changed") while it was in use")
    }
  }

  /// The bytes of a range.
  ///
  /// - Throws: a `Fault` as `read(into:at:place:)` does.
  func bytes(_ range: Range<Int>, location: @autoclosure () -> String) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count)
      try read(into: target, at: range.lowerBound, location: location())
      filled = range.count
    }
  }
}
