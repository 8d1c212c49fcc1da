import Foundation

extension FoldFile {
  /// Checks that the file still matches these datasets and settings, and that its folds are consistent.
  ///
  /// - Throws: `Faults`, one per dataset that no longer matches.
  public func verify(
    _ inputs: [Input], folds: SweepConfiguration.Folds, seed: UInt64, digest: (Data) -> String,
    location: String = "folds.json"
  ) throws {
    var faults: [Fault] = []
    for input in inputs {
      let stored = datasets.filter { $0.name == input.name }
      let problem =
        stored.count == 1
        ? problem(of: stored[0], input, input.folds ?? folds, seed, digest)
        : stored.isEmpty ? "has no folds" : "has folds more than once"
      if let problem {
        faults.append(Fault(at: location, "\(input.name) \(problem); restore it, or use --fresh"))
      }
    }
    let known = Set(inputs.map(\.name))
    for dataset in datasets where !known.contains(dataset.name) {
      faults.append(
        Fault(at: location, "\(dataset.name) is not in the sweep any more; add it again, or use --fresh"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  private func problem(
    of stored: Dataset, _ input: Input, _ folds: SweepConfiguration.Folds, _ seed: UInt64, _ digest: (Data) -> String
  ) -> String? {
    if stored.rule != folds.by {
      return "was split by \(stored.rule.rawValue), the sweep now says \(folds.by.rawValue)"
    }
    if stored.count != folds.count && !folds.by.hasOwnCount {
      return "was split into \(stored.count) folds, the sweep now says \(folds.count)"
    }
    if stored.seed != seed { return "was split with seed \(stored.seed), the sweep now says \(seed)" }
    if stored.classes != input.classes {
      return "was split for the classes \(stored.classes.joined(separator: ", ")), "
        + "the sweep now says \(input.classes.joined(separator: ", "))"
    }
    if stored.inputDigest != digest(input.canonicalBytes) {
      return "was split when its store had other clips, labels or subjects"
    }
    if let began = stored.contentDigest, let now = input.contentDigest, began != now {
      return "was begun on other data: its store now holds other frames or descriptions than when the run began"
    }
    let expected =
      switch folds.by {
      case .loso: Set(input.clips.map(\.subject)).count
      case .dataset: Set(input.clips.map(\.part)).count
      case .subject, .sample: folds.count
      }
    if stored.folds.count != expected { return "has \(stored.folds.count) folds instead of \(expected)" }
    if stored.folds.flatMap({ $0 }).sorted(by: { $0.name < $1.name }) != input.clips {
      return "has folds that do not hold every clip once"
    }
    if folds.by != .sample {
      let assigned = stored.folds.reduce(0) { $0 + Set($1.map(\.subject)).count }
      if assigned != Set(input.clips.map(\.subject)).count { return "has folds that share a subject" }
    }
    return nil
  }
}
