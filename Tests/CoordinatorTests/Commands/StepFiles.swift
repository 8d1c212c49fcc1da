import Foundation

@testable import Core

/// The input of `microfold step`, copied to a directory, so that a test can damage parts of it.
struct StepFiles {
  let scratch: Scratch
  var weights: String { scratch("weights") }
  var batch: String { scratch("batch.safetensors") }
  var output: String { scratch("output") }

  /// The files of the stage fixtures: 5 clips of 4 frames, 36 and 18 pixels, 5 emotions, 7 identities, width 3.
  init() throws {
    scratch = try Scratch()
    try FileManager.default.copyItem(atPath: Fixture.path("stages/weights"), toPath: weights)
    try FileManager.default.copyItem(atPath: Fixture.path("stages/batch.safetensors"), toPath: batch)
  }

  func network(_ name: String) -> String { "\(weights)/\(name).safetensors" }

  /// Writes a file again with some of its tensors replaced, added or removed.
  func edit(_ path: String, _ contents: [SafeTensors.Content] = [], removing: [String] = []) throws {
    let file = try SafeTensors(opening: path)
    let gone = Set(contents.map(\.name) + removing)
    let kept = try file.entries.filter { !gone.contains($0.name) }.map { entry in
      entry.type == .int64
        ? SafeTensors.Content(entry.name, shape: entry.shape, integers: try file.integers(entry.name))
        : SafeTensors.Content(entry.name, shape: entry.shape, floats: try file.floats(entry.name))
    }
    try SafeTensors.write(kept + contents, metadata: file.metadata, to: path)
  }

  /// Writes a file again with one float of a tensor replaced.
  func spoil(_ path: String, _ name: String, with value: Float) throws {
    let file = try SafeTensors(opening: path)
    var floats = try file.floats(name)
    floats[floats.count / 2] = value
    try edit(path, [SafeTensors.Content(name, shape: try file.entry(name).shape, floats: floats)])
  }

  /// The arguments of the command.
  func command(stage: Int, output: String? = nil) -> [String] {
    ["step", "--stage", "\(stage)", "--weights", weights, "--batch", batch, "--output", output ?? self.output]
      + ["--threads", "1"]
  }

  /// Shortens the batch to its first clips; shuffle maps each clip to the next.
  func shorten(to count: Int) throws {
    let file = try SafeTensors(opening: batch)
    var cut = try ["menet_clips", "idnet_clips"].map { name in
      let shape = try file.entry(name).shape
      let floats = try file.floats(name).prefix(count * shape.dropFirst().reduce(1, *))
      return SafeTensors.Content(name, shape: [count] + shape.dropFirst(), floats: Array(floats))
    }
    for name in ["emotion", "identity"] {
      cut.append(SafeTensors.Content(name, shape: [count], integers: Array(try file.integers(name).prefix(count))))
    }
    cut.append(SafeTensors.Content("shuffle", shape: [count], integers: (0..<count).map { ($0 + 1) % count }))
    try edit(batch, cut)
  }
}
