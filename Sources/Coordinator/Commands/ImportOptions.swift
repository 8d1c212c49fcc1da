import Core

/// What `microfold import` and `microfold check` are to do.
struct ImportOptions: Equatable {
  var settings: ImportSettings
  /// Where `check` writes a table and a page; nil for neither.
  var table: String?
  var page: String?

  /// What differs between the layouts in help and examples.
  struct Layout: Sendable {
    var layout: ImportSettings.Layout
    var name: String
    var summary: String
    /// A command line from `--source` to the classes and crop.
    var example: String

    static let all =
      Release.allCases.map(Layout.init) + [
        Layout(
          layout: .list, name: "list",
          summary: "From a list file, as for SDU: one line per clip, a folder of frames and its label.",
          example: "--annotations data/clips.txt --source data/frames --classes sdu-6"),
        Layout(
          layout: .csv, name: "csv", summary: "From any tree of frames with a table of its clips, CSV or .xlsx.",
          example: "--annotations data/clips.csv --source data/frames --classes sdu-6"),
      ]

    init(_ release: Release) {
      let (sheet, more) =
        switch release {
        case .casme2: ("CASME2/CASME2-coding-20140508.xlsx", "--source CASME2/Cropped --classes casme2-5")
        case .samm: ("SAMM/SAMM_Micro_FACS_Codes_v2.xlsx", "--source SAMM --classes samm-5 --crop samm-boxes.csv")
        case .mmew: ("MMEW/MMEW_Micro_Exp.xlsx", "--source MMEW/Micro_Expression --classes mmew-6")
        }
      self.init(
        layout: .release(release), name: release.rawValue,
        summary: "From \(release.title) as released, with its coding sheet.", example: "--annotations \(sheet) \(more)")
    }

    init(layout: ImportSettings.Layout, name: String, summary: String, example: String) {
      (self.layout, self.name, self.summary, self.example) = (layout, name, summary, example)
    }

    var isRelease: Bool {
      if case .release = layout { true } else { false }
    }

    /// Options about what is read.
    var options: [CommandOption<ImportOptions>] {
      let sheet: CommandOption<ImportOptions> = .optional(
        \.settings.sheet, "--sheet", .text("NAME"), "the workbook's sheet", standard: "the first with the columns")
      return [
        .required(
          \.settings.source, "--source", .folder,
          isRelease
            ? "the directory of the clips' folders" : "the directory that the annotations' paths start from"),
        .required(
          \.settings.annotations, "--annotations", .file,
          isRelease
            ? "the coding sheet, .xlsx or a CSV export of it"
            : layout == .csv ? "the table with one row per clip, CSV or .xlsx" : "the file with one line per clip"),
        .required(\.settings.classChoice, "--classes", .classes, "the classes: \(ClassChoice.form)"),
        .value(\.settings.size, "--size", .integer(16...4096), "height and width of the stored frames, pixels"),
        .value(
          \.settings.crop, "--crop", .crop,
          "the box to cut out of each frame before it is scaled, pixels, or a table of boxes by clip or subject",
          standard: "the whole frame"),
        .optional(
          \.settings.landmarks, "--landmarks", .path,
          "the clips' landmarks, pixels of the frames before they are cropped: a table with one row per clip, or a "
            + "folder with one CLIP.csv each"),
        .fit(\.settings.fit, standard: "squash, and the report names such frames"),
        .flag(
          \.settings.aligns, true, "--align",
          "turn, scale and shift the frames of each clip so that the eyes of its onset frame are where they are in all "
            + "clips; takes --landmarks, instead of --crop and --fit"),
        .optional(
          \.settings.fps, "--fps", .number(0.1...100_000), "frames per second",
          standard: isRelease ? "the release's" : layout == .csv ? "what the table says, or 50" : "50"),
        .value(
          \.settings.largestLostShare, "--lost-share", .number(0...1, "P"),
          "fraction of the clips that may be lost before the import is refused, 0 to 1"),
      ] + (layout == .list ? [] : [sheet])
    }

    /// The command that does something with this layout.
    func command(
      options more: [CommandOption<ImportOptions>], example: String, writes: Bool,
      run: @escaping @Sendable (ImportOptions, Console) throws -> ExitStatus
    ) -> CommandSpecification {
      CommandSpecification(
        name: name, summary: summary,
        defaults: ImportOptions(settings: ImportSettings(layout, source: "", annotations: "", output: "")),
        options: options + more, examples: [example], writes: writes, stops: true,
        check: { options, _ throws(Fault) in
          // A user's own table has no published counts.
          if options.settings.layout == .csv { options.settings.preset = nil }
        },
        run: .alone(run))
    }
  }
}

extension OptionKind where Value == ClassChoice? {
  /// A preset of classes, or classes of one's own.
  fileprivate static var classes: OptionKind {
    OptionKind(
      placeholder: "PRESET|NAMES", completion: .words(ClassPreset.names),
      read: { text throws(ValueProblem) in try ClassChoice(text) })
  }
}
