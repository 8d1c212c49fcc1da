extension SweepConfiguration {
  /// Training on other clips before the folds, which start from its networks.
  public struct Pretraining: Equatable, Sendable {
    public var dataset = Source()
    public var epochs = 8
    /// Whether IDNet is trained on these people too.
    public var identity = false
    /// The settings in which it differs from the sweep's `training`, and no others.
    var training = JSONNode.object([])

    public init() {}

    /// Where the clips come from.
    public struct Source: Equatable, Sendable {
      /// For a synthetic one, its suite; nil for the one that has the emotions of the dataset in question.
      public var name: String?
      public var store: String?
      public var synthetic: Synthetic?
      /// Its own classes; nil for those of the dataset in question.
      public var classes: ClassMap?

      public init() {}
    }

    /// The settings in which it differs from the sweep's `training`, in words: `batch 4, learningRate 0.001`; nil for
    /// none.
    public var trainingText: String? {
      guard let members = training.members, !members.isEmpty else { return nil }
      return members.map { $0.value.setting($0.key) }.joined(separator: ", ")
    }

    /// The sweep's `training` with the settings of pretraining in place of its own.
    func overridden(_ base: Training) -> Training {
      var faults: [Fault] = []
      guard let training = Training.table.read(training, over: base, at: "", &faults), faults.isEmpty else {
        preconditionFailure("the overrides were checked when the sweep file was read: \(faults)")
      }
      return training
    }
  }
}

extension SweepConfiguration.Pretraining {
  /// The settings of `pretraining`.
  static let table = SettingTable(
    SweepConfiguration.Pretraining(),
    [
      Setting(
        \.dataset, "dataset", .section(Source.table), "the clips to train on, of people who are in no dataset",
        required: "it names the clips to train on"),
      Setting(
        \.epochs, "epochs", .integer(1...1_000_000, least: "pretraining takes at least 1 epoch"), "epochs over them"),
      Setting(
        \.identity, "identity", .boolean,
        "whether IDNet is trained on these people too, for as many epochs before MENet"),
      Setting(
        \.training, "training", .overrides(of: SweepConfiguration.Training.table),
        "settings of `training` that differ in pretraining"),
    ],
    check: { pretraining, reader in
      for member in pretraining.training.members ?? [] where !trainingKeys.contains(member.key) {
        reader.note(
          "training.\(member.key)",
          ["identityEpochs", "motionEpochs"].contains(member.key)
            ? "is not used in pretraining; its epochs are \(reader.path).epochs"
            : "cannot differ in pretraining, which overrides \(trainingKeys.joined(separator: ", "))")
      }
    })

  /// Settings of `training` that pretraining can override. Others count for the ranks and checkpoints of all units, or
  /// for decoupling and evaluation, which pretraining has not.
  static let trainingKeys = [
    "batch", "learningRate", "schedule", "warmUp", "weightDecay", "weightAveraging", "sampling", "augmentation",
  ]
}

extension SweepConfiguration.Pretraining.Source {
  static let table = SettingTable(
    SweepConfiguration.Pretraining.Source(),
    [
      Setting(
        \.name, "name", .optional(.text("a name")),
        "with `synthetic`: its suite; without it, the one that has each dataset's emotions", written: .unlessDefault),
      Setting(
        \.store, "store", .optional(.text("a path")), "a clip store; give either this or `synthetic`",
        written: .unlessDefault),
      Setting(
        \.synthetic, "synthetic", .optional(.section(SweepConfiguration.Synthetic.table)),
        "clips that are made at the start; another `seed` than a dataset's makes other people",
        written: .unlessDefault),
      Setting(
        \.classes, "classes", .optional(.classes),
        "its own classes; without them, those of the dataset whose folds start from it. With other classes the folds "
          + "start with a new classifier", more: "datasets.md#classes", written: .unlessDefault),
    ],
    check: { source, reader in
      // An arm's store takes the place of the file's own synthetic clips, and the other way round.
      if reader.isGiven("store"), !reader.isGiven("synthetic") { source.synthetic = nil }
      if reader.isGiven("synthetic"), !reader.isGiven("store") { source.store = nil }
      if (source.store == nil) == (source.synthetic == nil) {
        let problem = source.store == nil ? "has no clips; give" : "has both a store and synthetic; give one of"
        reader.faults.append(Fault(at: reader.path, "\(problem) store or synthetic"))
      }
      guard source.synthetic != nil, let name = source.name else { return }
      let names = ClassPreset.syntheticDatasets
      if !names.contains(name) {
        reader.note("name", "is not a synthetic dataset; \(NearestWord.advice(name, among: names))")
      }
    })

  /// The suite whose clips are made for a dataset, if it can be its own; nil where none has all the classes.
  public func suite(for dataset: String, _ classes: ClassMap) -> String? {
    if let name { return name }
    let suites = ClassPreset.syntheticDatasets
    return (suites.filter { $0 == dataset } + suites).first { name in
      guard let made = ClassPreset.ofSynthetic(name)?.classes else { return false }
      return classes.groups.allSatisfy { $0.contains { made.index(of: $0) != nil } }
    }
  }
}

extension SweepConfiguration.Pretraining: Codable {
  /// Settings that the version that wrote it did not know have their defaults.
  public init(from decoder: any Decoder) throws {
    var faults: [Fault] = []
    let read = Self.table.read(try JSONNode(from: decoder), over: Self.table.standard, at: "pretraining", &faults)
    guard let read, faults.isEmpty else { throw Faults(faults) }
    self = read
  }

  public func encode(to encoder: any Encoder) throws { try Self.table.json(self, .file).encode(to: encoder) }
}

extension SweepConfiguration.Synthetic {
  /// SHA-256 of the settings: clips that are made with the same ones are the same.
  public var digest: String {
    SHA256.hex(of: SweepConfiguration.Synthetic.table.json(self, .comparison).canonicalText())
  }
}

extension SettingValue where Value == Bool {
  /// True or false.
  static var boolean: SettingValue {
    .scalar(
      "true, false",
      read: { node throws(ValueProblem) in
        guard case .bool(let value) = node else { throw ValueProblem("is \(node.summary); it is true or false") }
        return value
      }, write: { .bool($0) })
  }
}

extension SettingValue where Value == JSONNode {
  /// An object with some of a table's settings, as the table writes them (`1e-3` and `0.001` are the same value), and
  /// those that the setting has so far.
  static func overrides<Section>(of table: SettingTable<Section>) -> SettingValue {
    SettingValue(
      allowed: "an object",
      read: { node, base, path, faults in
        guard let read = table.read(node, over: table.standard, at: path, &faults) else { return nil }
        let given = (table.json(read, .comparison).members ?? []).filter { node[$0.key] != nil }
        let members = JSONNode.object(given).completed(from: base ?? .object([])).members ?? []
        return .object(members.sorted { $0.key < $1.key })
      },
      write: { node, _ in node })
  }
}
