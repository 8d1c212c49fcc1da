import Core

/// What `microfold predict` is to do.
struct PredictOptions: Equatable {
  /// A trained menet.safetensors.
  var model: String
  /// The clip store.
  var store: String
  /// The CSV file to write, or nil for standard output.
  var output: String?
  /// Height and width of MENet's frames, or nil for what the model says.
  var size: Int?
  /// Frames of a clip, likewise.
  var frames: Int?
  var stem: SweepConfiguration.Stem?
  /// Threads, or nil for as many as the CPU affinity has cores.
  var threads: Int?
}

extension CommandSpecification {
  static let predict = CommandSpecification(
    name: "predict",
    summary: "Tell the emotion of each clip of a store, as CSV.",
    explanation: """
      A line a clip: its name, subject and emotion as the store has them, the predicted class, and the probability of \
      each class. Frames are spread evenly from onset to offset, as in the evaluation of a sweep.
      """,
    options: [
      Option(name: "--model", value: "FILE", help: "a trained menet.safetensors", isRequired: true),
      Option(name: "--store", value: "FILE", help: "the clip store", isRequired: true),
      Option(name: "--output", value: "FILE.csv", help: "the file to write", standard: "standard output"),
      Option(name: "--size", value: "N", help: "height and width of a frame, pixels", standard: "what the model says"),
      Option(name: "--frames", value: "N", help: "frames of a clip", standard: "what the model says"),
      Option.stem,
      Option(name: "--threads", value: "N", help: "threads", standard: "the cores it may run on"),
    ],
    examples: [
      "microfold predict --model runs/demo/synth-casme2/fold-0/full/menet.safetensors --store stores/new.safetensors"
    ],
    read: { arguments throws(Fault) in
      .predict(
        PredictOptions(
          model: try arguments.requiredText("--model"), store: try arguments.requiredText("--store"),
          output: try arguments.file("--output", ending: ".csv"), size: try arguments.integer("--size", 1...4096),
          frames: try arguments.integer("--frames", 1...256), stem: try arguments.word("--stem"),
          threads: try arguments.integer("--threads", 1...1024)))
    })
}
