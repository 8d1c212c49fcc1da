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
      let (sheet, more): (String?, String) =
        switch release {
        case .casme2: ("CASME2/CASME2-coding-20140508.xlsx", "--source CASME2/Cropped --classes casme2-5")
        case .samm: ("SAMM/SAMM_Micro_FACS_Codes_v2.xlsx", "--source SAMM --classes samm-5 --crop samm-boxes.csv")
        case .mmew: ("MMEW/MMEW_Micro_Exp.xlsx", "--source MMEW/Micro_Expression --classes mmew-6")
        case .smic: (nil, "--source SMIC/SMIC_all_cropped --camera hs --classes smic-3")
        case .casme: ("CASME/casme.xlsx", "--source CASME/Cropped --classes casme-4")
        case .casmeSquared:
          (
            "CASME_sq/code_final.xlsx", "--source CASME_sq/rawpic --classes casme-squared-4 --crop casme-sq-boxes.csv"
          )
        case .casme3:
          ("CASME3/part_A_ME_label.xlsx", "--source CASME3/part_A --classes casme3-7 --crop casme3-boxes.csv")
        case .fourDME:
          ("4DME/4DME_Labelling_Micro.xlsx", "--source 4DME/gray_micro_crop --classes 4dme-5")
        }
      self.init(
        layout: .release(release), name: release.rawValue,
        summary: "From \(release.title) as released, "
          + (release.hasSheet ? "with its coding sheet." : "whose folders say the emotions."),
        example: (sheet.map { "--annotations \($0) " } ?? "") + more)
    }

    init(layout: ImportSettings.Layout, name: String, summary: String, example: String) {
      (self.layout, self.name, self.summary, self.example) = (layout, name, summary, example)
    }

    var isRelease: Bool { release != nil }

    private var release: Release? {
      if case .release(let release) = layout { release } else { nil }
    }

    /// Whether the folders below the source say all that there is to know.
    private var isTreeAlone: Bool { release?.hasSheet == false }

    /// Options about what is read.
    var options: [CommandOption<ImportOptions>] {
      var options: [CommandOption<ImportOptions>] = [
        .required(
          \.settings.source, "--source", .folder,
          isRelease
            ? "the directory of the clips' folders" : "the directory that the annotations' paths start from")
      ]
      if !isTreeAlone { options.append(annotations) }
      options += frameOptions
      if !isTreeAlone, layout != .list {
        options.append(
          .optional(
            \.settings.sheet, "--sheet", .text("NAME"), "the workbook's sheet",
            standard: "the first with the columns"))
      }
      if release == .smic {
        options.append(
          .optional(
            \.settings.camera, "--camera", .word(among: SMICCamera.allCases),
            "whose clips are read: high speed, visible light or near infrared",
            standard: "the only one below --source"))
      }
      if release?.hasMacroExpressions == true {
        options.append(
          .value(
            \.settings.expressions, "--expressions", .word(among: ExpressionKind.allCases),
            "which of the sheet's expressions are imported; macro-expressions serve pretraining"))
      }
      return options
    }

    /// Options about clips and frames, which all layouts have.
    private var frameOptions: [CommandOption<ImportOptions>] {
      [
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
      ]
    }

    private var annotations: CommandOption<ImportOptions> {
      .required(
        \.settings.annotations, "--annotations", .file,
        isRelease
          ? "the coding sheet, .xlsx or a CSV export of it"
          : layout == .csv ? "the table with one row per clip, CSV or .xlsx" : "the file with one line per clip")
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
          if isTreeAlone { options.settings.annotations = options.settings.source }
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
