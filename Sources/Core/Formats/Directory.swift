import Foundation

/// Directories that the program makes for its files.
public enum Directory {
  /// Makes a directory and those above it, where they are missing.
  ///
  /// - Throws: a `Fault` naming the directory when it cannot be made.
  public static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fault(at: path, "cannot be made; choose a place that can be written")
    }
  }
}
