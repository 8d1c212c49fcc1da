import Foundation

/// Creates directories for the program's files.
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
