import Core
import Foundation

/// `microfold synth`: clip stores of the synthetic suite.
struct SynthAction {
  let options: SynthOptions
  let console: Console

  func run() throws {
    Parallel.use(threads: Parallel.availableThreads)
    for name in options.names {
      let path = "\(options.output)/\(name).safetensors"
      try SyntheticStore.write(name, options.synthetic, to: path)
      console.line(path)
    }
  }
}

/// `microfold import`: a clip store from frames on disk.
struct ImportAction {
  let options: ImportOptions
  let console: Console

  func run() throws {
    var settings = ImportSettings(
      source: options.source, annotations: options.annotations, output: options.output)
    settings.size = options.size
    settings.crop = options.crop.map { CropBox(width: $0.width, height: $0.height, x: $0.x, y: $0.y) }
    settings.fps = options.fps
    settings.classes = options.classes.classes
    settings.largestLostShare = options.lostShare
    var line = ImportLine(console: console)
    let report =
      switch options.layout {
      case .list: try ListImport(settings).run { line.show(done: $0, of: $1) }
      case .csv: try CSVImport(settings).run { line.show(done: $0, of: $1) }
      }
    line.clear()
    for text in report.lines { console.line(text) }
    console.line("store: \(options.output)")
  }
}

/// How far an import is, redrawn on a terminal and silent elsewhere.
private struct ImportLine {
  let console: Console
  private let terminal = Terminal.standardError()

  init(console: Console) { self.console = console }

  mutating func show(done: Int, of total: Int) {
    if terminal.isInteractive { console.draw("\r\(done) of \(total) clips\u{1B}[K") }
  }

  mutating func clear() {
    if terminal.isInteractive { console.draw("\r\u{1B}[K") }
  }
}

/// `microfold inspect`: what is in a safetensors file.
struct InspectAction {
  let options: InspectOptions
  let console: Console

  func run() throws {
    for text in try Inspection(of: options.file).lines { console.line(text) }
    if let frames = options.frames {
      try ContactSheet(of: ClipStore(opening: options.file)).write(to: frames)
      console.line("frames: \(frames)")
    }
  }
}

/// `microfold report`: the report again, from the results on disk.
struct ReportAction {
  let options: ReportOptions
  let console: Console

  func run() throws -> ExitStatus {
    let directory = RunDirectory(path: options.run)
    let identity = try directory.identity()
    guard let stored = FileManager.default.contents(atPath: directory.foldFile) else {
      throw Fault(at: directory.foldFile, "does not exist; the run was stopped before it began")
    }
    let report = ComparisonReport(
      configuration: identity.configuration, folds: try FoldFile.decode(stored),
      outcomes: try directory.outcomes(identity.configuration), digest: identity.digest)
    try report.write(to: directory.path, timeline: Timeline(directory.entries()))
    for text in report.summaryLines { console.line(text) }
    console.line("report: \(directory.reportPage)")
    return report.holes.isEmpty ? .success : .failedUnits
  }
}
