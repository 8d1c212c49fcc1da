import Core
import Foundation
import Worker

/// What `microfold predict` is to do.
struct PredictOptions: Equatable {
  /// A trained menet.safetensors, or the model.safetensors of another method; nil where a run is given.
  var model: String?
  /// The run directory whose models predict together, instead of one model.
  var run: String?
  /// Which of the run's models.
  var choice = ModelChoice()
  /// A video or a folder of frames; nil where clips of a store are predicted.
  var clip: String?
  /// A clip store; nil where a single clip is predicted.
  var store: String?
  /// Names or patterns of the store's clips; nil for all.
  var clips: [String]?
  /// Where the landmarks of the store's clips are; nil for none.
  var landmarks: SweepConfiguration.Dataset.LandmarkSource?
  /// Frame numbers of the single clip; nil for its first frame, the middle and the last.
  var onset, apex, offset: Int?
  /// The part of the single clip's frames that is used; nil for all of it.
  var crop: CropBox?
  /// How the single clip's frames become squares; nil for the way that the model says.
  var fit: FrameFit?
  /// The file to write, or nil for standard output.
  var output: String?
  var isJSON = false
  /// The directory for pictures of the attention, or nil for none.
  var attention: String?
  /// Height and width of MENet's frames, or nil for what the model says.
  var size: Int?
  /// Frames of a clip, or nil for what the model says.
  var frames: Int?
  var stem: SweepConfiguration.Stem?
  /// Threads, or nil for as many as the CPU affinity has cores.
  var threads: Int?

  /// Whether JSON is written; CSV otherwise.
  var writesJSON: Bool { isJSON || output?.hasSuffix(".json") == true }

  /// The clip that is in no store, or nil.
  var singleClip: SingleClip? {
    clip.map { path in
      var clip = SingleClip(path)
      (clip.onset, clip.apex, clip.offset, clip.crop) = (onset, apex, offset, crop)
      return clip
    }
  }
}

extension CommandSpecification {
  static let predict = CommandSpecification(
    name: "predict",
    summary: "Predict the emotion of each clip of a store, or of a video or folder.",
    explanation: """
      One line per clip: its name, subject and emotion as the store has them, the predicted class, and the probability \
      of each class. MENet sees frames that are evenly spread from onset to offset, as in the evaluation of a sweep; \
      other methods see all of them. Frame numbers of a CLIP are those in its files' names; those of a video are \
      counted from 0. With --run the models of all folds and seeds predict each clip, and their probabilities are \
      averaged; two more columns say how far the models are apart (the standard deviation of the predicted class's \
      probability) and how many they are. Exit status of --run: 1 when some folds have not finished, so that fewer \
      models are averaged.
      """,
    defaults: PredictOptions(),
    positionals: [.optional(\.clip, "CLIP", "a video, or a folder of frames", .files)],
    options: [
      .model(\.model),
      .run(\.run, "a run directory, instead of --model: the models of all its folds predict, and the mean is written"),
      .dataset(\.choice.dataset), .method(\.choice.method), .arm(\.choice.arm),
      .seed(\.choice.seed, standard: "the models of all seeds are averaged"), .final(\.choice.isFinal),
      .optional(\.store, "--store", .file, "a clip store, instead of CLIP"),
      .clips(\.clips, "the store's clips to predict", standard: "all"),
      .optional(
        \.landmarks, "--landmarks", .landmarks,
        "a folder with landmarks of the store's clips, or `store` for its own, for a method trained with them"),
      .optional(
        \.onset, "--onset", .frame, "the first frame of CLIP's motion", standard: "its first frame"),
      .optional(
        \.apex, "--apex", .frame, "its strongest frame; it is written to JSON and changes no probability",
        standard: "the middle of onset and offset"),
      .optional(\.offset, "--offset", .frame, "the last frame of its motion", standard: "its last frame"),
      .optional(
        \.crop, "--crop", .box, "the box to cut out of CLIP's frames, pixels", standard: "the whole frame"),
      .fit(\.fit, standard: "as the model's clips were, or squash"),
      .optional(
        \.output, "--output", .newFile("FILE", ".csv", ".json"), "the file to write, .csv or .json",
        standard: "standard output"),
      .flag(\.isJSON, true, "--json", "write JSON", standard: "CSV, unless --output ends in .json"),
      .optional(
        \.attention, "--attention", .folder,
        "write one picture per clip into this directory, coloured where MENet's attention is"),
      .optional(
        \.size, "--size", .integer(1...4096), "height and width of MENet's frames, pixels",
        standard: "what the model says"),
      .optional(\.frames, "--frames", .integer(1...256), "frames that MENet sees", standard: "what the model says"),
      .stem(\.stem), .threads(\.threads, "threads"),
    ],
    examples: [
      "microfold predict --model runs/demo/synth-casme2/fold-0/full/menet.safetensors --store stores/new.safetensors",
      "microfold predict --model menet.safetensors video.mp4 --onset 40 --offset 92 --attention pictures",
      "microfold predict --run runs/demo --dataset synth-casme2 --method full --store stores/new.safetensors",
    ],
    writes: true,
    check: { options, arguments throws(Fault) in try check(options, arguments) },
    run: .alone { try PredictCommand(options: $0, console: $1).run() })

