import Foundation

/// Imports a dataset that is described by a list, one line per clip: `relative/path label`.
///
/// The label is the last word of a line: an emotion, or the index of a class from 0 when classes are given. The
/// subject is the first folder of the path (`S03/clip7 surprise` is of subject S03). All frames are stored, the onset
/// is the first, the offset the last, the apex the middle. Empty lines and lines that begin with # are ignored.
/// Where no frames per second are given, SDU's 50 are used.
public struct ListImport: Sendable {
  public var settings: ImportSettings

  public init(_ settings: ImportSettings) {
    self.settings = settings
    self.settings.fps = settings.fps ?? 50
  }

  /// Runs the import; see `ImportSettings.run`.
  public func run(
    progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ImportReport {
    var run = ClipImport(settings)
    return try run.run(
      read: { report in rows(try annotationText(settings.annotations), &report) }, progress: progress,
      isStopped: isStopped)
  }

  func rows(_ text: String, _ report: inout ImportReport) -> [ImportRow] {
    var rows: [ImportRow] = []
    let plain = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    for (index, line) in plain.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let location = "line \(index + 1)"
      let line = line.trimmingCharacters(in: .whitespaces)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let space = line.lastIndex(where: \.isWhitespace) else {
        report.add(.lost, location, "has no label; a line is `path label`")
        continue
      }
      let path = line[..<space].trimmingCharacters(in: .whitespaces)
      let label = String(line[line.index(after: space)...])
      let folders = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).filter { $0 != "." }
      guard folders.count > 1 else {
        report.add(.lost, location, "`\(printable(path))` has no subject folder before the clip")
        continue
      }
      rows.append(ImportRow(location: location, path: path, subject: String(folders[0]), emotion: emotion(label)))
    }
    return rows
  }

  /// The emotion of a label: itself, or the name of the class with this index.
  private func emotion(_ label: String) -> String {
    guard let classes = settings.classes, let index = Int(label), classes.groups.indices.contains(index) else {
      return label
    }
    return classes.names[index]
  }
}
