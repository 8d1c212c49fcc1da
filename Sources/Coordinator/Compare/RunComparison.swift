import Core

/// Several runs of sweeps, each against one of them on the clips, folds and seeds that both have: a pure value.
struct RunComparison: Equatable, Sendable {
  /// The reference first, the others in the order in which they were given.
  var runs: [ComparedRun]
  /// Datasets that all runs have, in the reference's order.
  var datasets: [Dataset]
  /// Datasets that only some runs have, and which; they are in no test.
  var leftOut: [(name: String, runs: [String])] {
    let all = runs.flatMap { $0.report.datasets.map(\.name) }.distinct
    return all.filter { name in !datasets.contains { $0.name == name } }.map { name in
      (name, runs.filter { $0.has(name) }.map(\.name))
    }
  }

  /// One dataset that all runs have.
  struct Dataset: Equatable, Sendable {
    var name: String
    var classes: [String]
    /// Every method of every run but the reference, run by run.
    var pairs: [RunPair]
  }

  var reference: ComparedRun { runs[0] }
  var others: ArraySlice<ComparedRun> { runs.dropFirst() }
  var pairs: [RunPair] { datasets.flatMap(\.pairs) }

  /// - Parameter runs: two or more, the reference first.
  /// - Throws: `Faults`, one for each dataset whose splits differ; a `Fault` where the runs share no dataset, or no
  ///   method has a clip to be tested on.
  init(_ runs: [ComparedRun]) throws {
    self.runs = runs
    datasets = []
    let reference = runs[0]
    let shared = reference.report.datasets.filter { dataset in runs.allSatisfy { $0.has(dataset.name) } }
    guard !shared.isEmpty else {
      let all = runs.map { "\($0.name) has \($0.report.datasets.map(\.name).joined(separator: ", "))" }
      throw Fault(at: reference.path, "no dataset is in all runs: \(all.joined(separator: "; "))")
    }
    let faults = shared.flatMap { dataset in
      runs.dropFirst().compactMap { $0.fault(dataset.name, against: reference) }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    datasets = shared.map { dataset in
      var pairs = runs.indices.dropFirst().flatMap { index -> [RunPair] in
        let own = runs[index].report.datasets.first { $0.name == dataset.name }
        return (own?.variants ?? []).compactMap { variant in
          let (wanted, isSame) = RunPair.counterpart(of: variant.recogniser, in: reference.report)
          return dataset.variants.first { $0.recogniser == wanted }.map {
            RunPair(run: index, variant, against: $0, isSameMethod: isSame, classes: dataset.classes.count)
          }
        }
      }
      for (index, test) in VariantComparison.paired(pairs.map { ($0.own, $0.reference) }).enumerated() {
        pairs[index].test = test
      }
      return Dataset(name: dataset.name, classes: dataset.classes, pairs: pairs)
    }
    guard pairs.contains(where: { $0.test != nil }) else {
      throw Fault(
        at: runs.dropFirst().map(\.path).joined(separator: ", "),
        "no fold and seed has finished both here and in \(reference.path), so there is nothing to compare")
    }
  }

  /// The pairs of one run, dataset by dataset.
  func pairs(of run: Int) -> [(dataset: Dataset, pair: RunPair)] {
    datasets.flatMap { dataset in dataset.pairs.filter { $0.run == run }.map { (dataset, $0) } }
  }

  /// A run with the settings of one of its arms.
  struct ArmOfRun: Equatable, Sendable {
    /// `RUN`, or `RUN · ARM`.
    var title: String
    /// Without arms.
    var configuration: SweepConfiguration
  }

  /// Every arm of every run; a run without arms counts as one.
  var arms: [ArmOfRun] {
    runs.flatMap { run in
      let configuration = run.report.configuration
      return configuration.armNames.map { arm in
        let title = [run.name, arm].compactMap { $0 }.joined(separator: " · ")
        return ArmOfRun(title: title, configuration: configuration.resolved(arm))
      }
    }
  }

  /// The settings that decide results and are not the same everywhere.
  var settings: [SettingDifference] { SettingDifference.all(arms.map(\.configuration)) }

  /// Datasets whose stores hold other frames than the reference's, as far as that is known, by run.
  var otherFrames: [(run: String, datasets: [String])] {
    others.compactMap { run in
      let names = datasets.map(\.name).filter { name in
        guard let own = run.split(of: name)?.contentDigest, let other = reference.split(of: name)?.contentDigest else {
          return false
        }
        return own != other
      }
      return names.isEmpty ? nil : (run.name, names)
    }
  }
}

extension ComparedRun {
  fileprivate func has(_ dataset: String) -> Bool { report.datasets.contains { $0.name == dataset } }

  func split(of dataset: String) -> FoldFile.Dataset? { folds.datasets.first { $0.name == dataset } }

  /// Why a dataset cannot be paired with the reference's; nil where it can.
  fileprivate func fault(_ dataset: String, against reference: ComparedRun) -> Fault? {
    for run in [self, reference] where run.split(of: dataset) == nil {
      return Fault(at: RunDirectory(path: run.path).foldFile, "has no folds of \(dataset)")
    }
    guard let own = split(of: dataset), let other = reference.split(of: dataset) else { return nil }
    let differences = SplitDifference.all(own, against: other)
    guard !differences.isEmpty else { return nil }
    return Fault(
      at: RunDirectory(path: path).foldFile,
      "\(dataset) is split otherwise than in \(reference.path): \(differences.joined(separator: "; ")). "
        + "Clips can be paired only in the same folds: give both sweeps the same store, classes, folds and first seed")
  }
}
