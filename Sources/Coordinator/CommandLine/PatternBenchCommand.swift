import Core

/// What `microfold bench lbp-top` is to do.
struct PatternBenchOptions: Equatable {
  var clips = 100
  /// Height and width, pixels.
  var size = 64
  /// Times that all clips are measured.
  var rounds = 20
  /// nil for the processors that the process may run on.
  var threads: Int?
  var isJSON = false
}

extension CommandSpecification {
  static let benchPatterns = CommandSpecification(
    name: "lbp-top",
    summary: "Measure LBP-TOP features of clips.",
    explanation: """
      Histograms of grey clips that are there already, drawn and of ten frames: nothing is read or interpolated. The \
      median round counts.
      """,
    options: [
      Option(name: "--clips", value: "N", help: "clips", standard: "100"),
      Option(name: "--size", value: "N", help: "height and width of their frames", standard: "64"),
      Option(name: "--rounds", value: "N", help: "times that all are measured", standard: "20"),
      Option(name: "--threads", value: "N", help: "threads", standard: "the cores it may run on"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: ["microfold bench lbp-top --threads 1"],
    read: { arguments throws(Fault) in
      .bench(
        .patterns(
          PatternBenchOptions(
            clips: try arguments.integer("--clips", 1...10000) ?? 100,
            size: try arguments.integer("--size", 8...1024) ?? 64,
            rounds: try arguments.integer("--rounds", 1...1000) ?? 20,
            threads: try arguments.integer("--threads", 1...1024), isJSON: arguments.isOn("--json"))))
    })
}
