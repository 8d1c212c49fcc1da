import Foundation

/// Creates directories for the program's files.
public enum Directory {
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
