import Foundation

/// The directories of the program's files.
public enum Directory {
  /// Whether files can be made in a directory. It makes one and removes it: permissions alone do not say it, on file
  /// systems of other hosts and for root.
  public static func isWritable(_ path: String) -> Bool {
    var file = Array("\(path)/.microfold-XXXXXX".utf8CString)
    let descriptor = mkstemp(&file)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    unlink(file)
    return true
  }

  /// Whether there is a directory at a path; false for a file.
  public static func exists(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// Checks that a program's output can be written into a directory: it is missing, or holds nothing but such output.
  ///
  /// - Parameter isOutput: whether a name is that of a file of the output; temporary files count like theirs.
  /// - Throws: a `Fault` naming a file that is another's.
  public static func check(_ path: String, holdsOnly isOutput: (_ name: String) -> Bool) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard exists(path) else { throw Fault(at: path, "is a file; choose another --output") }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    if let first = names.first(where: { !isOutput(AtomicFile.finalName(ofTemporary: $0) ?? $0) }) {
      throw Fault(at: path, "holds other files (\(printable(first))); choose another --output")
    }
  }

  /// Removes the files of a directory that have such a name; none where it cannot be read.
  public static func removeFiles(of path: String, where isRemoved: (_ name: String) -> Bool) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where isRemoved(name) {
      unlink("\(path)/\(name)")
    }
  }

  /// Creates a directory and its parents if they are missing.
  ///
  /// - Throws: a `Fault` naming the directory when it cannot be created.
  public static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fault(at: path, "cannot be made; choose another path")
    }
  }
}
