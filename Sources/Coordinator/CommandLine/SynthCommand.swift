import Core

/// What `microfold synth` is to make.
struct SynthOptions: Equatable {
  /// The directory for the clip stores.
  var output: String
  /// What each dataset is to be.
  var synthetic = SweepConfiguration.Synthetic()
  /// The datasets of the suite, in the order they are made.
  var names = ClassPreset.syntheticDatasets
}

extension CommandSpecification {
  static let synth = CommandSpecification(
    name: "synth",
    summary: "Make the synthetic datasets, which need no licence.",
    explanation: """
      Each dataset keeps its original's classes, imbalance, subjects and frame rate. The same options make the same \
      bytes on every machine.
      """,
    positionals: [
      Positional(
        name: "NAME", help: "which of \(ClassPreset.syntheticDatasets.joined(separator: ", ")); all without a name",
        isRequired: false, repeats: true, choices: ClassPreset.syntheticDatasets)
    ],
    options: {
      let standard = SweepConfiguration.Synthetic()
      return [
        Option(name: "--output", value: "DIR", help: "the directory for the clip stores", isRequired: true),
        Option(name: "--clips", value: "N", help: "clips a dataset", standard: "\(standard.clips)"),
        Option(name: "--size", value: "N", help: "height and width of a frame, pixels", standard: "\(standard.size)"),
        Option(
          name: "--motion", value: "X", help: "strength of facial motion; 1 is that of the originals",
          standard: "\(standard.motion)"),
        Option(
          name: "--confounding", value: "X", help: "how far identity foretells emotion, 0 to 1",
          standard: "\(standard.confounding)"),
        Option(name: "--seed", value: "N", help: "seed of all random numbers", standard: "\(standard.seed)"),
      ]
    }(),
    examples: [
      "microfold synth --output stores",
      "microfold synth --output stores --clips 120 --size 96 synth-casme2 synth-samm",
    ],
    read: { arguments throws(Fault) in
      typealias Synthetic = SweepConfiguration.Synthetic
      var synthetic = Synthetic()
      synthetic.clips = try arguments.integer("--clips", Synthetic.clipsRange) ?? synthetic.clips
      synthetic.size = try arguments.integer("--size", Synthetic.sizeRange) ?? synthetic.size
      synthetic.motion = try arguments.number("--motion", Synthetic.motionRange) ?? synthetic.motion
      synthetic.confounding =
        try arguments.number("--confounding", Synthetic.confoundingRange) ?? synthetic.confounding
      synthetic.seed = try arguments.integer("--seed", 0...UInt64.max) ?? synthetic.seed
      return .synth(
        SynthOptions(
          output: try arguments.requiredText("--output"), synthetic: synthetic, names: try datasetNames(arguments)))
    })

  private static func datasetNames(_ arguments: Arguments) throws(Fault) -> [String] {
    let all = ClassPreset.syntheticDatasets
    var names: [String] = []
    for name in arguments.positionals {
      if !all.contains(name) {
        let advice = NearestWord.advice(name, among: all)
        throw Fault(at: arguments.path, "unknown dataset \(Arguments.shown(name)); \(advice)")
      }
      if names.contains(name) { throw Fault(at: arguments.path, "\(name) is given twice") }
      names.append(name)
    }
    return names.isEmpty ? all : names
  }
}
