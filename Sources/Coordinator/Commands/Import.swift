import Core
import Foundation

extension CommandSpecification {
  static let importClips = CommandSpecification(
    name: "import",
    summary: "Make a clip store from a dataset's frames and annotations.",
    explanation: """
      The programs ffmpeg and unzip read the frames and .xlsx sheets. Every clip that is repaired, skipped or not \
      found is reported.
      """,
    examples: ["microfold import casme2 --help"],
    subcommands: Release.allCases.map(importing) + [
      importing(
        .list, "list", "From a list file, as for SDU: one line per clip, a folder of frames and its label.",
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
    _ layout: ImportSettings.Layout, _ name: String, _ summary: String, annotations: String, example: String
  ) -> CommandSpecification {
    var isRelease = false
    if case .release = layout { isRelease = true }
    let sheet: CommandOption<ImportSettings> = .optional(
      \.sheet, "--sheet", .text("NAME"), "the workbook's sheet", standard: "the first with the columns")
    return CommandSpecification(
      name: name, summary: summary,
      defaults: ImportSettings(layout, source: "", annotations: "", output: ""),
      options: [
        .required(
          \.source, "--source", .folder,
          isRelease
            ? "the directory of the clips' folders" : "the directory that the annotations' paths start from"),
        .required(
          \.annotations, "--annotations", .file,
          isRelease ? "the coding sheet, .xlsx or a CSV export of it" : "the file with one line per clip"),
        .required(
          \.preset, "--classes", .preset, "the classes, one of \(ClassPreset.names.joined(separator: ", "))"),
        .required(
          \.output, "--output", .newFile("FILE", ".safetensors"), "the clip store to write, NAME.safetensors"),
        .value(\.size, "--size", .integer(16...4096), "height and width of the stored frames, pixels"),
        .value(
          \.crop, "--crop", .crop,
          "the box to cut out of each frame before it is scaled, pixels, or a table of boxes by clip or subject",
          standard: "the whole frame"),
        .optional(
          \.fps, "--fps", .number(0.1...100_000), "frames per second",
          standard: isRelease ? "the release's" : "what the annotations say"),
        .value(
          \.largestLostShare, "--lost-share", .number(0...1, "P"),
          "fraction of the clips that may be lost before the import is refused, 0 to 1"),
      ] + (isRelease ? [sheet] : []),
      examples: ["microfold import \(name) --annotations \(annotations) \(example)"],
      writes: true, stops: true,
      check: { settings, _ throws(Fault) in
        settings.classes = settings.preset?.classes
        // A user's own table has no published counts.
        if layout == .csv { settings.preset = nil }
      },
      run: .alone(runImport))
  }

  private static func runImport(_ settings: ImportSettings, _ console: Console) throws -> ExitStatus {
    var bar = ImportBar(terminal: .standardError())
    let start = ContinuousClock.now
    func show(_ done: Int, _ total: Int) {
      let seconds = (ContinuousClock.now - start).inSeconds
      if let text = bar.update(done: done, of: total, at: seconds) { console.draw(text) }
    }
    let report: ImportReport
    do {
      // Also before faults are printed: they must not run into the bar.
      defer { console.draw(bar.clear()) }
      report = try settings.run(progress: show, isStopped: { StopSignal.isRaised })
    } catch is ImportStopped {
      console.note("\(Program.name): the import was stopped; nothing was written")
      return .interrupted
    }
    for text in report.lines { console.line(text) }
    console.line("store: \(settings.output)")
    return .success
  }
}

extension OptionKind where Value == ClassPreset? {
  /// A preset of classes.
  fileprivate static var preset: OptionKind {
    let word = OptionKind<String>.word(among: ClassPreset.names, "PRESET")
    return OptionKind(
      placeholder: word.placeholder, completion: word.completion,
      read: { text throws(ValueProblem) in
        let name = try word.read(text)
        return ClassPreset.all.first { $0.name == name }
      })
  }
}
