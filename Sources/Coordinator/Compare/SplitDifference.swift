import Core

/// Why the folds of one dataset in two runs cannot be paired.
enum SplitDifference {
  /// What differs, each in some words; empty where every test clip is in the same fold.
  static func all(_ own: FoldFile.Dataset, against reference: FoldFile.Dataset) -> [String] {
    if own.classes == reference.classes, own.folds == reference.folds { return [] }
    var found: [String] = []
    if own.rule != reference.rule { found.append("rule \(own.rule.rawValue), there \(reference.rule.rawValue)") }
    if own.folds.count != reference.folds.count {
      found.append("\(own.folds.count) folds, there \(reference.folds.count)")
    }
    if own.seed != reference.seed { found.append("seed \(own.seed), there \(reference.seed)") }
    if own.classes != reference.classes {
      found.append("classes \(list(own.classes)), there \(list(reference.classes))")
    }
    found += clips(own, reference)
    if own.inputDigest != reference.inputDigest {
      found.append("digest of inputs \(own.inputDigest.prefix(12))…, there \(reference.inputDigest.prefix(12))…")
    }
    return found.isEmpty ? ["the same rule, count, seed and clips, but other folds"] : found
  }

  private static func list(_ names: [String]) -> String { printable(names.joined(separator: ", ")) }

  /// Clips that only one has, or that have another label or subject.
  private static func clips(_ own: FoldFile.Dataset, _ reference: FoldFile.Dataset) -> [String] {
    func byName(_ dataset: FoldFile.Dataset) -> [String: FoldClip] {
      Dictionary(dataset.folds.joined().map { ($0.name, $0) }) { first, _ in first }
    }
    let (mine, theirs) = (byName(own), byName(reference))
    let shared = mine.filter { theirs[$0.key] != nil }
    if shared.count < max(mine.count, theirs.count) {
      return ["\(ReportText.count(mine.count, "clip")), there \(theirs.count), \(shared.count) of them in both"]
    }
    let others = shared.count { theirs[$0.key] != $0.value }
    return others == 0 ? [] : ["another class or subject for \(ReportText.count(others, "clip"))"]
  }
}
