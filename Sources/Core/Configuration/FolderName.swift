/// Names in the sweep file that are also names of folders in the run directory: of datasets and of arms.
enum FolderName {
  /// What is wrong with a name, to stand after it; nil for a name that a folder can have on every file system.
  ///
  /// - Parameter owner: whose name it is: `a dataset`, `an arm`.
  static func problem(_ name: String, of owner: String) -> String? {
    let isPlain = name.utf8.allSatisfy { $0.isPlainInPaths && $0 != UInt8(ascii: "/") }
    if name.isEmpty { return "; \(owner)'s name has at least 1 letter" }
    if !isPlain { return "; \(owner)'s name has letters, digits, '.', '_' and '-' only" }
    if name.hasPrefix(".") { return "; \(owner)'s name does not begin with '.'" }
    return name.utf8.count > 64 ? "; \(owner)'s name has at most 64 letters" : nil
  }
}
