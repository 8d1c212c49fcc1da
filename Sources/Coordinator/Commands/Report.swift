import Core

/// What `microfold report` is to report on.
struct ReportOptions: Equatable {
  /// The run directory.
  var run = ""
  /// What all others are tested against; nil for the sweep file's.
  var reference: Variant?
  /// Whether the page shows clips that were named wrongly.
  var showsClips = true
}

extension CommandSpecification {
  static let report = CommandSpecification(
    name: "report",
    summary: "Write a run's report again, from the results on disk.",
    defaults: ReportOptions(),
    positionals: [.required(\.run, "RUN", "the run directory", .folders)],
    options: [
      .optional(
        \.reference, "--reference", .method,
        "the method or variant that all others are tested against", standard: "the sweep file's"),
      .flag(
        \.showsClips, false, "--no-clips", "leave out pictures of single clips, to pass the page on",
        standard: "pictures of clips that were named wrongly"),
    ],
    examples: ["microfold report runs/demo", "microfold report runs/demo --reference lbp-top"],
    writes: true,
    run: .alone { options, console in
      let directory = RunDirectory(path: options.run)
      var identity = try directory.identity()
      if let reference = options.reference {
        if let problem = identity.configuration.problem(ofReference: reference) {
          throw Fault(at: "--reference", problem)
        }
        identity.configuration.reference = reference
      }
      let folds = try directory.storedFolds()
      let report = try ComparisonReport(of: directory, identity, folds: folds)
      // The attention on clips that were named wrongly is computed.
      Parallel.use(threads: Parallel.availableThreads)
      let notes = try report.write(
        to: directory.path, traces: RunTraces(of: directory, identity.configuration, folds: folds),
        showsClips: options.showsClips)
      if let unfinished = report.unfinishedText { console.line(unfinished) }
      for text in report.summaryLines { console.line(text) }
      notes.forEach(console.note)
      console.line("report: \(directory.reportPage)")
      return report.holes.isEmpty ? .success : .failedUnits
    })
}
