import Core

/// What `microfold inspect` is to show.
struct InspectOptions: Equatable {
  /// A clip store, a network, a checkpoint, another safetensors file, or a run.
  var path: String
  /// The contact sheet to draw, a PNG file, or nil.
  var frames: String?
  /// Names or patterns of the clips that are listed and drawn; nil lists none and draws the first.
  var clips: [String]?
  /// Whether to print JSON, with all clips of a store unless some are named.
  var isJSON = false

  /// Clips that are drawn where none are named.
  static let firstClips = 12
}

extension CommandSpecification {
  static let inspect = CommandSpecification(
    name: "inspect",
    summary: "Say what is in a clip store, a network, a checkpoint or a run.",
    explanation: """
      A contact sheet has a row a clip: its onset, apex and offset, and the differences from one to the next, \
      strengthened around grey. What each row is stands in the picture where ffmpeg can draw texts, and is printed in \
      any case.
      """,
    positionals: [Positional(name: "FILE", help: "a safetensors file, or the directory of a run")],
    options: [
      Option(name: "--frames", value: "OUT.png", help: "draw a contact sheet of a store's clips into this file"),
      .clips("the clips to list and to draw", standard: "none listed, the first \(InspectOptions.firstClips) drawn"),
      Option(name: "--json", help: "print JSON, with every clip that is not left out by --clips"),
    ],
    examples: [
      "microfold inspect stores/synth-casme2.safetensors",
      "microfold inspect stores/synth-casme2.safetensors --clips s01-*,s02-* --frames casme2.png",
      "microfold inspect runs/demo --json",
    ],
    read: { arguments throws(Fault) in
      .inspect(
        InspectOptions(
          path: arguments.positionals[0], frames: try arguments.file("--frames", ending: ".png"),
          clips: try arguments.clips(), isJSON: arguments.isOn("--json")))
    })
}
