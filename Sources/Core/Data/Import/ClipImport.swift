import Foundation

/// The way of all importers: rows of an annotation file to clips of a store.
///
/// A row that cannot be stored is reported and left out; the import stops when too many are.
struct ClipImport {
  let settings: ImportSettings
  private var report = ImportReport()
  private var decoder: FFmpeg

  init(_ settings: ImportSettings) {
    self.settings = settings
    decoder = settings.ffmpeg
    decoder.crop = settings.crop
    decoder.size = settings.size
  }

  /// A row whose clip was found on disk.
  private struct Located {
    var row: ImportRow
    /// Below the source directory.
    var path: String
    var name: String
    var fps: Double
    var emotion: String
    var isFolder: Bool
  }

  /// A clip and its pixels `[frames, size, size, 3]`.
  private struct Decoded {
    var clip: Clip
    var pixels: [UInt8]
    var repairs: [String]
  }

  /// - Parameters:
  ///   - read: reads the annotation file; rows that it cannot make out it reports as lost.
  ///   - progress: told the number of rows done and of rows in all.
  /// - Throws: a `Fault` or `Faults`; then nothing was written.
  mutating func run(
    read: (inout ImportReport) throws -> [ImportRow], progress: (Int, Int) -> Void
  ) throws -> ImportReport {
    try settings.check()
    try decoder.check()
    let rows = try read(&report)
    report.rows = rows.count + report.entries(.lost).count
    guard report.rows > 0 else { throw Fault(at: settings.annotations, "has no rows") }
    let located = try locate(rows)
    try checkLostShare()

    let writer = try ClipStoreWriter(at: settings.output)
    for (index, clip) in located.enumerated() {
      progress(index, located.count)
      let decoded: Decoded
      do {
        decoded = try decode(clip)
      } catch let fault as Fault {
        report.add(.lost, clip.row.place, printable(fault.description))
        try checkLostShare()
        continue
      }
      try decoded.pixels.withUnsafeBytes { try writer.append(decoded.clip, pixels: $0) }
      for repair in clip.row.repairs + decoded.repairs { report.add(.repaired, clip.row.place, repair) }
      report.stored += 1
    }
    progress(located.count, located.count)
    guard report.stored > 0 else {
      throw Faults(
        [Fault(at: settings.annotations, "no row could be stored")] + report.lines.map { Fault(at: "import", $0) })
    }
    try writer.commit()
    return report
  }

  private mutating func locate(_ rows: [ImportRow]) throws -> [Located] {
    var located: [Located] = []
    var places: [String: String] = [:]
    for row in rows {
      guard let emotion = known(row.emotion) else {
        report.skippedEmotions[printable(row.emotion.lowercased()), default: 0] += 1
        continue
      }
      do {
        let path = try ImportRow.relativePath(row.path, at: row.place)
        let name = row.name ?? path
        if let earlier = places[name] {
          throw Fault(at: row.place, "names the clip `\(printable(name))` again, after \(earlier)")
        }
        guard let fps = row.fps ?? settings.fps else {
          throw Fault(at: row.place, "has no frames per second; give them in the column `fps` or for all clips")
        }
        let isFolder = try ClipImport.isFolder("\(settings.source)/\(path)", row.place)
        places[name] = row.place
        located.append(Located(row: row, path: path, name: name, fps: fps, emotion: emotion, isFolder: isFolder))
      } catch let fault as Fault {
        report.add(.lost, fault.place, fault.problem)
      }
    }
    return located
  }

  /// The emotion as the classes spell it, upper and lower case alike; nil when it is in none.
  private func known(_ emotion: String) -> String? {
    let plain = emotion.lowercased()
    guard let classes = settings.classes else { return plain }
    return classes.groups.joined().first { $0.lowercased() == plain }
  }

  private static let videoSuffixes: Set<String> = ["avi", "mp4", "m4v", "mov", "mkv", "mpg", "mpeg", "wmv", "webm"]

