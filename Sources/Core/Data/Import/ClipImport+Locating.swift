import Foundation

extension ClipImport {
  /// Reads the annotations and finds each row's clip; what cannot be found is lost.
  ///
  /// - Parameter isWriting: whether a store is written from them.
  mutating func locate(_ layout: some ImportLayout, isWriting: Bool) throws -> [LocatedClip] {
    try settings.check(isWriting: isWriting)
    try settings.ffmpeg.check()
    var boxes: CropTable?
    if case .table(let path) = settings.crop { boxes = try CropTable(reading: path, unzip: settings.unzip) }
    if case .release(let release) = settings.layout { try boxes?.adopt(release) }
    report.entries += boxes?.notes ?? []
    landmarks = try settings.landmarkReader(&report)
    let rows = try layout.read(&report)
    report.rows = rows.count + report.entries(.lost).count
    guard report.rows > 0 else { throw Fault(at: settings.annotations, "has no rows") }
    advice = classAdvice(for: rows.map(\.emotion), settings.classes, of: settings.dataset)
    if let advice { report.add(.doubtful, settings.annotations, advice) }
    return settleNumbering(locate(rows, boxes))
  }

  private mutating func locate(_ rows: [ImportRow], _ boxes: CropTable?) -> [LocatedClip] {
    var located: [LocatedClip] = []
    var names = NamesOnDisk()
    var locations: [String: String] = [:]
    var used: Set<String> = []
    var folders: [String: FrameFolder] = [:]
    var common: CropBox?
    if case .box(let box) = settings.crop { common = box }
    for annotated in rows {
      var row = annotated
      row.subject = NamesOnDisk.plain(row.subject)
      guard let emotion = settings.emotion(row.emotion) else {
        let emotion = printable(ClassMap.normalized(row.emotion))
        report.skippedEmotions[emotion, default: 0] += 1
        report.add(.skipped, row.location, "emotion `\(emotion)` is in no class", clip: row.clip)
        continue
      }
      do {
        let written = try ImportRow.relativePath(row.path, at: row.location)
        let name = NamesOnDisk.plain(row.name ?? written)
        let path = try names.spelling(of: written, below: settings.source, at: row.location)
        if let earlier = locations[name] {
          throw Fault(at: row.location, "names the clip `\(printable(name))` again, after \(earlier)")
        }
        guard let fps = row.fps ?? settings.fps else {
          throw Fault(at: row.location, "has no frames per second; give them in the column `fps` or for all clips")
        }
        let isFolder = try ClipDecoder.isFolder("\(settings.source)/\(path)", at: row.location)
        let box = boxes?.box(clip: name, path: path, subject: row.subject)
        if let boxes, box == nil {
          throw Fault(at: row.location, "clip `\(printable(name))` has no box in \(boxes.path)")
        }
        if let box { used.insert(box.name) }
        locations[name] = row.location
        if isFolder, folders[path] == nil { folders[path] = try frames(in: path, for: row) }
        located.append(
          LocatedClip(
            row: row, path: path, name: name, fps: fps, emotion: emotion, folder: folders[path],
            crop: box?.box ?? common, cropOrigin: box.flatMap { boxes?.locations[$0.name] }))
      } catch {
        report.add(.lost, row.location, (error as? Fault)?.problem ?? "\(error)", clip: row.clip)
      }
    }
    for name in (boxes?.boxes.keys.sorted() ?? []) where !used.contains(name) && name != "*" {
      report.add(.ignored, boxes?.path ?? "", "the box of `\(printable(name))` was not needed")
    }
    let named = Set(located.flatMap { [$0.name, $0.path] })
    for name in landmarks?.names ?? [] where !named.contains(name) {
      report.add(.ignored, settings.landmarks ?? "", "the landmarks of `\(printable(name))` were not needed")
    }
    return located
  }

  /// Lists a folder; what is noted about it is noted once, however many rows name it.
  private mutating func frames(in path: String, for row: ImportRow) throws -> FrameFolder {
    let folder: FrameFolder
    do {
      folder = try FrameFolder("\(settings.source)/\(path)")
    } catch let fault as Fault {
      throw Fault(at: row.location, printable(fault.description))
    }
    for doubt in folder.doubts { report.add(.doubtful, folder.path, printable(doubt)) }
    if !folder.strays.isEmpty {
      report.add(.ignored, folder.path, "not frames: \(printable(folder.strays.joined(separator: ", ")))")
    }
    if !folder.copies.isEmpty {
      let names = folder.copies.map(\.file).joined(separator: ", ")
      report.add(.ignored, folder.path, "copies of frames: \(printable(names))")
    }
    return folder
  }

  /// Decides for all rows together how they count frames.
  private mutating func settleNumbering(_ found: [LocatedClip]) -> [LocatedClip] {
    let numbering = FrameNumbering(found.compactMap { clip in clip.folder.map { (clip.row.marks, $0.numbers) } })
    if let remark = numbering.remark { report.add(.doubtful, settings.annotations, remark) }
    return found.map { clip in
      var clip = clip
      clip.rule = clip.folder.flatMap { numbering.rule(for: clip.row.marks, $0.numbers) }
      return clip
    }
  }
}
