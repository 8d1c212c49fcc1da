import Core

/// What `microfold inspect` is to show.
struct InspectOptions: Equatable {
  /// A clip store or a checkpoint.
  var file: String
  /// The contact sheet to draw, a PNG file, or nil.
  var frames: String?
}

extension CommandSpecification {
  static let inspect = CommandSpecification(
    name: "inspect",
    summary: "Say what is in a clip store or a checkpoint.",
    positionals: [Positional(name: "FILE", help: "a safetensors file")],
    options: [
      Option(name: "--frames", value: "OUT.png", help: "draw a contact sheet of a store's clips into this file")
    ],
    examples: [
      "microfold inspect stores/synth-casme2.safetensors",
      "microfold inspect stores/synth-casme2.safetensors --frames casme2.png",
    ],
    read: { arguments throws(Fault) in
      .inspect(
        InspectOptions(file: arguments.positionals[0], frames: try arguments.file("--frames", ending: ".png")))
    })
}
