import Foundation

/// What all importers share: from rows of an annotation file to clips of a store.
///
/// A row that cannot be stored is reported and left out; the import stops when too many are.
struct ClipImport {
  let settings: ImportSettings
  private var report = ImportReport()

  init(_ settings: ImportSettings) { self.settings = settings }

  /// - Parameters:
  ///   - read: reads the annotation file; it reports rows that it cannot read as lost.
  ///   - progress: gets the number of rows done and of rows in all.
  ///   - isStopped: asked before each clip is stored; true ends the import.
  /// - Throws: a `Fault` or `Faults`, `ImportStopped` when that was asked for; then nothing was written.
  mutating func run(
    read: (inout ImportReport) throws -> [ImportRow], progress: (Int, Int) -> Void, isStopped: () -> Bool
  ) throws -> ImportReport {
    try settings.check()
    try settings.ffmpeg.check()
    var boxes: CropTable?
    if case .table(let path) = settings.crop { boxes = try CropTable(reading: path) }
    let rows = try read(&report)
    report.rows = rows.count + report.entries(.lost).count
    guard report.rows > 0 else { throw Fault(at: settings.annotations, "has no rows") }
    let located = try locate(rows, boxes)
    try checkLostShare()

    let writer = try ClipStoreWriter(at: settings.output)
    for name in writer.removed { report.add(.ignored, name, "left by an import that was killed; removed") }
    let decoder = ClipDecoder(settings.ffmpeg, size: settings.size)
    let source = settings.source
    noteWideFrames(located)
    var stored: [(emotion: String, subject: String)] = []
    try inOrder(
      located.count, workers: settings.workers,
      make: { index in Result { try decoder.decode(located[index], at: "\(source)/\(located[index].path)") } },
      take: { index, result in
        if isStopped() { throw ImportStopped() }
        progress(index, located.count)
        let row = located[index].row
        let decoded: ClipDecoder.Decoded
        do {
          decoded = try result.get()
        } catch let fault as Fault {
          report.add(.lost, row.location, printable(fault.description))
          try checkLostShare()
          return
        }
        try decoded.pixels.withUnsafeBytes { try writer.append(decoded.clip, pixels: $0) }
        for repair in row.repairs + decoded.repairs { report.add(.repaired, row.location, repair) }
        if !decoded.strays.isEmpty {
          let names = printable(decoded.strays.joined(separator: ", "))
          report.add(.ignored, "\(settings.source)/\(located[index].path)", "not frames: \(names)")
        }
        stored.append((decoded.clip.emotion, decoded.clip.subject))
      })
    progress(located.count, located.count)
    report.stored = stored.count
    guard report.stored > 0 else {
      throw Faults(
        [Fault(at: settings.annotations, "no row could be stored")] + report.lines.map { Fault(at: "import", $0) })
    }
    if isStopped() { throw ImportStopped() }
    try writer.commit()
    report.counts = ImportCounts(of: stored, settings.classes, comparedWith: settings.preset)
    return report
  }

  private mutating func locate(_ rows: [ImportRow], _ boxes: CropTable?) throws -> [LocatedClip] {
    var located: [LocatedClip] = []
    var locations: [String: String] = [:]
    var used: Set<String> = []
    var common: CropBox?
    if case .box(let box) = settings.crop { common = box }
    for row in rows {
      guard let emotion = settings.emotion(row.emotion) else {
        let emotion = printable(ClassMap.normalized(row.emotion))
        report.skippedEmotions[emotion, default: 0] += 1
        report.add(.skipped, row.location, "emotion `\(emotion)` is in no class")
        continue
      }
      do {
        let path = try ImportRow.relativePath(row.path, at: row.location)
        let name = row.name ?? path
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
        located.append(
          LocatedClip(
            row: row, path: path, name: name, fps: fps, emotion: emotion, isFolder: isFolder,
            crop: box?.box ?? common))
      } catch let fault as Fault {
        report.add(.lost, fault.location, fault.problem)
      }
    }
    for name in (boxes?.boxes.keys.sorted() ?? []) where !used.contains(name) && name != "*" {
      report.add(.ignored, boxes?.path ?? "", "the box of `\(printable(name))` was not needed")
    }
    return located
  }

  /// Frames of a wide format are squeezed to a square, and a face is then a small part of it.
  private mutating func noteWideFrames(_ located: [LocatedClip]) {
    guard let first = located.first(where: { $0.isFolder && $0.crop == nil }),
      let frame = try? FrameFolder("\(settings.source)/\(first.path)").frames.first,
      let header = try? ImageHeader(of: frame.path), header.width * 2 > header.height * 3
    else { return }
    report.add(
      .ignored, frame.path, "is \(header) and is squeezed to a square; use --crop to cut out the face")
  }

  private func checkLostShare() throws {
    let lost = report.entries(.lost)
    guard Double(lost.count) > settings.largestLostShare * Double(report.rows) else { return }
    let percent = (settings.largestLostShare * 1000).rounded() / 10
    let summary = Fault(
      at: settings.annotations,
      "\(lost.count) of \(report.rows) rows are lost, more than \(percent) % may be; nothing was written")
    throw Faults([summary] + lost.map { Fault(at: $0.location, $0.what) })
  }
}
