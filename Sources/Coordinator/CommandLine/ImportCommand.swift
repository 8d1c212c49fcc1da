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
  var crop: CropBox?
  /// A CSV file with a box for each clip or subject, or nil for one box for all.
  var cropTable: String?
  /// The sheet of a workbook, or nil to look for the right one.
  var sheet: String?
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
    /// As its makers released it, with their coding sheet.
    case release(Release)

    var isRelease: Bool { if case .release = self { true } else { false } }
  }
}

extension CommandSpecification {
  static let importClips = CommandSpecification(
    name: "import",
    summary: "Make a clip store from a dataset's frames and annotations.",
    explanation: """
      The programs ffmpeg and unzip read the frames and .xlsx sheets. Every clip that is repaired, skipped or not found \
      is reported.
      """,
    examples: ["microfold import casme2 --help"],
    subcommands: Release.allCases.map(importing) + [
      importing(
        .list, "list", "From a list file, as for SDU: a line a clip, a folder of frames and its label.",
        annotations: "data/clips.txt", example: "--source data/frames --classes sdu-6 --output stores/sdu.safetensors"),
      importing(
        .csv, "csv", "From any tree of frames with a CSV table of its clips.",
        annotations: "data/clips.csv", example: "--source data/frames --classes sdu-6 --output stores/own.safetensors"),
    ])

  private static func importing(_ release: Release) -> CommandSpecification {
    let (tree, sheet, more) =
      switch release {
      case .casme2: ("CASME2/Cropped", "CASME2/CASME2-coding-20140508.xlsx", "--classes casme2-5")
      case .samm: ("SAMM", "SAMM/SAMM_Micro_FACS_Codes_v2.xlsx", "--classes samm-5 --crop samm-boxes.csv")
      case .mmew: ("MMEW/Micro_Expression", "MMEW/MMEW_Micro_Exp.xlsx", "--classes mmew-6")
      }
    return importing(
      .release(release), release.rawValue, "From \(release.title) as released, with its coding sheet.",
      annotations: sheet, example: "--source \(tree) \(more) --output stores/\(release).safetensors")
  }

  private static func importing(
    _ layout: ImportOptions.Layout, _ name: String, _ summary: String, annotations: String, example: String
  ) -> CommandSpecification {
    let isRelease = layout.isRelease
    var options = [
      Option(
        name: "--source", value: "DIR",
        help: isRelease
          ? "the directory that holds the clips' folders" : "the directory that the annotations' paths start from",
        isRequired: true),
      Option(
        name: "--annotations", value: "FILE",
        help: isRelease ? "the coding sheet, .xlsx or a CSV export of it" : "the file with a line a clip",
        isRequired: true),
      Option(
        name: "--classes", value: "PRESET", help: "the classes, one of \(ClassPreset.names.joined(separator: ", "))",
        isRequired: true),
      Option(name: "--output", value: "FILE", help: "the clip store to write, NAME.safetensors", isRequired: true),
      Option(name: "--size", value: "N", help: "height and width of the stored frames, pixels", standard: "256"),
      Option(
        name: "--crop", value: "W:H:X:Y|FILE.csv",
        help: "the box to cut out of each frame before it is scaled, pixels, or a table of boxes by clip or subject",
        standard: "the whole frame"),
      Option(
        name: "--fps", value: "X", help: "frames per second",
        standard: isRelease ? "the release's" : "what the annotations say"),
      Option(
        name: "--lost-share", value: "P",
        help: "share of clips that may be lost before the import is refused, 0 to 1", standard: "0.05"),
    ]
    if isRelease {
      options.append(
        Option(name: "--sheet", value: "NAME", help: "the workbook's sheet", standard: "the first with the columns"))
    }
    return CommandSpecification(
      name: name, summary: summary, options: options,
      examples: ["microfold import \(name) --annotations \(annotations) \(example)"],
      read: { arguments throws(Fault) in
        let preset = try arguments.requiredText("--classes")
        var options = ImportOptions(
          layout: layout,
          source: try arguments.requiredText("--source"),
          annotations: try arguments.requiredText("--annotations"),
          classes: try ClassPreset.named(preset, at: "\(arguments.path) --classes"),
          output: try arguments.requiredFile("--output", ending: ".safetensors"))
        options.size = try arguments.integer("--size", 16...4096) ?? options.size
        try readCrop(arguments, &options)
        options.fps = try arguments.number("--fps", 0.1...100_000)
        options.lostShare = try arguments.number("--lost-share", 0...1) ?? options.lostShare
        options.sheet = isRelease ? try arguments.text("--sheet") : nil
        return .importClips(options)
      })
  }

  private static func readCrop(_ arguments: Arguments, _ options: inout ImportOptions) throws(Fault) {
    guard let text = try arguments.text("--crop") else { return }
    if text.lowercased().hasSuffix(".csv") {
      options.cropTable = text
      return
    }
    options.crop = try arguments.box("--crop", orTable: true)
  }
}

extension Arguments {
  /// A box of a frame, or nil.
  ///
  /// - Parameter orTable: whether the option takes a file, too.
  func box(_ name: String, orTable: Bool = false) throws(Fault) -> CropBox? {
    guard let text = try text(name) else { return nil }
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard numbers.count == 4, numbers[0] > 0, numbers[1] > 0, numbers.allSatisfy({ (0...65536).contains($0) }) else {
      throw fault(
        name,
        "is \(Arguments.shown(text)); it takes width:height:x:y in pixels, for instance 400:400:760:340"
          + (orTable ? ", or a .csv file" : ""))
    }
    return CropBox(width: numbers[0], height: numbers[1], x: numbers[2], y: numbers[3])
  }
}
