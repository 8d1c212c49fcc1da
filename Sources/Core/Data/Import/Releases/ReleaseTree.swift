import Foundation

/// The folders below a directory, by their names.
struct ReleaseTree {
  /// Each folder's names from the directory down, sorted.
  let folders: [[String]]
  private let byName: [String: [Int]]
  private let byNumber: [Int: [Int]]
  private let parents: Set<[String]>
  private let all: Set<[String]>

  /// How deep clips may lie: `SMIC_all_cropped/HS/s1/micro/negative/s1_ne_01`.
  private static let depth = 6
  private static let most = 200_000

  /// - Parameter without: names of folders, in lower case, that are left out with all in them.
  /// - Throws: a `Fault` naming the directory when it cannot be read, or has more folders than any dataset.
  init(_ source: String, without: Set<String> = []) throws {
    var found: [[String]] = []
    var open: [[String]] = [[]]
    while let folder = open.popLast() {
      let path = ([source] + folder).joined(separator: "/")
      for name in try ReleaseTree.folderNames(in: path) where !without.contains(ReleaseTree.plain(name)) {
        let child = folder + [name]
        found.append(child)
        if child.count < ReleaseTree.depth { open.append(child) }
      }
      guard found.count <= ReleaseTree.most else {
        throw Fault(at: source, "has more than \(ReleaseTree.most) folders; name the one that holds the dataset")
      }
    }
    self.init(folders: found)
  }

  init(folders: [[String]]) {
    let sorted = folders.sorted { $0.lexicographicallyPrecedes($1) }
    self.folders = sorted
    byName = Dictionary(grouping: sorted.indices) { ReleaseTree.plain(sorted[$0].last ?? "") }
    byNumber = Dictionary(grouping: sorted.indices) { ReleaseTree.numbers(in: sorted[$0].last ?? "").last ?? -1 }
    parents = Set(sorted.map { $0.dropLast() })
    all = Set(sorted)
  }

  /// A name as it is compared: sheets and disks differ in capitals, too.
  static func plain(_ name: String) -> String { NamesOnDisk.plain(name).lowercased() }

  /// Whether a folder has no folders in it.
  func isLeaf(_ folder: [String]) -> Bool { !parents.contains(folder) }

  /// The folders that a row may mean, as paths: those of the clip's name and, where that distinguishes them, below the
  /// subject's.
  func clips(_ row: CodingRow, _ release: Release) -> [String] {
    let about = release.about
    let found = about.folders(row).lazy.map { folders(of: $0, row.subject) }.first { !$0.isEmpty } ?? []
    return found.map { folder in
      let frames = about.frameFolder.map { folder + [$0] }
      return (frames.flatMap { all.contains($0) ? $0 : nil } ?? folder).joined(separator: "/")
    }
  }

  private func folders(of clip: ClipFolder, _ subject: String) -> [[String]] {
    let indices =
      switch clip.key {
      case .name(let name): byName[ReleaseTree.plain(name)]
      case .number(let number): byNumber[number]
      }
    let named = (indices ?? []).map { folders[$0] }
    let wanted = ReleaseTree.numbers(in: subject).last
    // The nearest folder with a number: the whole tree's may have one too, as in CASME2_RAW_selected.
    let ofSubject = named.filter { folder in
      folder.dropLast().reversed().lazy.compactMap { ReleaseTree.numbers(in: $0).last }.first == wanted
    }
    return clip.isBelowSubject || !ofSubject.isEmpty ? ofSubject : named
  }

  /// The whole numbers in a text, in order; one too large for 64 bits counts as the largest.
  private static func numbers(in text: String) -> [Int] {
    text.utf8.split { !(0x30...0x39 ~= $0) }.map { digits in
      Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
    }
  }

  /// Folders without folders that stand beside those of clips but belong to none, sorted.
  func strays(beside clips: [String]) -> [String] {
    let known = Set(clips)
    let parentsOfClips = Set(clips.map { Array($0.split(separator: "/").map(String.init).dropLast()) })
    return folders.filter { parentsOfClips.contains($0.dropLast()) && !parents.contains($0) }
      .map { $0.joined(separator: "/") }.filter { !known.contains($0) }
  }

  /// Names of the folders in a folder; what has a point in front, is no UTF-8 or has control characters is left out.
  private static func folderNames(in path: String) throws -> [String] {
    guard let directory = opendir(path) else { throw Fault.system(at: path, "cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name, !name.hasPrefix("."), printable(name) == name, !name.contains("\\") else { continue }
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_DIR): names.append(name)
      case Int32(DT_LNK), Int32(DT_UNKNOWN):
        var status = stat()
        if stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR { names.append(name) }
      default: break
      }
    }
    return names
  }
}
