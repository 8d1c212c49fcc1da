import Foundation

/// What all importers share: from rows of an annotation file to clips of a store.
///
/// A row that cannot be stored is reported and left out; the import stops when too many are.
struct ClipImport {
  let settings: ImportSettings
  var report = ImportReport()
  /// What is said about classes that do not fit the rows; nil where they do.
  var advice: String?
  /// What reads the clips' landmarks; nil without any.
  var landmarks: (any LandmarkReader)?

  init(_ settings: ImportSettings) { self.settings = settings }

  /// Writes the store.
  ///
  /// - Throws: as `ImportSettings.run`; then nothing was written.
  mutating func run(
    _ layout: some ImportLayout, progress: (Int, Int) -> Void, isStopped: () -> Bool
  ) throws -> ImportReport {
    let located = try locate(layout, isWriting: true)
    if let refusal = tooManyLost { throw refusal }
    let writer = try ClipStoreWriter(at: settings.output, fit: settings.form.fit)
    for name in writer.removed { report.add(.ignored, name, "left by an import that was killed; removed") }
    let counts = try decode(located, isRefusedEarly: true, progress: progress, isStopped: isStopped) { decoded, _ in
      decoded.pixels
    } take: { clip, pixels in
      try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    if let refusal = emptyStore { throw refusal }
    if isStopped() { throw ImportStopped() }
    try writer.commit()
    report.counts = counts
    return report
  }

  /// Does all that `run` does, but writes nothing.
  ///
  /// - Parameter withPictures: whether there is a preview of each clip with its frames, or without.
  /// - Throws: as `ImportSettings.run`, but not where the rows that are lost are too many.
  mutating func check(
    _ layout: some ImportLayout, withPictures: Bool, progress: (Int, Int) -> Void, isStopped: () -> Bool
  ) throws -> CheckedImport {
    var previews: [ClipPreview] = []
    let ffmpeg = settings.ffmpeg
    let located = try locate(layout, isWriting: false)
    let counts = try decode(located, isRefusedEarly: false, progress: progress, isStopped: isStopped) {
      decoded, location in
      try ClipPreview(decoded.clip, pixels: withPictures ? decoded.pixels : nil, location: location, ffmpeg)
    } take: { _, preview in
      previews.append(preview)
    }
    let refusal = tooManyLost ?? emptyStore
    report.counts = counts
    return CheckedImport(report: report, previews: previews, refusal: refusal)
  }

  /// Decodes clips, several at once, and passes them on in the order of the rows.
  ///
  /// - Parameters:
  ///   - isRefusedEarly: whether too many lost rows end it.
  ///   - progress: gets the number of rows done and of rows in all.
  ///   - isStopped: asked before each clip is taken; true ends the import.
  ///   - make: what is kept of a clip; called on several threads.
  /// - Returns: how many clips each class and subject has.
  private mutating func decode<Kept: Sendable>(
    _ located: [LocatedClip], isRefusedEarly: Bool, progress: (Int, Int) -> Void, isStopped: () -> Bool,
    make: @escaping @Sendable (ClipDecoder.Decoded, _ location: String) throws -> Kept,
    take: (Clip, Kept) throws -> Void
  ) throws -> ImportCounts {
    let decoder = ClipDecoder(settings.ffmpeg, to: settings.form, landmarks: landmarks)
    let source = settings.source
    var shapes = FrameShapes()
    var stored: [(emotion: String, subject: String)] = []
    try inOrder(
      located.count, workers: settings.workers,
      make: { index in
        Result {
          let decoded = try decoder.decode(located[index], at: "\(source)/\(located[index].path)")
          return Finished(decoded, kept: try make(decoded, located[index].row.location))
        }
      },
      take: { index, result in
        if isStopped() { throw ImportStopped() }
        progress(index, located.count)
        let row = located[index].row
        let found: Finished<Kept>
        do {
          found = try result.get()
        } catch let fault as Fault {
          report.add(.lost, row.location, printable(fault.description), clip: located[index].name)
          if isRefusedEarly, let refusal = tooManyLost { throw refusal }
          return
        }
        try take(found.clip, found.kept)
        let name = found.clip.name
        for repair in row.repairs + found.repairs { report.add(.repaired, row.location, repair, clip: name) }
        for doubt in row.doubts + found.doubts { report.add(.doubtful, row.location, printable(doubt), clip: name) }
        shapes.add(found.shape, of: name, isWhole: located[index].crop == nil)
        stored.append((found.clip.emotion, found.clip.subject))
      })
    progress(located.count, located.count)
    for remark in shapes.remarks(settings.fit) { report.add(.doubtful, settings.annotations, remark) }
    report.stored = stored.count
    for names in SubjectName.similar(stored.map(\.subject)) {
      report.add(
        .doubtful, settings.annotations,
        "\(SubjectName.remark(names)): if they are one person, name the person in one way")
    }
    return ImportCounts(of: stored, settings.classes, comparedWith: settings.published)
  }

  /// What is thrown where no row could be stored; nil where one was.
  private var emptyStore: Faults? {
    guard report.stored == 0 else { return nil }
    let reason = advice.map { ": \($0)" } ?? ""
    return Faults(
      [Fault(at: settings.annotations, "no row could be stored\(reason)")]
        + report.lines.map { Fault(at: "import", $0) })
  }

  /// What is thrown where more rows are lost than may be; nil where they are not.
  private var tooManyLost: Faults? {
    let lost = report.entries(.lost)
    guard Double(lost.count) > settings.largestLostShare * Double(report.rows) else { return nil }
    let percent = (settings.largestLostShare * 1000).rounded() / 10
    let summary = Fault(
      at: settings.annotations,
      "\(lost.count) of \(report.rows) rows are lost, more than \(percent) % may be; nothing was written")
    return Faults([summary] + lost.map { Fault(at: $0.place, $0.what) })
  }

  /// What remains of a clip once it is decoded.
  private struct Finished<Kept: Sendable>: Sendable {
    var clip: Clip
    var repairs, doubts: [String]
    var shape: FrameShape
    var kept: Kept

    init(_ decoded: ClipDecoder.Decoded, kept: Kept) {
      (clip, repairs, doubts) = (decoded.clip, decoded.repairs, decoded.doubts)
      (shape, self.kept) = (decoded.shape, kept)
    }
  }
}
