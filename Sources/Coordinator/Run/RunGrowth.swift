import Core
import Foundation
import Worker

/// Makes room in a run directory for a sweep file that has more than the run had: the units that were trained get the
/// folders that they have in the larger sweep.
///
/// It can be repeated after an interruption: what was moved is not moved again.
struct RunGrowth {
  let directory: RunDirectory
  let growth: SweepGrowth
  let old, new: SweepConfiguration

  func apply() throws {
    if let arm = growth.adoptingArm { try adopt(arm) }
    if old.seeds.count == 1, new.seeds.count > 1 { try moveToSeed(old.seeds[0]) }
  }

  /// The units of a run without arms become those of an arm.
  private func adopt(_ arm: String) throws {
    for folder in variantFolders {
      let own = "\(folder)/arm-\(arm)"
      try move(namesIn(folder).filter { !$0.hasPrefix("arm-") }, from: folder, to: own)
      for folder in [own] + namesIn(own).map({ "\(own)/\($0)" }) { try setArm(arm, inResultOf: folder) }
      try setArm(arm, inSplitOf: own)
    }
    let entries = try directory.entries()
    let states = Ledger.replay(entries)
    let adopted = states.values.compactMap { entry -> LedgerEntry? in
      var own = entry
      own.unit.arm = arm
      return entry.unit.arm == nil && entry.event == .finished && states[own.unit]?.event != .finished ? own : nil
    }
    try directory.record(adopted.sorted { $0.unit.description < $1.unit.description })
  }

  private func setArm(_ arm: String, inResultOf folder: String) throws {
    let file = "\(folder)/result.json"
    // A result that cannot be read is trained again.
    guard let data = FileManager.default.contents(atPath: file),
      var result = try? JSONDecoder().decode(UnitResult.self, from: data), result.arm == nil
    else { return }
    result.arm = arm
    try AtomicFile.write(JSONEncoder.file(result), to: file)
  }

  /// The split of what is trained before the folds is named after its clips, which are those of an arm now.
  private func setArm(_ arm: String, inSplitOf folder: String) throws {
    let file = "\(folder)/folds.json"
    guard let data = FileManager.default.contents(atPath: file) else { return }
    var splits = try FoldFile.decode(data, location: file)
    for index in splits.datasets.indices where splits.datasets[index].name.hasSuffix("/\(PretrainingClips.folder)") {
      splits.datasets[index].name += "/arm-\(arm)"
    }
    try AtomicFile.write(splits.encode(), to: file)
  }

  /// The units of a run of one seed had no folder of their seed.
  private func moveToSeed(_ seed: UInt64) throws {
    for variant in variantFolders {
      let arms = namesIn(variant).filter { $0.hasPrefix("arm-") }.map { "\(variant)/\($0)" }
      for folder in arms.isEmpty ? [variant] : arms {
        // The split of what is trained before the folds is that of all seeds.
        let own = namesIn(folder).filter { !$0.hasPrefix("seed-") && $0 != "folds.json" }
        try move(own, from: folder, to: "\(folder)/seed-\(seed)")
      }
    }
  }

  /// The folders `DATASET/fold-N/VARIANT` and `DATASET/pretraining…` that there are.
  private var variantFolders: [String] {
    old.datasets.flatMap { dataset -> [String] in
      let folder = directory.dataset(dataset.name)
      return namesIn(folder).flatMap { name -> [String] in
        if Variant(rawValue: name)?.isPretraining ?? false { return ["\(folder)/\(name)"] }
        guard name.hasPrefix("fold-") || name == RunFiles.finalFolder else { return [] }
        return namesIn("\(folder)/\(name)").filter { Catalogue.isKnown($0) || old.program(named: $0) != nil }
          .map { "\(folder)/\(name)/\($0)" }
      }
    }
  }

  private func namesIn(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private func move(_ names: [String], from folder: String, to other: String) throws {
    guard !names.isEmpty else { return }
    try Directory.make(other)
    for name in names where rename("\(folder)/\(name)", "\(other)/\(name)") != 0 {
      throw Fault.system(at: "\(folder)/\(name)", "cannot be moved to \(other)")
    }
  }
}
