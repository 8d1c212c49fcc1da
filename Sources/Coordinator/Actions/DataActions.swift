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
    let folds = try FoldFile.decode(stored)
    let report = ComparisonReport(
      configuration: identity.configuration, folds: folds,
      outcomes: try directory.outcomes(identity.configuration), digest: identity.digest)
    try report.write(to: directory.path, traces: RunTraces(of: directory, identity.configuration, folds: folds))
    if let unfinished = report.unfinishedText { console.line(unfinished) }
    for text in report.summaryLines { console.line(text) }
    console.line("report: \(directory.reportPage)")
    return report.holes.isEmpty ? .success : .failedUnits
  }
}
