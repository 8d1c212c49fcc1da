import Core

/// The files of a comparison in their folder.
enum CompareFiles {
  private static let page = "index.html"
  private static let texts: [(name: String, text: @Sendable (RunComparison) -> String)] = [
    ("report.md", CompareMarkdown.text), ("compare.json", CompareJSON.text), ("compare.csv", CompareCSV.tests),
    ("clips.csv", CompareCSV.clips),
  ]

  /// The names of the files beside the page.
  static var beside: [String] { texts.map(\.name) }

  /// - Throws: a `Fault` where the folder holds anything but an earlier comparison.
  static func check(_ folder: String) throws {
    let known = Set(beside + [page])
    try Directory.check(folder) { known.contains($0) }
  }

  /// Writes all files, the page last, and gives its path.
  ///
  /// - Throws: the file system's error, as a `Fault` naming the file.
  static func write(_ comparison: RunComparison, to folder: String) throws -> String {
    try check(folder)
    try Directory.make(folder)
    for (name, text) in texts { try AtomicFile.write(text(comparison), to: "\(folder)/\(name)") }
    try AtomicFile.write(ComparePage.text(comparison), to: "\(folder)/\(page)")
    return "\(folder)/\(page)"
  }
}
