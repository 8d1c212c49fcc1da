/// How a dataset is stored on disk: reads its annotations.
protocol ImportLayout {
  var settings: ImportSettings { get }
  /// The rows of the annotation file; reports rows that it cannot read as lost.
  ///
  /// - Throws: a `Fault` or `Faults` when the file is unusable.
  func read(_ report: inout ImportReport) throws -> [ImportRow]
}

extension ImportLayout {
  /// See `ImportSettings.run`.
  func run(
    progress: (Int, Int) -> Void = { _, _ in }, isStopped: () -> Bool = { false }
  ) throws -> ImportReport {
    var run = ClipImport(settings)
    return try run.run(self, progress: progress, isStopped: isStopped)
  }

  /// See `ImportSettings.check`.
  func check(
    withPictures: Bool, progress: (Int, Int) -> Void, isStopped: () -> Bool
  ) throws -> CheckedImport {
    var run = ClipImport(settings)
    return try run.check(self, withPictures: withPictures, progress: progress, isStopped: isStopped)
  }
}

/// What an import would do.
public struct CheckedImport: Sendable {
  public var report: ImportReport
  /// The clips that would be stored, in the order of their rows.
  public var previews: [ClipPreview]
  /// Why the import would be refused; nil where it would not.
  public var refusal: Faults?
}
