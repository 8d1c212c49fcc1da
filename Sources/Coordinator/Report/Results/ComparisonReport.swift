import Core

/// What a sweep found, on all its datasets and variants: a pure value, made from the units' outcomes.
///
/// It does not depend on the order of the outcomes. Units of the sweep without an outcome are shown as not run;
/// outcomes of units that are not of the sweep are left out.
struct ComparisonReport: Equatable, Sendable {
  var name: String
  var programVersion: String
  /// SHA-256 of the resolved configuration.
  var configurationDigest: String
  var splitRule: SplitRule
  var selection: SweepConfiguration.Selection
  var seeds: [UInt64]
  /// Of the dual-branch network.
  var variants: [Variant]
  /// Other methods that the sweep compares it with.
  var methods: [Variant]
  /// How many of both there are.
  var compared: Int { variants.count + methods.count }
  /// What was asked for, resolved.
  var configuration: SweepConfiguration
  /// In the configuration's order.
  var datasets: [DatasetReport]

  /// How a dataset was split, for what outcomes alone cannot tell.
  struct Split: Equatable, Sendable {
    /// Clips of each test fold.
    var clipsPerFold: [Int]
    var subjects: Int
    /// The hash in folds.json.
    var digest: String
  }

  /// - Parameters:
  ///   - configuration: the sweep that was run, whole and checked.
  ///   - outcomes: one a unit, in any order; where a unit has several, a finished one counts.
  ///   - splits: by the dataset's name; without one the folds are those of the configuration and the outcomes.
  ///   - programVersion: as `microfold --version` says it.
  ///   - configurationDigest: SHA-256 of the resolved configuration.
  init(
    configuration: SweepConfiguration, outcomes: [UnitOutcome], splits: [String: Split] = [:],
    programVersion: String, configurationDigest: String
  ) {
    name = configuration.name
    self.programVersion = programVersion
    self.configurationDigest = configurationDigest
    splitRule = configuration.folds.by
    selection = configuration.training.selection
    seeds = configuration.seeds
    variants = configuration.compared.filter { $0.ablation != nil }
    methods = configuration.compared.filter { $0.ablation == nil }
    self.configuration = configuration
    let byUnit = Dictionary(outcomes.map { ($0.unit, $0) }) { one, other in
      if case .finished = one { one } else { other }
    }
    datasets = configuration.datasets.map { dataset in
      DatasetReport(dataset, configuration: configuration, split: splits[dataset.name], outcomes: byUnit)
    }
  }

  /// Every unit of the sweep, in the order of the tables.
  var units: [UnitReport] { datasets.flatMap { $0.variants.flatMap(\.units) } }
  /// Units that failed or were not run: the holes of the report.
  var holes: [UnitReport] { units.filter { $0.result == nil } }
}

extension ComparisonReport {
  /// Whether a subject's clips may be in training and in test: the figures are then not subject-independent.
  var subjectsOverlap: Bool { splitRule == .sample }

  /// Units that were tried and failed.
  var failed: [UnitReport] { holes.filter { $0.status == "failed" } }
  /// Units that have no result yet: the run is unfinished.
  var notRun: [UnitReport] { holes.filter { $0.status != "failed" } }

  /// Writes report.json, results.csv, predictions.csv, report.md, report.tex, sweep.json and index.html into `report/`
  /// of a run directory.
  ///
  /// - Parameter traces: what else the run left; for index.html alone.
  /// - Throws: the file system's error, as a `Fault` naming the file.
  func write(to runDirectory: String, traces: RunTraces = RunTraces()) throws {
    let directory = runDirectory + "/report"
    try Directory.make(directory)
    try AtomicFile.write(ReportJSON.text(self), to: directory + "/report.json")
    try AtomicFile.write(ReportCSV.results(self), to: directory + "/results.csv")
    try AtomicFile.write(ReportCSV.predictions(self), to: directory + "/predictions.csv")
    try AtomicFile.write(ReportMarkdown.text(self), to: directory + "/report.md")
    try AtomicFile.write(ReportTeX.text(self), to: directory + "/report.tex")
    try AtomicFile.write(canonicalJSON(configuration), to: directory + "/sweep.json")
    try AtomicFile.write(ReportPage.text(self, traces), to: directory + "/index.html")
  }
}

extension ComparisonReport {
  /// What came out, one line per dataset and variant, for the terminal.
  var summaryLines: [String] {
    datasets.flatMap { dataset in
      dataset.variants.map { variant in
        guard let metrics = variant.metrics else { return "\(dataset.name) \(variant.variant.rawValue): no result" }
        let figures = Figure.main.enumerated().map { index, figure in
          "\(index == 0 ? figure.title.lowercased() : figure.title) \(ReportText.percent(metrics[figure])) %"
        }
        return "\(dataset.name) \(variant.variant.rawValue): \(figures.joined(separator: ", ")) "
          + "(majority class \(ReportText.percent(metrics.majorityAccuracy)) %)"
      }
    }
  }
}
