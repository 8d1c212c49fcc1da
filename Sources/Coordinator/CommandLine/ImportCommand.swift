import Core

/// What `microfold import` is to read and write.
struct ImportOptions: Equatable {
  var layout: Layout
  /// The directory that the annotations' paths start from.
  var source: String
  /// The file with a row a clip.
  var annotations: String
  var classes: ClassPreset
  /// The clip store to write.
  var output: String
  /// Height and width of the stored frames, pixels.
  var size = 256
  /// What is cut out of each frame before it is scaled, or nil for all of it.
  var crop: Crop?
  /// Frames per second, or nil for what the annotations say.
  var fps: Double?
  /// Share of the clips that may be lost to faults before the import is refused, 0 to 1.
  var lostShare = 0.05

  /// How the dataset lies on disk.
  enum Layout: Equatable {
    /// A line a clip: a folder of frames, and a label.
    case list
    /// A table with named columns.
    case csv
  }

  /// A box of a frame, pixels, as ffmpeg's `crop` writes it.
  struct Crop: Equatable {
    var width: Int
    var height: Int
    var x: Int
    var y: Int
  }
}

extension CommandSpecification {
  static let importClips = CommandSpecification(
    name: "import",
    summary: "Make a clip store from a dataset's frames and annotations.",
    explanation: "The program ffmpeg reads the frames. Every clip that is repaired, skipped or not found is reported.",
    examples: ["microfold import csv --help"],
    subcommands: [
      importing(.list, "list", "From a list file: a line a clip, a folder of frames and its label."),
      importing(.csv, "csv", "From any tree of frames with a CSV table of its clips."),
    ])

  private static func importing(
    _ layout: ImportOptions.Layout, _ name: String, _ summary: String
  ) -> CommandSpecification {
    CommandSpecification(
      name: name, summary: summary,
      options: [
        Option(
          name: "--source", value: "DIR", help: "the directory that the annotations' paths start from",
          isRequired: true),
        Option(name: "--annotations", value: "FILE", help: "the file with a line a clip", isRequired: true),
        Option(
          name: "--classes", value: "PRESET", help: "the classes, one of \(ClassPreset.names.joined(separator: ", "))",
          isRequired: true),
        Option(name: "--output", value: "FILE", help: "the clip store to write, NAME.safetensors", isRequired: true),
        Option(name: "--size", value: "N", help: "height and width of the stored frames, pixels", standard: "256"),
        Option(
          name: "--crop", value: "W:H:X:Y", help: "the box to cut out of each frame before it is scaled, pixels",
          standard: "the whole frame"),
        Option(name: "--fps", value: "X", help: "frames per second", standard: "what the annotations say"),
        Option(
          name: "--lost-share", value: "P",
          help: "share of clips that may be lost before the import is refused, 0 to 1", standard: "0.05"),
      ],
      examples: [
        "microfold import \(name) --source data/frames --annotations data/clips.\(name == "csv" ? "csv" : "txt") "
          + "--classes sdu-6 --output stores/sdu.safetensors"
      ],
      read: { arguments throws(Fault) in
        let preset = try arguments.requiredText("--classes")
        var options = ImportOptions(
          layout: layout,
          source: try arguments.requiredText("--source"),
          annotations: try arguments.requiredText("--annotations"),
          classes: try ClassPreset.named(preset, at: "\(arguments.path) --classes"),
          output: try arguments.requiredFile("--output", ending: ".safetensors"))
        options.size = try arguments.integer("--size", 16...4096) ?? options.size
        options.crop = try crop(arguments)
        options.fps = try arguments.number("--fps", 0.1...100_000)
        options.lostShare = try arguments.number("--lost-share", 0...1) ?? options.lostShare
        return .importClips(options)
      })
  }

  private static func crop(_ arguments: Arguments) throws(Fault) -> ImportOptions.Crop? {
    guard let text = try arguments.text("--crop") else { return nil }
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard numbers.count == 4, numbers[0] > 0, numbers[1] > 0, numbers.allSatisfy({ (0...65536).contains($0) }) else {
      throw arguments.fault(
        "--crop", "is \(Arguments.shown(text)); it takes width:height:x:y in pixels, for instance 400:400:760:340")
    }
    return ImportOptions.Crop(width: numbers[0], height: numbers[1], x: numbers[2], y: numbers[3])
  }
}
