import Core
import Foundation
import Worker

/// What `microfold inspect` is to show.
struct InspectOptions: Equatable {
  /// A clip store, a network, a checkpoint, another safetensors file, or a run.
  var path = ""
  /// The contact sheet to draw, a PNG file, or nil.
  var frames: String?
  /// Names or patterns of the clips that are listed and drawn; nil lists none and draws some of each subject.
  var clips: [String]?
  /// Whether to print JSON, with all clips of a store unless some are named.
  var isJSON = false

  /// Clips that are drawn where none are named.
  static let drawnClips = 12
}

extension CommandSpecification {
  static let inspect = CommandSpecification(
    name: "inspect",
    summary: "Show what is in a clip store, a network, a checkpoint or a run.",
    explanation: """
      A contact sheet has one row per clip, one clip of each subject first: its onset, apex and offset, and the \
      differences from each to the next, amplified around grey. The labels of the rows are in the picture where \
      ffmpeg can draw text, and are printed in any case. Optical flow, which sweeps store \
      beside their clips, is drawn in colours: the hue is the direction (right red, down green, left cyan, up violet), \
      the saturation the length.
      """,
    defaults: InspectOptions(),
    positionals: [.required(\.path, "FILE", "a safetensors file, or the directory of a run", .files)],
    options: [
      .optional(
        \.frames, "--frames", .newFile("OUT.png", ".png"), "draw a contact sheet of a store's clips into this file"),
      .clips(
        \.clips, "the clips to list and to draw",
        standard: "none listed, \(InspectOptions.drawnClips) drawn, one of each subject first"),
      .json(\.isJSON, "print JSON, with every clip that --clips does not leave out"),
    ],
    examples: [
      "microfold inspect stores/synth-casme2.safetensors",
      "microfold inspect stores/synth-casme2.safetensors --clips s01-*,s02-* --frames casme2.png",
      "microfold inspect runs/demo --json",
    ],
    run: .alone { try InspectCommand(options: $0, console: $1).run() })
}

/// `microfold inspect`: what is in a file or a run.
private struct InspectCommand {
  let options: InspectOptions
  let console: Console

  func run() throws -> ExitStatus {
    if Directory.exists(options.path) {
      try requireNoClips("is a directory")
      show(try Inspection(of: RunDirectory(path: options.path)))
      return .success
    }
    let file = try SafeTensors(opening: options.path)
    let holdsFlow = file.metadata[ClipStore.originKey] != nil && file.entries.contains { $0.type == .int16 }
    guard holdsFlow || file.entries.contains(where: { $0.type == .uint8 && $0.shape.count == 4 }) else {
      try requireNoClips("is not a clip store")
      show(try Inspection(ofCheckpointIn: file) ?? Inspection(ofTensorsIn: file))
      return .success
    }
    try inspect(ClipStore(opening: options.path, of: holdsFlow ? .flow : .frames))
    return .success
  }

  private func inspect(_ store: ClipStore) throws {
    let named = try options.clips.map { try store.clips(matching: $0) }
    let listed = named ?? (options.isJSON ? Array(store.clips.indices) : nil)
    let drawn = named ?? ContactSheet.selection(of: store.clips, count: InspectOptions.drawnClips)
    if options.frames != nil, drawn.count > ContactSheet.mostClips {
      throw Fault(
        at: "--clips", "selects \(drawn.count) clips of \(store.path); a contact sheet shows \(ContactSheet.mostClips)")
    }
    show(Inspection(of: store, listing: listed))
    guard let frames = options.frames else { return }
    let sheet = try ContactSheet(of: store, clips: drawn)
    try sheet.write(to: frames)
    // With --json, standard output is one object.
    let say = options.isJSON ? console.note : console.line
    for text in ["", "frames: \(frames)"] + sheet.legend { say(text) }
  }

  private func show(_ inspection: Inspection) {
    if options.isJSON {
      console.line(inspection.json.canonicalText())
    } else {
      for text in inspection.lines { console.line(text) }
    }
  }

  private func requireNoClips(_ what: String) throws {
    guard options.frames == nil, options.clips == nil else {
      throw Fault(at: options.path, "\(what); --frames and --clips are for clip stores")
    }
  }
}
