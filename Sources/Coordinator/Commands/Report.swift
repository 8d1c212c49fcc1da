import Core
import Foundation

/// What `microfold report` is to report on.
struct ReportOptions: Equatable {
  /// The run directory.
  var run = ""
}

extension CommandSpecification {
  static let report = CommandSpecification(
    name: "report",
    summary: "Write a run's report again, from the results on disk.",
    defaults: ReportOptions(),
    positionals: [.required(\.run, "RUN", "the run directory", .folders)],
    examples: ["microfold report runs/demo"],
    writes: true,
    run: .alone { options, console in
      let directory = RunDirectory(path: options.run)
      let identity = try directory.identity()
      guard let stored = FileManager.default.contents(atPath: directory.foldFile) else {
        throw Fault(at: directory.foldFile, "does not exist; the run was stopped before it began")
      }
      let folds = try FoldFile.decode(stored)
      let report = ComparisonReport(
        configuration: identity.configuration,
        folds: FoldFile(datasets: folds.datasets + directory.pretrainingSplits(identity.configuration)),
        outcomes: try directory.outcomes(identity.configuration), digest: identity.digest)
      try report.write(to: directory.path, traces: RunTraces(of: directory, identity.configuration, folds: folds))
      if let unfinished = report.unfinishedText { console.line(unfinished) }
      for text in report.summaryLines { console.line(text) }
      console.line("report: \(directory.reportPage)")
      return report.holes.isEmpty ? .success : .failedUnits
    })
}
