import Foundation

/// Imports SMIC as released: its folders are the annotation, `HS/s1/micro/negative/s1_ne_01/reg_image001.bmp`.
///
/// A clip is a folder below that of an emotion, its subject the nearest folder above that one which is named like a
/// subject. All frames are the clip; its apex is unknown, so the middle is used, and listed as assumed. A clip is named
/// `subject/folder`.
struct FolderImport: ImportLayout {
  var settings: ImportSettings
  private let release = Release.smic

  init(_ settings: ImportSettings) {
    self.settings = settings
    self.settings.layout = .release(release)
  }

  /// The emotions that folders are called after, and their codes in the clips' names.
  private static let emotions = ["negative": "ne", "positive": "po", "surprise": "sur"]

  func read(_ report: inout ImportReport) throws -> [ImportRow] {
    try rows(try ReleaseTree(settings.source, without: release.about.otherFolders), &report)
  }

  func rows(_ tree: ReleaseTree, _ report: inout ImportReport) throws -> [ImportRow] {
    let all = tree.folders.filter { tree.isLeaf($0) && FolderImport.emotion(of: $0) != nil }
    guard !all.isEmpty else {
      throw Fault(
        at: settings.source,
        "has no clips of SMIC: folders in `negative`, `positive` or `surprise` (s1/micro/negative/s1_ne_01); the long "
          + "recordings of SMIC-E have none")
    }
    let (folders, camera) = try chosen(all, &report)
    let rate = settings.fps ?? camera?.fps
    var rows: [String: [ImportRow]] = [:]
    for folder in folders {
      guard var row = row(folder, &report), let name = row.name else { continue }
      row.fps = rate
      rows[name, default: []].append(row)
    }
    return try single(rows, &report)
  }

  /// The clips of one camera.
  ///
  /// - Throws: a `Fault` when there are several cameras and none is chosen, not the one that is, or nothing says which.
  private func chosen(
    _ folders: [[String]], _ report: inout ImportReport
  ) throws -> (folders: [[String]], camera: SMICCamera?) {
    let byCamera = Dictionary(grouping: folders) { folder in
      folder.lazy.compactMap(SMICCamera.init(folder:)).first
    }
    let cameras = SMICCamera.allCases.filter { byCamera[$0] != nil }
    let found = cameras.map(\.folder).joined(separator: ", ")
    guard !cameras.isEmpty else {
      let own = SMICCamera(folder: URL(fileURLWithPath: settings.source).lastPathComponent)
      if let own, let wanted = settings.camera, own != wanted {
        throw Fault(at: settings.source, "is the folder of \(own.folder), not of \(wanted.folder)")
      }
      guard let camera = settings.camera ?? own else {
        guard settings.fps == nil else { return (folders, nil) }
        throw Fault(
          at: settings.source, "has no folder HS, VIS or NIR; say with --camera which it was: hs, vis or nir")
      }
      return (folders, camera)
    }
    guard let camera = settings.camera ?? (cameras.count == 1 ? cameras[0] : nil) else {
      throw Fault(at: settings.source, "holds clips of several cameras: \(found); choose one with --camera")
    }
    guard let chosen = byCamera[camera] else {
      throw Fault(at: settings.source, "has no folder \(camera.folder); its cameras are \(found)")
    }
    let others = folders.count - chosen.count
    if others > 0 { report.add(.ignored, settings.source, "\(others) clips are not of \(camera.folder)") }
    return (chosen, camera)
  }

  /// The emotion that a folder's parent is called after; nil for another name.
  private static func emotion(of folder: [String]) -> String? {
    guard let name = folder.dropLast().last.map(ReleaseTree.plain) else { return nil }
    return emotions[name] == nil ? nil : name
  }

  /// A clip's row; nil where no folder says whose it is, which is reported.
  private func row(_ folder: [String], _ report: inout ImportReport) -> ImportRow? {
    guard let emotion = FolderImport.emotion(of: folder), let clip = folder.last else { return nil }
    let path = folder.joined(separator: "/")
    guard let subject = folder.dropLast(2).reversed().lazy.compactMap({ self.subject($0) }).first else {
      report.add(.lost, path, "is in no folder of a subject; name the folder of \(release.about.exampleFolders)")
      return nil
    }
    var row = ImportRow(location: path, path: path, name: "\(subject)/\(clip)", subject: subject, emotion: emotion)
    let words = ReleaseTree.plain(clip).split(separator: "_").map(String.init)
    if let code = FolderImport.emotions.first(where: { words.contains($0.value) }), code.key != emotion {
      row.doubts.append("its name says \(code.key), its folder \(emotion), which is used")
    }
    if let other = words.first.flatMap(self.subject), other != subject {
      row.doubts.append("its name says subject \(other), its folder \(subject), which is used")
    }
    return row
  }

  /// A subject's name from a folder's, `s1` or `s01`; nil for another.
  private func subject(_ folder: String) -> String? {
    ReleaseTree.plain(folder).hasPrefix("s") ? release.subject(folder) : nil
  }

  /// The rows in the order of their names, without those of clips that are there twice.
  private func single(_ rows: [String: [ImportRow]], _ report: inout ImportReport) throws -> [ImportRow] {
    var found: [ImportRow] = []
    var doubles = RepeatedClips()
    for (name, rows) in rows.sorted(by: { $0.key < $1.key }) {
      if rows.count == 1 { found += rows } else { doubles.add(rows[0].location, name, rows.map(\.path)) }
    }
    try doubles.refuse(beside: found.count, in: settings.source)
    doubles.note(in: &report)
    if !found.isEmpty {
      report.add(.assumed, settings.source, "\(release.title) has no apex: the middle of a clip is the apex")
    }
    return found
  }
}
