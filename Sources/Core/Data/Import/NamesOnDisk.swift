import Foundation

/// Finds files by names as people spell them: a name on disk may have another Unicode form than the table, or blanks
/// around it.
struct NamesOnDisk {
  /// Names in folders that were listed, by the name as it is compared.
  private var listed: [String: [String: [String]]] = [:]

  /// The path of an existing file or folder; the path itself where there is none.
  ///
  /// - Parameters:
  ///   - path: below the source directory, with plain slashes.
  ///   - location: for faults.
  /// - Throws: a `Fault` when a name could be one of several.
  mutating func spelling(of path: String, below source: String, at location: String) throws -> String {
    if FileManager.default.fileExists(atPath: "\(source)/\(path)") { return path }
    var found: [String] = []
    for name in path.split(separator: "/").map(String.init) {
      let folder = ([source] + found).joined(separator: "/")
      if FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
        found.append(name)
        continue
      }
      let same = names(in: folder)[NamesOnDisk.plain(name)] ?? []
      guard let only = same.first else { return path }
      guard same.count == 1 else {
        let names = same.map { "`\(printable($0))`" }.joined(separator: ", ")
        throw Fault(at: location, "`\(printable(path))` may be one of several in `\(printable(folder))`: \(names)")
      }
      found.append(only)
    }
    return found.joined(separator: "/")
  }

  private mutating func names(in folder: String) -> [String: [String]] {
    if let names = listed[folder] { return names }
    let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let names = Dictionary(grouping: all, by: NamesOnDisk.plain)
    listed[folder] = names
    return names
  }

  /// A name as it is compared: composed (NFC), without blanks around it.
  static func plain(_ name: String) -> String {
    name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespaces)
  }
}
