import Foundation

/// Writes a file atomically: readers see the old content or the complete new one.
///
/// Bytes go to a temporary file in the same directory. `commit` syncs it, renames it to the path and syncs the
/// directory, so that after a crash the path has the old or the new content, never a part. Without `commit` the
/// temporary file is removed when the object is freed.
public final class AtomicFile {
  public let path: String
  let temporaryPath: String
  private var descriptor: Int32

  /// Begins a file for `path`, whose directory must exist.
  ///
  /// - Parameter isLocked: whether a lock shows others that the writer is alive (see `removeAbandoned`).
  /// - Throws: a `Fault` naming the path when nothing can be written there.
  public init(at path: String, isLocked: Bool = false) throws {
    self.path = path
    let (directory, name) = AtomicFile.split(path)
    guard !name.isEmpty else { throw Fault(at: path, "names a directory; a file name is needed") }
    // O_EXCL makes the name unique, even if a process on another machine has the same number.
    for attempt in 0..<1000 {
      let candidate = "\(directory)/.\(name).\(getpid())-\(attempt).partial"
      let opened = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 {
        if isLocked, !AtomicFile.lock(opened) {
          close(opened)
          continue
        }
        (temporaryPath, descriptor) = (candidate, opened)
        return
      }
      guard errno == EEXIST else { break }
    }
    throw Fault.system(at: path, "cannot be written")
  }

  deinit { discard() }

  /// Removes the temporary file; has no effect after `commit`.
  public func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(temporaryPath)
  }

  /// Appends bytes.
  ///
  /// - Throws: a `Fault` naming the path when they cannot be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, path)
  }

  /// Appends text as UTF-8.
  public func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  /// Moves the file to its path; the object cannot be used afterwards.
  ///
  /// - Throws: a `Fault` naming the path, whose content is then unchanged.
  public func commit() throws {
    guard fsync(descriptor) == 0 else { throw Fault.system(at: path, "cannot be written") }
    guard rename(temporaryPath, path) == 0 else { throw Fault.system(at: path, "cannot be replaced") }
    close(descriptor)
    descriptor = -1
    try AtomicFile.syncDirectory(of: path)
  }

  /// Removes the temporary files of killed writers from a directory; nobody may be writing there.
  public static func removeLeftovers(in directory: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where finalName(ofTemporary: name) != nil { unlink("\(directory)/\(name)") }
  }

  /// The final name of a temporary file: `a.json` for `.a.json.12-0.partial`; nil for any other name.
  public static func finalName(ofTemporary name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].isEmpty, parts.last == "partial" else { return nil }
    let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, numbers.allSatisfy({ Int($0) != nil }) else { return nil }
    return parts[1..<(parts.count - 2)].joined(separator: ".")
  }

  /// Writes a whole file.
  public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    let file = try AtomicFile(at: path)
    try file.append(bytes)
    try file.commit()
  }

  /// Writes a whole file.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  /// Writes a whole file as UTF-8.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Syncs a file's directory, so that the names in it survive a crash.
  public static func syncDirectory(of path: String) throws {
    let directory = open(split(path).directory, O_RDONLY | O_CLOEXEC)
    guard directory >= 0 else { throw Fault.system(at: path, "its directory cannot be synced") }
    defer { close(directory) }
    // Some file systems have no fsync for directories and return EINVAL; nothing more can be done there.
    guard fsync(directory) == 0 || errno == EINVAL else {
      throw Fault.system(at: path, "its directory cannot be synced")
    }
  }

  static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = String(path[..<slash])
    return (directory.isEmpty ? "/" : directory, String(path[path.index(after: slash)...]))
  }
}

/// Writes all bytes to a descriptor, with as many calls as necessary.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let part = UnsafeRawBufferPointer(rebasing: rest)
    let written = uninterrupted { write(descriptor, part.baseAddress, min(part.count, 1 << 30)) }
    guard written > 0 else { throw Fault.system(at: path, "cannot be written") }
    rest = rest.dropFirst(written)
  }
}
