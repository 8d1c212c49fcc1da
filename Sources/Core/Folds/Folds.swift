/// What a split needs to know about a clip.
public struct FoldClip: Codable, Equatable, Sendable {
  /// Unique in its dataset.
  public var name: String
  public var subject: String
  /// Index of the clip's class.
  public var label: Int
  /// The clip's database in a composite dataset, else nil.
  public var part: String?

  public init(name: String, subject: String, label: Int, part: String? = nil) {
    self.name = name
    self.subject = subject
    self.label = label
    self.part = part
  }
}

/// A dataset divided into folds.
public struct Split: Equatable, Sendable {
  /// The test clips of each fold, by name; a fold trains on all the others.
  public var folds: [[FoldClip]]
  /// Notes for readers of the results, for instance that a class is missing in a training part.
  public var warnings: [String]
}

/// The split of a dataset: pure functions of the clips' names, labels and subjects, and of a seed.
///
/// The order in which clips are given does not matter.
public enum Folds {
  /// The clips that take part in a split: those whose emotion is in a class, sorted by name.
  public static func members(of clips: [Clip], classes: ClassMap) -> [FoldClip] {
    let members = clips.compactMap { clip in
      classes.index(of: clip.emotion).map {
        FoldClip(name: clip.name, subject: clip.subject, label: $0, part: clip.part)
      }
    }
    return members.sorted { $0.name < $1.name }
  }

  /// Divides clips into test folds.
  ///
  /// - Parameters:
  ///   - clips: every clip that takes part, in any order.
  ///   - classes: the class names; a label is an index into them.
  ///   - count: number of folds; `loso` makes one per subject instead, `dataset` one per part.
  ///   - location: what a fault calls the dataset.
  /// - Throws: `Faults` for a duplicate name, a label outside the classes, a class without clips, fewer than two folds,
  ///   more folds than clips, more folds than subjects (unless by `sample`), fewer than two parts (by `dataset`).
  public static func split(
    _ clips: [FoldClip], classes: [String], count: Int, by rule: SplitRule, seed: UInt64, location: String = "folds"
  ) throws -> Split {
    let sorted = clips.sorted { $0.name < $1.name }
    let faults = faults(in: sorted, classes: classes, count: count, by: rule, location: location)
    guard faults.isEmpty else { throw Faults(faults) }
    let folds =
      switch rule {
      case .subject: bySubject(sorted, classCount: classes.count, count: count, seed: seed)
      case .sample: bySample(sorted, classCount: classes.count, count: count, seed: seed)
      case .loso: subjects(of: sorted).map(\.clips)
      case .dataset: parts(of: sorted)
      }
    return Split(folds: folds, warnings: warnings(of: folds, classes: classes))
  }

  /// Divides the clips of a dataset into test folds; clips whose emotion is in no class are left out.
  ///
  /// - Throws: as `split(_:classes:count:by:seed:place:)`.
  public static func split(
    clips: [Clip], classes: ClassMap, count: Int, by rule: SplitRule, seed: UInt64, location: String = "folds"
  ) throws -> Split {
    try split(
      members(of: clips, classes: classes), classes: classes.names, count: count, by: rule, seed: seed,
      location: location)
  }

  private static func faults(
    in sorted: [FoldClip], classes: [String], count: Int, by rule: SplitRule, location: String
  ) -> [Fault] {
    var faults: [Fault] = []
    let duplicates = Set(zip(sorted, sorted.dropFirst()).filter { $0.name == $1.name }.map(\.0.name)).sorted()
    for name in duplicates {
      faults.append(Fault(at: location, "clip \(name) occurs more than once; a clip's name must be unique"))
    }
    for clip in sorted where !classes.indices.contains(clip.label) {
      faults.append(
        Fault(at: location, "clip \(clip.name) has label \(clip.label), but there are \(classes.count) classes"))
    }
    let present = Set(sorted.map(\.label))
    for (index, name) in classes.enumerated() where !present.contains(index) {
      faults.append(
        Fault(at: location, "no clip shows \(name); remove it from the classes or check the emotions' names"))
    }
    let subjectCount = Set(sorted.map(\.subject)).count
    if rule == .loso {
      if subjectCount < 2 {
        faults.append(
          Fault(at: location, "leaving one subject out needs at least 2 subjects, there are \(subjectCount)"))
      }
    } else if rule == .dataset {
      if sorted.contains(where: { $0.part == nil }) || parts(of: sorted).count < 2 {
        faults.append(Fault(at: location, "leaving one dataset out needs clips of at least 2 parts"))
      }
    } else if count < 2 {
      faults.append(Fault(at: location, "\(count) folds; cross-validation needs at least 2"))
    } else if count > sorted.count {
      faults.append(Fault(at: location, "\(count) folds, but only \(sorted.count) clips; ask for fewer folds"))
    } else if rule == .subject && count > subjectCount {
      faults.append(
        Fault(at: location, "\(count) folds by subject, but only \(subjectCount) subjects; ask for fewer folds"))
    }
    return faults
  }

  /// Problems of a split that are no errors.
  static func warnings(of folds: [[FoldClip]], classes: [String]) -> [String] {
    var warnings: [String] = []
    for (index, fold) in folds.enumerated() where fold.isEmpty {
      warnings.append("fold \(index) has no test clip")
    }
    for (label, name) in classes.enumerated() {
      let owners = folds.indices.filter { index in folds[index].contains { $0.label == label } }
      if owners.count == 1 {
        warnings.append("fold \(owners[0]) trains without any \(name): it holds every clip of that class")
      }
    }
    return warnings
  }
}