  private static func check(_ options: PredictOptions, _ arguments: Arguments) throws(Fault) {
    if let output = options.output, options.isJSON, !output.hasSuffix(".json") {
      throw arguments.fault("--output", "is \(Arguments.shown(output)); with --json the file's name must end in .json")
    }
    try ModelChoice.check(arguments)
    guard let clip = options.clip else {
      guard options.store != nil else {
        throw Fault(
          at: arguments.path,
          "needs CLIP, a video or a folder of frames, or --store FILE; see \(arguments.path) --help")
      }
      for name in ["--onset", "--apex", "--offset", "--crop", "--fit"] where arguments.isGiven(name) {
        throw arguments.fault(name, "is for a CLIP; clips of a store have their own")
      }
      return
    }
    for name in ["--store", "--clips", "--landmarks"] where arguments.isGiven(name) {
      throw arguments.fault(name, "cannot be combined with the CLIP \(Arguments.shown(clip)); give one of them")
    }
    let all = [("--onset", options.onset), ("--apex", options.apex), ("--offset", options.offset)]
    let frames = all.compactMap { name, frame in frame.map { (name, $0) } }
    for ((earlier, one), (later, other)) in zip(frames, frames.dropFirst()) where other < one {
      throw arguments.fault(later, "is \(other), before \(earlier.dropFirst(2)) \(one)")
    }
  }
}

extension OptionKind where Value == Int {
  /// The number of a frame.
  fileprivate static var frame: OptionKind { .integer(0...1_000_000_000) }
}

/// `microfold predict`: a class and its probabilities for each clip.
private struct PredictCommand {
  let options: PredictOptions
  let console: Console

  func run() throws -> ExitStatus {
    Parallel.use(threads: options.threads ?? Parallel.availableThreads)
    let members = try options.run.map { try RunModels(of: RunDirectory(path: $0), options.choice) }
    let models = try TrainedModels(members?.members.map(\.file) ?? [modelFile()])
    for model in models.all { try model.check(options) }
    let (store, clips, remark) = try input(models.all[0])
    let prediction = try models.predict(clips, of: store, options)
    let pictures = try options.attention.map { folder in
      try AttentionPictures(folder: folder, store: store, classes: prediction.classes).draw(prediction.rows, clips)
    }
    let seen = try members.map { try $0.seen(clips, of: store) }
    let source = members.map { PredictionText.Source.run($0, seen: seen?.clips ?? 0) } ?? .file(models.all[0].path)
    let text = PredictionText(source: source, prediction: prediction, pictures: pictures)
    let written = options.writesJSON ? text.json : text.csv
    if let output = options.output {
      try AtomicFile.write(written, to: output)
      console.line(output)
    } else {
      console.text(written)
    }
    if let remark { console.note("\(remark), as in the training of the model; --fit chooses another way") }
    guard let members else { return .success }
    [members.described, seen?.text(members), members.missingText].compactMap { $0 }.forEach(console.note)
    return members.missing.isEmpty ? .success : .failedUnits
  }

  /// The file of a single model.
  private func modelFile() throws -> String {
    let model = options.model ?? ""
    if Directory.exists(model) { throw ModelFolder.fault(at: model) }
    return model
  }

  /// The store, which of its clips are asked for, and what to say of frames that nobody said how to make square.
  ///
  /// - Parameter model: one of the models, which all were trained on the same frames.
  private func input(_ model: TrainedModel) throws -> (ClipStore, [Int], remark: String?) {
    let description = model.description
    if var clip = options.singleClip {
      clip.fit = options.fit ?? description.fit
      guard clip.fit != .align else {
        throw Fault(
          at: model.path,
          "was trained on frames that were aligned by the eyes; import the clip with --landmarks and --align, and give "
            + "--store")
      }
      let (store, remark) = try clip.read(size: try model.sizeOfClip(options))
      return (store, [0], options.fit == nil ? remark : nil)
    }
    let store = try ClipStore(opening: options.store ?? "")
    if store.fit != description.fit {
      console.note(
        "\(model.path) was trained on frames that were \(description.fit.described), those of the store were "
          + "\(store.fit.described); that differs where frames were not square")
    }
    if let height = description.recordedHeight, let width = description.recordedWidth,
      (height, width) != (store.clips[0].height, store.clips[0].width)
    {
      console.note(
        "\(model.path) was trained on frames of \(width) × \(height) pixels, those of the store have "
          + "\(store.clips[0].width) × \(store.clips[0].height); optical flow and features differ a little")
    }
    return (store, try options.clips.map { try store.clips(matching: $0) } ?? Array(store.clips.indices), nil)
  }
}
