import Core

extension CommandSpecification {
  static let importClips = CommandSpecification(
    name: "import",
    summary: "Make a clip store from a dataset's frames and annotations.",
    explanation: """
      The programs ffmpeg and unzip read the frames and .xlsx sheets. Every clip that is repaired, doubtful, skipped \
      or not found is reported. `microfold check` does all this without writing a store.
      """,
    examples: ["microfold import casme2 --help"],
    subcommands: ImportOptions.Layout.all.map { layout in
      layout.command(
        options: [
          .required(
            \.settings.output, "--output", .newFile("FILE", ".safetensors"),
            "the clip store to write, NAME.safetensors"),
          .flag(\.settings.replaces, true, "--force", "replace a store that exists"),
        ], example: "microfold import \(layout.name) \(layout.example) --output stores/\(layout.storeName).safetensors",
        writes: true
      ) { options, console in
        let settings = options.settings
        let report = try ImportBar.showing("import", console) {
          try settings.run(progress: $0, isStopped: $1)
        }
        guard let report else { return .interrupted }
        for text in report.lines { console.line(text) }
        console.line("store: \(settings.output)")
        return .success
      }
    })
}

extension ImportOptions.Layout {
  /// What a store is called in the example.
  fileprivate var storeName: String { layout == .list ? "sdu" : layout == .csv ? "own" : name }
}
