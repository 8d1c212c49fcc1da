import Core

/// What `microfold predict` is to do.
struct PredictOptions: Equatable {
  /// A trained menet.safetensors.
  var model: String
  var input: Input
  /// The file to write, or nil for standard output.
  var output: String?
  /// Whether to write JSON; CSV otherwise.
  var isJSON = false
  /// The directory for pictures of the attention, or nil for none.
  var attention: String?
  /// Height and width of MENet's frames, or nil for what the model says.
  var size: Int?
  /// Frames of a clip, likewise.
  var frames: Int?
  var stem: SweepConfiguration.Stem?
  /// Threads, or nil for as many as the CPU affinity has cores.
  var threads: Int?

  /// Whose emotion is asked for.
  enum Input: Equatable {
    /// Clips of a store, by names or patterns; nil for all.
    case store(String, clips: [String]?)
    /// A video, or a folder of frames.
    case clip(SingleClip)
  }
}

extension CommandSpecification {
  static let predict = CommandSpecification(
    name: "predict",
    summary: "Tell the emotion of each clip of a store, or of a video or folder.",
    explanation: """
      A line a clip: its name, subject and emotion as the store has them, the predicted class, and the probability of \
      each class. Frames are spread evenly from onset to offset, as in the evaluation of a sweep. Frame numbers of a \
      CLIP are those in its files' names; of a video they count from 0.
      """,
    positionals: [Positional(name: "CLIP", help: "a video, or a folder of frames", isRequired: false)],
    options: [
      Option(name: "--model", value: "FILE", help: "a trained menet.safetensors", isRequired: true),
      Option(name: "--store", value: "FILE", help: "a clip store, instead of CLIP"),
      .clips("the store's clips to look at", standard: "all"),
      Option(name: "--onset", value: "N", help: "the first frame of CLIP's motion", standard: "its first frame"),
      Option(
        name: "--apex", value: "N", help: "its strongest frame; it is written to JSON and changes no probability",
        standard: "the middle of onset and offset"),
      Option(name: "--offset", value: "N", help: "the last frame of its motion", standard: "its last frame"),
      Option(
        name: "--crop", value: "W:H:X:Y", help: "the box to cut out of CLIP's frames, pixels",
        standard: "the whole frame"),
      Option(
        name: "--output", value: "FILE", help: "the file to write, .csv or .json", standard: "standard output"),
      Option(name: "--json", help: "write JSON", standard: "CSV, unless --output ends in .json"),
      Option(
        name: "--attention", value: "DIR",
        help: "write a picture a clip into this directory, with heat where MENet attends to the face"),
      Option(name: "--size", value: "N", help: "height and width of a frame, pixels", standard: "what the model says"),
      Option(name: "--frames", value: "N", help: "frames of a clip", standard: "what the model says"),
      .stem, .threads,
    ],
    examples: [
      "microfold predict --model runs/demo/synth-casme2/fold-0/full/menet.safetensors --store stores/new.safetensors",
      "microfold predict --model menet.safetensors video.mp4 --onset 40 --offset 92 --attention pictures",
    ],
    read: { arguments throws(Fault) in
      let output = try arguments.text("--output")
      let isJSON = arguments.isOn("--json")
      if let output, !output.hasSuffix(".json"), isJSON || !output.hasSuffix(".csv") {
        throw arguments.fault(
          "--output", "is \(Arguments.shown(output)); the file's name ends in \(isJSON ? "" : ".csv or ").json")
      }
      return .predict(
        PredictOptions(
          model: try arguments.requiredText("--model"), input: try input(arguments), output: output,
          isJSON: isJSON || output?.hasSuffix(".json") == true, attention: try arguments.text("--attention"),
          size: try arguments.integer("--size", 1...4096), frames: try arguments.integer("--frames", 1...256),
          stem: try arguments.stem(), threads: try arguments.threads()))
    })

  private static func input(_ arguments: Arguments) throws(Fault) -> PredictOptions.Input {
    let store = try arguments.text("--store")
    let names = try arguments.clips()
    guard let path = arguments.positionals.first else {
      guard let store else {
        throw Fault(
          at: arguments.path,
          "needs CLIP, a video or a folder of frames, or --store FILE; see \(arguments.path) --help")
      }
      for name in ["--onset", "--apex", "--offset", "--crop"] where try arguments.text(name) != nil {
        throw arguments.fault(name, "is for a CLIP; those of a store have theirs")
      }
      return .store(store, clips: names)
    }
    guard store == nil, names == nil else {
      throw arguments.fault(
        store == nil ? "--clips" : "--store", "excludes the CLIP \(Arguments.shown(path)); give one of them")
    }
    guard !path.isEmpty else { throw Fault(at: arguments.path, "CLIP is empty") }
    var clip = SingleClip(path)
    (clip.onset, clip.apex) = (try arguments.frame("--onset"), try arguments.frame("--apex"))
    (clip.offset, clip.crop) = (try arguments.frame("--offset"), try arguments.box("--crop"))
    let all = [("--onset", clip.onset), ("--apex", clip.apex), ("--offset", clip.offset)]
    let frames = all.compactMap { name, frame in frame.map { (name, $0) } }
    for ((earlier, one), (later, other)) in zip(frames, frames.dropFirst()) where other < one {
      throw arguments.fault(later, "is \(other), before \(earlier.dropFirst(2)) \(one)")
    }
    return .clip(clip)
  }
}
