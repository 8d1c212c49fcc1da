extension SweepConfiguration {
  static let datasetsSetting = Setting<SweepConfiguration>(
    \.datasets, "datasets", datasetList, required: "name at least one dataset")

  /// Datasets with different names, whatever their capitals: each has a folder of its own.
  private static var datasetList: SettingValue<[Dataset]> {
    var kind = SettingValue.list(of: dataset, "datasets")
    let read = kind.read
    kind.read = { node, base, path, faults in
      let datasets = read(node, base, path, &faults)
      // Indices are those of the file only where every element could be read.
      guard let datasets, datasets.count == node.elements?.count else { return datasets }
      faults += repeatedNames(datasets.map(\.name), at: path, "each dataset has a folder of its own name")
      return datasets
    }
    return kind
  }

  /// Names of a list's elements that differ in capitals at most.
  ///
  /// - Parameter reason: why that is wrong.
  static func repeatedNames(_ names: [String], at path: String, _ reason: String) -> [Fault] {
    var first: [String: Int] = [:]
    return names.enumerated().compactMap { index, name in
      guard !name.isEmpty, let earlier = first.updateValue(index, forKey: name.lowercased()) else { return nil }
      return Fault(at: "\(path)[\(index)].name", "is \(name), as in \(path)[\(earlier)]; \(reason)")
    }
  }

  private static let dataset = SettingValue<Dataset>(
    allowed: "an object",
    read: { node, _, path, faults in
      DatasetKeys.table.read(node, over: DatasetKeys(), at: path, &faults).map(Dataset.init)
    },
    write: { dataset, purpose in DatasetKeys.table.json(DatasetKeys(dataset), purpose) },
    inside: { DatasetKeys.table.descriptions(at: $0) })
}

/// A dataset, key by key.
private struct DatasetKeys: Sendable {
  var name = ""
  var store: String?
  var synthetic: SweepConfiguration.Synthetic?
  var parts: [SweepConfiguration.Part]?
  var classes: ClassMap?
  var landmarks: SweepConfiguration.Dataset.LandmarkSource?
  var similarSubjects = SweepConfiguration.SimilarSubjects.refused
  var leakage = SweepConfiguration.LeakagePolicy.refused
  var folds: SweepConfiguration.Folds?

  init() {}

  init(_ dataset: SweepConfiguration.Dataset) {
    (name, classes, landmarks) = (dataset.name, dataset.classes, dataset.landmarks)
    (similarSubjects, leakage, folds) = (dataset.similarSubjects, dataset.leakage, dataset.folds)
    switch dataset.source {
    case .store(let path): store = path
    case .synthetic(let settings): synthetic = settings
    case .parts(let several): parts = several
    }
  }

  var source: SweepConfiguration.Dataset.Source {
    parts.map { .parts($0) } ?? synthetic.map { .synthetic($0) } ?? .store(store ?? "")
  }

  static let table = SettingTable(
    DatasetKeys(),
    [
      Setting(
        \.name, "name", .text("up to 64 letters, digits, `.`, `_` and `-`"),
        "names the dataset's folder and its rows in the report; a synthetic one is `"
          + ClassPreset.syntheticDatasets.joined(separator: "`, `") + "`",
        required: "it names the dataset's folder and its rows in the report"),
      Setting(
        \.store, "store", .optional(.text("a path")), "a clip store; give this, `synthetic` or `parts`",
        written: .unlessDefault),
      Setting(
        \.synthetic, "synthetic", .optional(.section(SweepConfiguration.Synthetic.table)),
        "a synthetic dataset that is made at the start; `{}` makes it with the defaults below",
        more: "datasets.md#the-synthetic-suite", written: .unlessDefault),
      Setting(
        \.parts, "parts", .optional(SweepConfiguration.partList),
        "a composite dataset: at least two databases, each with a `name` and a `store` or `synthetic`; their subjects "
          + "are different people",
        more: "datasets.md#composite-datasets", written: .unlessDefault),
      Setting(
        \.classes, "classes", .optional(.classes),
        "the classes; a list inside the list of emotions merges them under its first, "
          + "`{\"name\": …, \"emotions\": […]}` under a name of its own",
        more: "datasets.md#classes", standard: "required with `store` and `parts`"),
      Setting(
        \.landmarks, "landmarks",
        .optional(.meaning("a path or `store`")),
        "a folder of landmarks, one `CLIP.csv` per clip, or `store` for those in the clip store; MDMO's regions "
          + "follow them",
        more: "methods.md#mdmo-mdmo", written: .unlessDefault),
      Setting(
        \.similarSubjects, "similarSubjects", .word,
        "subjects whose names differ \(SubjectName.differences): `refused`, or `distinct` people",
        more: "datasets.md#who-is-who", written: .unlessDefault),
      Setting(
        \.leakage, "leakage", .word,
        "clips with equal frames, or of one recording, that are in training and in test: `refused`, or `reported`",
        more: "datasets.md#what-must-not-be-on-both-sides", written: .unlessDefault, digest: .absent),
      Setting(
        \.folds, "folds", .optional(.section(SweepConfiguration.Folds.table)),
        "how this dataset's clips are put into folds, instead of the sweep's `folds`", written: .unlessDefault),
    ],
    check: { dataset, reader in check(&dataset, &reader) })

