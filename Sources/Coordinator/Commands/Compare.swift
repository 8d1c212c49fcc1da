import Core

/// What `microfold compare` is to compare.
struct CompareOptions: Equatable {
  /// The run directories.
  var runs: [String] = []
  /// The run that all others are tested against, one of them; nil for the first.
  var reference: String?
  /// The folder of the comparison.
  var output = "compare"
}

extension CommandSpecification {
  static let compare = CommandSpecification(
    name: "compare",
    summary: "Compare several runs, of other settings, machines or days, in one report.",
    explanation: """
      Every method of each run is tested against the same method of the reference run on the clips, folds and seeds \
      that both have, or against the reference run's reference where it lacks the method. The runs' splits must be the \
      same; datasets that only some runs have are left out. Runs need not be finished. Exit status: 0 when all units \
      of all runs finished, 1 when some lack units, 2 when the runs cannot be compared.
      """,
    defaults: CompareOptions(),
    positionals: [.paths(\.runs, "RUN", "the run directories, two or more", .folders)],
    options: [
      .optional(
        \.reference, "--reference", .text("RUN"), "the run that all others are tested against", standard: "the first"),
      .value(
        \.output, "--output", .folder, "the folder to write; it may hold an earlier comparison", standard: "compare"),
    ],
    examples: [
      "microfold compare runs/paper runs/recipe",
      "microfold compare runs/monday runs/cluster --reference runs/cluster --output compare-machines",
    ],
    writes: true,
    check: { options, arguments throws(Fault) in
      if options.runs.count < 2 {
        throw Fault(at: arguments.path, "needs two RUNs or more; see \(arguments.path) --help")
      }
    },
    run: .alone { options, console in
      try CompareFiles.check(options.output)
      let comparison = try RunComparison(ComparedRun.all(options.inOrder()))
      let page = try CompareFiles.write(comparison, to: options.output)
      for text in comparison.summaryLines { console.line(text) }
      console.line("comparison: \(page)")
      return comparison.unfinished.isEmpty ? .success : .failedUnits
    })
}

extension CompareOptions {
  /// The runs, the reference first.
  ///
  /// - Throws: a `Fault` where the reference is none of them.
  func inOrder() throws -> [String] {
    guard let reference else { return runs }
    let place = ComparedRun.place(reference)
    guard let index = runs.firstIndex(where: { ComparedRun.place($0) == place }) else {
      throw Fault(at: "--reference", "is \(reference), which is not one of the runs: \(runs.joined(separator: ", "))")
    }
    return [runs[index]] + runs.enumerated().filter { $0.offset != index }.map(\.element)
  }
}
