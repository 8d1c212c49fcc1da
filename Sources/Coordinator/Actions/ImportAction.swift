import Core
import Foundation

/// `microfold import`: a clip store from frames on disk.
struct ImportAction {
  let options: ImportOptions
  let console: Console

  func run() throws -> ExitStatus {
    var bar = ImportBar(terminal: .standardError())
    let start = DispatchTime.now().uptimeNanoseconds
    func show(_ done: Int, _ total: Int) {
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
      if let text = bar.update(done: done, of: total, at: seconds) { console.draw(text) }
    }
    let report: ImportReport
    do {
      // Before faults are said, too: they must not run into the bar.
      defer { console.draw(bar.clear()) }
      report =
        switch options.layout {
        case .list: try ListImport(settings).run(progress: show)
        case .csv: try CSVImport(settings).run(progress: show)
        case .release(let release): try ReleaseImport(release, settings).run(progress: show)
        }
    } catch is ImportStopped {
      console.note("\(Program.name): the import was stopped; nothing was written")
      return .interrupted
    }
    for text in report.lines { console.line(text) }
    console.line("store: \(options.output)")
    return .success
  }

  private var settings: ImportSettings {
    var settings = ImportSettings(
      source: options.source, annotations: options.annotations, output: options.output)
    settings.size = options.size
    settings.crop = options.crop
    settings.cropTable = options.cropTable
    settings.sheet = options.sheet
    settings.fps = options.fps
    settings.classes = options.classes.classes
    // A table of one's own has no published counts.
    settings.preset = options.layout == .csv ? nil : options.classes
    settings.largestLostShare = options.lostShare
    settings.isStopped = { StopSignal.isRaised }
    return settings
  }
}