  private static func check(_ dataset: inout DatasetKeys, _ reader: inout SectionReader) {
    let isSynthetic = reader.isGiven("synthetic")
    if !dataset.name.isEmpty, let problem = dataset.problemOfName(isSynthetic: isSynthetic) {
      reader.note("name", "is \(JSONNode.string(dataset.name).summary)\(problem)")
    }
    SweepConfiguration.checkSources(["store", "synthetic", "parts"], &reader)
    if dataset.folds?.by == .dataset, !reader.isGiven("parts") {
      reader.note("folds.by", "is dataset, which needs the parts of a composite dataset")
    }
    if !isSynthetic, !reader.isGiven("classes") {
      let presets = ClassPreset.names.joined(separator: ", ")
      reader.note("classes", "is missing; name a preset (\(presets)) or list emotions")
    }
    guard isSynthetic else { return }
    if case .folder(let path)? = dataset.landmarks {
      reader.note("landmarks", "is \(JSONNode.string(path).summary); synthetic clips have their own: write \"store\"")
    }
    guard let made = ClassPreset.ofSynthetic(dataset.name)?.classes else { return }
    let classes = dataset.classes ?? made
    dataset.classes = classes
    // A class without any of the emotions that the dataset is made with would stay empty.
    for (name, group) in zip(classes.names, classes.groups)
    where !group.contains(where: { made.index(of: $0) != nil }) {
      reader.note(
        "classes",
        "has \(name), which \(dataset.name) has no clips of; it is made with "
          + made.names.joined(separator: ", "))
    }
  }

  /// What is wrong with the name, which is the name of a folder too, or nil.
  private func problemOfName(isSynthetic: Bool) -> String? {
    if isSynthetic { return ClassPreset.problemOfSynthetic(name) }
    if let problem = FolderName.problem(name, of: "a dataset") { return problem }
    let reserved = ["report", "sweep.json", "folds.json", "ledger.jsonl"]
    return reserved.contains(name.lowercased()) ? "; the run directory has its own \(name.lowercased())" : nil
  }
}

extension SweepConfiguration.Dataset {
  fileprivate init(_ keys: DatasetKeys) {
    self.init(name: keys.name, source: keys.source, classes: keys.classes ?? ClassMap([]))
    (landmarks, similarSubjects) = (keys.landmarks, keys.similarSubjects)
    (leakage, folds) = (keys.leakage, keys.folds)
  }
}

extension SweepConfiguration.Synthetic {
  /// The settings of `datasets[].synthetic`.
  static let table = SettingTable(
    SweepConfiguration.Synthetic(),
    [
      Setting(
        \.clips, "clips", .integer(clipsRange, least: "a dataset needs at least \(clipsRange.lowerBound) clips"),
        "clips of the dataset"),
      Setting(
        \.size, "size", .integer(sizeRange, least: "a face needs at least \(sizeRange.lowerBound) pixels"),
        "height and width of a frame, pixels"),
      Setting(
        \.motion, "motion", .number(motionRange, least: "the strength of motion is 0 or more"),
        "strength of facial motion; 1 is that of the originals"),
      Setting(
        \.confounding, "confounding", .number(confoundingRange, least: "confounding is between 0 and 1"),
        "how well the subject predicts the emotion: 0 not at all, 1 as well as possible"),
      Setting(
        \.seed, "seed", .integer(0...UInt64.max, least: "a seed is 0 or more"), "seed of all its random numbers"),
    ])

  /// Numbers of clips that are allowed.
  public static let clipsRange = 10...100_000
  /// Heights and widths of a frame that are allowed, pixels.
  public static let sizeRange = 16...1024
  /// Strengths of motion that are allowed.
  public static let motionRange = 0.0...10.0
  /// Degrees of confounding that are allowed.
  public static let confoundingRange = 0.0...1.0
}
