import Core

/// What others reached in the challenge whose protocol composite datasets follow: three databases as one, leave one
/// subject out, three classes.
///
/// See et al. 2019 (MEGC 2019): UF1 and UAR of all clips together and of each database.
enum ChallengeFigures {
  static let name = "MEGC 2019"
  static let source =
    "See et al. 2019, MEGC 2019: the second Facial Micro-Expressions Grand Challenge (IEEE FG 2019), as quoted to two "
    + "decimals by Guo et al. 2019, IEEE Access 7:174517–174530"
  static var classes: [String] { preset.classes.names }

  /// The challenge's classes, and its clips and people.
  private static let preset: ClassPreset = {
    guard let preset = ClassPreset.all.first(where: { $0.name == "megc-3" }) else {
      preconditionFailure("there is no preset megc-3")
    }
    return preset
  }()

  /// A database of the challenge.
  enum Database: String, CaseIterable {
    case smic, casme2, samm

    var title: String {
      switch self {
      case .smic: "SMIC"
      case .casme2: "CASME II"
      case .samm: "SAMM"
      }
    }

    /// Clips of each class, in the order of `classes`.
    var clips: [Int] { published.counts ?? [] }
    var subjects: Int { published.subjects }

    private var published: ClassPreset.Published {
      guard let published = ChallengeFigures.preset.published(of: rawValue) else {
        preconditionFailure("megc-3 has no \(rawValue)")
      }
      return published
    }
  }

  /// UF1 and UAR, per cent.
  struct Scores: Equatable {
    var uf1: Int
    var uar: Int
  }

  /// One method of the challenge.
  struct Row: Equatable {
    var method: String
    var whole: Scores
    var parts: [Database: Scores]
  }

  /// The baselines, then the methods by their UF1 on the whole.
  static let rows: [Row] = table.map { method, values in
    let scores = stride(from: 0, to: values.count, by: 2).map { Scores(uf1: values[$0], uar: values[$0 + 1]) }
    let parts = Dictionary(uniqueKeysWithValues: zip(Database.allCases, scores.dropFirst()))
    return Row(method: method, whole: scores[0], parts: parts)
  }

  /// UF1 and UAR of the whole, then of each database in the order of `Database.allCases`; whole per cent, because two
  /// decimals are what a second source confirms.
  private static let table: [(method: String, perCent: [Int])] = [
    ("LBP-TOP", [59, 58, 20, 53, 70, 74, 40, 41]),
    ("Bi-WOOF", [63, 62, 57, 58, 78, 80, 52, 51]),
    ("CapsuleNet, Quang et al.", [65, 65, 58, 59, 71, 70, 62, 60]),
    ("OFF-ApexNet", [72, 71, 68, 67, 88, 87, 54, 54]),
    ("Dual-Inception, Zhou et al.", [73, 73, 66, 67, 86, 86, 59, 57]),
    ("STSTNet, Liong et al.", [74, 76, 68, 70, 84, 87, 66, 68]),
    ("EMR, Liu et al.", [79, 78, 75, 75, 83, 82, 78, 72]),
  ]
}

extension ChallengeFigures {
  /// Whether a composite dataset is the challenge's.
  struct Match: Equatable, Sendable {
    /// The database that each part is, in the order of the parts; nil for one that the challenge has not.
    var databases: [Database?]
    /// What differs from the challenge, in a few words each: `60 of 145 clips of casme2`. Empty where nothing does.
    var differences: [String]

    /// Whether the challenge's figures are of the same clips, people, classes and folds, as far as numbers tell.
    var isSame: Bool { differences.isEmpty }
  }

  /// nil where no part is a database of the challenge by its name (`smic`, `CASME-II`, `synth-samm`).
  ///
  /// - Parameter parts: those of the dataset.
  static func match(
    _ dataset: SweepConfiguration.Dataset, parts: [PartReport], folds: SweepConfiguration.Folds
  ) -> Match? {
    let databases = parts.map { database(of: $0.name) }
    guard databases.contains(where: { $0 != nil }) else { return nil }
    let missing = Database.allCases.filter { !databases.contains($0) }.map { "without \($0.title)" }
    let others = zip(parts, databases).filter { $1 == nil }.map { "with \($0.0.name)" }
    let twice = Database.allCases.filter { database in databases.count { $0 == database } > 1 }
      .map { "\($0.title) more than once" }
    let synthetic = zip(dataset.parts ?? [], parts).compactMap { source, part -> String? in
      if case .synthetic = source.source { "synthetic clips of \(part.name)" } else { nil }
    }
    let classes = PublishedFigures.differences(ofNames: dataset.classes.names, from: Self.classes)
    let clips = zip(parts, databases).flatMap { part, database -> [String] in
      guard let database, !synthetic.contains("synthetic clips of \(part.name)") else { return [] }
      return differences(part, database, classes.isEmpty ? dataset.classes.names : nil)
    }
    let way = folds.by == .loso ? [] : ["\(folds.by.protocolText) instead of \(SplitRule.loso.protocolText)"]
    return Match(databases: databases, differences: missing + others + twice + synthetic + clips + classes + way)
  }

  private static func database(of part: String) -> Database? {
    let name = PublishedFigures.plainName(part)
    return Database.allCases.first { name.hasPrefix($0.rawValue) }
  }

  /// How a part's clips and people differ from those of the challenge.
  ///
  /// - Parameter classes: the dataset's, in its order; nil where they are not the challenge's.
  private static func differences(_ part: PartReport, _ database: Database, _ classes: [String]?) -> [String] {
    guard part.clips > 0 else { return ["clips of \(part.name) not known yet"] }
    let expected = database.clips.reduce(0, +)
    var found: [String] = []
    if part.clips != expected {
      found.append(PublishedFigures.count(part.clips, of: expected, "clips of \(part.name)"))
    } else if let classes {
      let known = Dictionary(uniqueKeysWithValues: zip(Self.classes, database.clips))
      for (name, clips) in zip(classes, part.clipsPerClass) where clips != known[name] {
        found.append(PublishedFigures.count(clips, of: known[name] ?? 0, "\(name) clips of \(part.name)"))
      }
    }
    if part.subjects != database.subjects {
      found.append(PublishedFigures.count(part.subjects, of: database.subjects, "subjects of \(part.name)"))
    }
    return found
  }
}
