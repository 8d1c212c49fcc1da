import Core
import Foundation
import Worker

/// `microfold inspect`: what is in a file or a run.
struct InspectAction {
  let options: InspectOptions
  let console: Console

  func run() throws {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: options.path, isDirectory: &isDirectory), isDirectory.boolValue {
      try requireNoClips("is a directory")
      return show(try Inspection(of: RunDirectory(path: options.path)))
    }
    let file = try SafeTensors(opening: options.path)
    guard file.entries.contains(where: { $0.type == .uint8 && $0.shape.count == 4 }) else {
      try requireNoClips("is no clip store")
      show(try Inspection(ofCheckpointIn: file) ?? Inspection(ofTensorsIn: file))
      return
    }
    try inspect(ClipStore(opening: options.path))
  }

  private func inspect(_ store: ClipStore) throws {
    let named = try options.clips.map { try store.clips(matching: $0) }
    let listed = named ?? (options.isJSON ? Array(store.clips.indices) : nil)
    let drawn = named ?? Array(store.clips.indices.prefix(InspectOptions.firstClips))
    if options.frames != nil, drawn.count > ContactSheet.mostClips {
      throw Fault(
        at: "--clips", "means \(drawn.count) clips of \(store.path); a contact sheet shows \(ContactSheet.mostClips)")
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