  private static func isFolder(_ path: String, _ place: String) throws -> Bool {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Fault(at: place, "`\(path)` is not there")
    }
    guard isDirectory.boolValue || videoSuffixes.contains((path as NSString).pathExtension.lowercased()) else {
      let suffixes = videoSuffixes.sorted().joined(separator: ", ")
      throw Fault(at: place, "`\(path)` is neither a folder of frames nor a video (\(suffixes))")
    }
    return isDirectory.boolValue
  }

  private func checkLostShare() throws {
    let lost = report.entries(.lost)
    guard Double(lost.count) > settings.largestLostShare * Double(report.rows) else { return }
    let percent = (settings.largestLostShare * 1000).rounded() / 10
    let summary = Fault(
      at: settings.annotations,
      "\(lost.count) of \(report.rows) rows are lost, more than \(percent) % may be; nothing was written")
    throw Faults([summary] + lost.map { Fault(at: $0.place, $0.what) })
  }

  private mutating func decode(_ found: Located) throws -> Decoded {
    let path = "\(settings.source)/\(found.path)"
    return found.isFolder ? try decode(folder: path, found) : try decode(video: path, found)
  }

  private mutating func decode(folder path: String, _ found: Located) throws -> Decoded {
    let row = found.row
    let folder = try FrameFolder(path)
    if !folder.strays.isEmpty {
      report.add(.ignored, path, "no frames: \(printable(folder.strays.joined(separator: ", ")))")
    }
    guard let span = folder.span(onset: row.onset, offset: row.offset) else {
      throw Fault(
        at: path,
        "has no frames from onset \(row.onset.map(String.init) ?? "(none)") to offset "
          + "\(row.offset.map(String.init) ?? "(none)"); its files are numbered \(folder.frames[0].number) to "
          + "\(folder.frames[folder.frames.count - 1].number)")
    }
    let frames = try decoder.decode(images: folder.frames[span.onset...span.offset].map(\.path))
    let apex = row.apex.flatMap { number in
      span.base.map { number - $0 } ?? folder.index(of: number)
    }
    return decoded(found, frames, apex: apex.map { $0 - span.onset }, repairs: span.repairs)
  }

  private func decode(video path: String, _ found: Located) throws -> Decoded {
    let row = found.row
    let onset = row.onset ?? 0
    if let offset = row.offset, offset < onset { throw Fault(at: path, "has offset \(offset) before onset \(onset)") }
    let isWhole = row.onset == nil && row.offset == nil
    let frames = try decoder.decode(video: path, frames: isWhole ? nil : onset...(row.offset ?? Int(Int32.max)))
    guard frames.count > 0 else {
      throw Fault(at: path, "has no frames from onset \(onset) on; they are counted from 0")
    }
    var repairs: [String] = []
    if let offset = row.offset, frames.count < offset - onset + 1 {
      repairs.append("offset \(offset) is not there, \(onset + frames.count - 1) taken")
    }
    return decoded(found, frames, apex: row.apex.map { $0 - onset }, repairs: repairs)
  }

  /// - Parameter apex: among the stored frames; nil when not known.
  private func decoded(_ found: Located, _ frames: FFmpeg.Frames, apex: Int?, repairs: [String]) -> Decoded {
    var repairs = repairs
    let middle = (frames.count - 1) / 2
    if apex.map({ !(0..<frames.count ~= $0) }) ?? (found.row.apex != nil) {
      // An apex that was no number was reported where it was read.
      repairs.append("apex \(found.row.apex.map(String.init) ?? "") is not between onset and offset, the middle taken")
    }
    let clip = Clip(
      name: found.name, subject: found.row.subject, emotion: found.emotion, source: found.path, fps: found.fps,
      onset: 0, apex: apex.flatMap { 0..<frames.count ~= $0 ? $0 : nil } ?? middle, offset: frames.count - 1,
      actionUnits: found.row.actionUnits, frames: frames.count, height: settings.size, width: settings.size)
    return Decoded(clip: clip, pixels: frames.pixels, repairs: repairs)
  }
}
