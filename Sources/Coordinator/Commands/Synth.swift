import Core
import Foundation

/// What `microfold synth` is to make.
struct SynthOptions: Equatable {
  /// The directory for the clip stores.
  var output = ""
  /// What each dataset is to be.
  var synthetic = SweepConfiguration.Synthetic()
  /// The datasets, in the order in which they are made.
  var names = ClassPreset.syntheticDatasets
}

extension CommandSpecification {
  static let synth = CommandSpecification(
    name: "synth",
    summary: "Make the synthetic datasets, which need no licence.",
    explanation: """
      Each dataset keeps the classes, class imbalance, subjects and frame rate of its original. The same options make \
      the same bytes on every machine.
      """,
    defaults: SynthOptions(),
    positionals: [
      .several(
        \.names, "NAME", "dataset",
        "which of \(ClassPreset.syntheticDatasets.joined(separator: ", ")); all without a name",
        among: ClassPreset.syntheticDatasets)
    ],
    options: [
      .required(\.output, "--output", .folder, "the directory for the clip stores"),
      .value(\.synthetic.clips, "--clips", .integer(SweepConfiguration.Synthetic.clipsRange), "clips per dataset"),
      .value(
        \.synthetic.size, "--size", .integer(SweepConfiguration.Synthetic.sizeRange),
        "height and width of a frame, pixels"),
      .value(
        \.synthetic.motion, "--motion", .number(SweepConfiguration.Synthetic.motionRange),
        "strength of facial motion; 1 is that of the originals"),
      .value(
        \.synthetic.confounding, "--confounding", .number(SweepConfiguration.Synthetic.confoundingRange),
        "how well the subject predicts the emotion, 0 to 1"),
      .value(\.synthetic.seed, "--seed", .integer(0...UInt64.max), "seed of all random numbers"),
    ],
    examples: [
      "microfold synth --output stores",
      "microfold synth --output stores --clips 120 --size 96 synth-casme2 synth-samm",
    ],
    writes: true,
    run: .alone { options, console in
      Parallel.use(threads: Parallel.availableThreads)
      for name in options.names {
        let path = "\(options.output)/\(name).safetensors"
        try SyntheticStore.write(name, options.synthetic, to: path)
        console.line(path)
      }
      return .success
    })
}
