import Core

extension PublishedFigures {
  /// The column that a dataset of a sweep is compared with, and how far the comparison holds.
  struct Match: Equatable, Sendable {
    var column: Column
    /// Whether the clips are those that the paper has in its classes, as far as their numbers tell.
    var sameData: Bool
    /// Whether the paper has the same classes.
    var sameClasses: Bool
    /// Whether there are as many folds as in the paper, none of which shares a subject with another.
    var sameFolds: Bool
    /// What differs from the paper, in a few words each: `67 of 246 clips`. Empty where nothing does.
    var differences: [String]

    /// What a reader must know before comparing, or nil. With a caution, no figure is subtracted from a published one.
    var caution: String? { differences.isEmpty ? nil : differences.joined(separator: ", ") }
  }

  /// What a sweep has of a dataset, to be compared with the paper's.
  struct Measured: Equatable, Sendable {
    /// 0 where they are not known yet.
    var clips: Int
    /// In the order of the classes; nil where they are not known.
    var clipsPerClass: [Int]?
    var subjects: Int?
    var folds: SweepConfiguration.Folds
  }

  /// Folds of the paper's cross-validation.
  static let folds = 5

  /// Finds the column by the dataset's name (`casme2`, `CASME-II`, `synth-casme2`), else by its classes, and compares
  /// what was measured with what was published.
  ///
  /// SDU and MMEW have the same classes, so that those alone do not tell which of them is meant.
  static func match(_ dataset: SweepConfiguration.Dataset, _ measured: Measured) -> Match? {
    guard dataset.parts == nil, let (column, isSynthetic) = column(of: dataset) else { return nil }
    let classes = differences(dataset.classes, column.preset.classes)
    let data = isSynthetic ? ["synthetic clips"] : differences(measured, dataset.classes, column.preset)
    let folds = differences(measured.folds)
    return Match(
      column: column, sameData: data.isEmpty, sameClasses: classes.isEmpty, sameFolds: folds.isEmpty,
      differences: data + classes + folds)
  }

  private static func column(of dataset: SweepConfiguration.Dataset) -> (column: Column, isSynthetic: Bool)? {
    let isSynthetic = dataset.isSynthetic || letters(dataset.name).hasPrefix("synth")
    let name = plainName(dataset.name)
    let byClasses = Column.allCases.filter { $0.classes == Set(dataset.classes.names) }
    let column =
      Column.allCases.first { name.hasPrefix($0.rawValue) } ?? (byClasses.count == 1 ? byClasses[0] : nil)
    return column.map { ($0, isSynthetic) }
  }

  private static func letters(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// A dataset's name without signs and capitals, and as if it were not synthetic: `casme2` for `synth-CASME-II`.
  static func plainName(_ name: String) -> String {
    letters(name).replacing("synthetic", with: "").replacing("synth", with: "").replacing("casmeii", with: "casme2")
  }

  /// How the clips and the people differ from those that were published.
  private static func differences(_ measured: Measured, _ classes: ClassMap, _ preset: ClassPreset) -> [String] {
    guard measured.clips > 0 else { return ["clips not known yet"] }
    var parts: [String] = []
    if measured.clips != preset.expectedClips {
      parts.append(count(measured.clips, of: preset.expectedClips, "clips"))
    } else if let own = measured.clipsPerClass, let expected = preset.expectedCounts, classes == preset.classes {
      for (name, (own, expected)) in zip(classes.names, zip(own, expected)) where own != expected {
        parts.append(count(own, of: expected, "clips of \(name)"))
      }
    }
    // The classes may leave subjects of the release without a clip, so fewer say something only with other clips.
    guard let subjects = measured.subjects else { return parts + ["subjects not known"] }
    if subjects > preset.subjects || subjects < preset.subjects && !parts.isEmpty {
      parts.append(count(subjects, of: preset.subjects, "subjects"))
    }
    return parts
  }

  private static func differences(_ own: ClassMap, _ published: ClassMap) -> [String] {
    let names = differences(ofNames: own.names, from: published.names)
    guard names.isEmpty else { return names }
    let merged = own.groups.filter { group in
      let known = published.groups.first { $0[0] == group[0] } ?? []
      return !group.allSatisfy { emotion in known.contains { ClassMap.normalized($0) == ClassMap.normalized(emotion) } }
    }
    return merged.map { "\($0[0]) merged with \($0.dropFirst().joined(separator: ", "))" }
  }

  /// How the names of classes differ from those that were published, in whatever order.
  static func differences(ofNames own: [String], from published: [String]) -> [String] {
    let (names, expected) = (Set(own), Set(published))
    guard names != expected else { return [] }
    let without = published.filter { !names.contains($0) }.map { "without \($0)" }
    let more = own.filter { !expected.contains($0) }.map { "with \($0)" }
    let isAsMany = names.count == expected.count
    let count = isAsMany ? "other classes" : "\(names.count) classes instead of \(expected.count)"
    return ["\(count) (\((without + more).joined(separator: ", ")))"]
  }

  private static func differences(_ folds: SweepConfiguration.Folds) -> [String] {
    switch folds.by {
    case .loso: ["a fold for each subject instead of \(PublishedFigures.folds) folds"]
    case .dataset: ["a fold for each database instead of \(PublishedFigures.folds) folds"]
    case .sample, .subject:
      (folds.by == .sample ? ["folds that share subjects"] : [])
        + (folds.count == PublishedFigures.folds ? [] : ["\(folds.count) folds instead of \(PublishedFigures.folds)"])
    }
  }

  /// `67 of 246 clips`, or `300 clips instead of 246`.
  static func count(_ own: Int, of published: Int, _ noun: String) -> String {
    own < published ? "\(own) of \(published) \(noun)" : "\(own) \(noun) instead of \(published)"
  }
}
