import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// The script of an exported model's README.md, run by Python, gives the probabilities of `microfold predict`.
@Suite(.serialized, .enabled(if: torch != nil, "no Python with numpy and torch; name one in MICROFOLD_PYTHON"))
struct ExportedScriptTests {
  private let scratch: Scratch
  private let store: ClipStore

  init() throws {
    scratch = try Scratch()
    let made = try ProgramRun.microfold([
      "synth", "synth-samm", "--clips", "10", "--size", "40", "--output", scratch("stores"),
    ])
    try #require(made.status == 0, "\(made.complaints)")
    store = try ClipStore(opening: scratch("stores/synth-samm.safetensors"))
  }

  @Test(arguments: [
    RandomModel(.frames), RandomModel(.frames, attention: true),
    RandomModel(.frames, attention: true, stem: .code, frames: 4), RandomModel(.frames, frames: 1),
    RandomModel(.difference, attention: true), RandomModel(.flow, attention: true),
  ])
  func theScriptsProbabilitiesAreThoseOfPredict(_ model: RandomModel) throws {
    let file = try model.write(in: scratch)
    #expect(try ProgramRun.microfold(["export", "--model", file, "--output", scratch("out")]).status == 0)
    let script = try script(scratch("out/README.md"))
    #expect(script.split(separator: "\n").count <= 10)
    try scratch.file("out/script.py", text: script)
    let predicted = try ProgramRun.microfold(["predict", "--model", file, "--store", store.path])
    let rows = predicted.output.components(separatedBy: "\r\n")
    for index in [0, 9] {
      let cells = rows[index + 1].components(separatedBy: ",")
      #expect(cells[0] == store.clips[index].name)
      let expected = cells.suffix(3).compactMap(Double.init)
      try write(index, model.description.input, to: scratch("clip.npy"))
      let end = try BuiltProgram.run(
        words: [try #require(torch), scratch("out/script.py"), scratch("clip.npy")], in: scratch)
      try #require(end.status == 0 && end.output.count == 3, "\(end.errors)")
      let said = end.output.map { $0.components(separatedBy: " ") }
      #expect(said.map { $0[0] } == model.description.classes)
      for (words, probability) in zip(said, expected) {
        let own = try #require(words.last.flatMap(Double.init))
        #expect(abs(own - probability) < 1e-5, "\(store.clips[index].name): \(end.output), \(expected)")
        #expect(probability < 0.999, "differences would not show")
      }
    }
  }

  @Test func partsOfAClipAreChosenAndOtherArraysRefused() throws {
    let file = try RandomModel(.difference, .similarity, attention: true).write(in: scratch)
    #expect(try ProgramRun.microfold(["export", "--model", file, "--output", scratch("out")]).status == 0)
    let script = try scratch.file(
      "out/script.py",
      text: """
        import torch
        from menet import load
        network = load()
        clip = torch.arange(9 * 8 * 12 * 3).reshape(9, 8, 12, 3).remainder(251).to(torch.uint8)
        part, whole = network.inputs(clip[2:8], registered=True), network.inputs(clip, 2, 7, registered=True)
        print(torch.equal(part, whole), list(whole.shape), network.chosen(2, 7), network.training)
        print(list(network.features(whole).shape), float(whole[0, :, 0].abs().max()))
        for array, registered in (clip.float(), True), (clip[..., :2], True), (clip[0], True), (clip, False):
            try:
                network.predict(array, registered=registered)
            except ValueError as error:
                print(error)
        """)
    let end = try BuiltProgram.run(words: [try #require(torch), script], in: scratch)
    try #require(end.status == 0 && end.output.count == 6, "\(end.output) \(end.errors)")
    // Halves are rounded up: 4.5 is 5. The onset frame's difference from itself is nothing.
    #expect(end.output[0] == "True [1, 3, 3, 32, 32] [2, 5, 7] False" && end.output[1] == "[1, 16] 0.0")
    #expect(end.output[2].hasPrefix("the clip is torch.float32 [9, 8, 12, 3]; needed is uint8 [frames, height, width"))
    #expect(end.output[3].hasPrefix("the clip is torch.uint8 [9, 8, 12, 2]; "))
    #expect(end.output[4].hasPrefix("the clip is torch.uint8 [8, 12, 3]; "))
    #expect(end.output[5].hasPrefix("the network was trained on registered clips"))
  }

  /// The Python block of a README.md.
  private func script(_ readme: String) throws -> String {
    let parts = try String(contentsOfFile: readme, encoding: .utf8).components(separatedBy: "```")
    let block = try #require(parts.first { $0.hasPrefix("python\n") })
    return String(block.dropFirst("python\n".count))
  }

  /// Writes a clip from onset to offset as NumPy has it: its frames, or their flow from the onset frame in pixels.
  private func write(_ index: Int, _ input: SweepConfiguration.Input, to path: String) throws {
    let clip = store.clips[index]
    let (height, width, bytes) = (clip.height, clip.width, clip.height * clip.width * 3)
    let frames = try store.pixels(of: index)[clip.onset * bytes..<(clip.offset + 1) * bytes]
    guard input == .flow else {
      return try npy(Array(frames), "|u1", [frames.count / bytes, height, width, 3], to: path)
    }
    let grey = try (clip.onset...clip.offset).map { frame in
      try store.withFrame(frame, of: index) { GreyFrame(height: height, width: width, pixels: $0) }
    }
    // Also from the onset frame to itself, which is not exactly nothing where the frame is flat.
    let flows = FarnebackFlow().fromFirst([grey[0]] + grey)
    let values = flows.flatMap { zip($0.horizontal, $0.vertical).flatMap { [$0, $1] } }.flatMap { value in
      let bits = value.bitPattern
      return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
    try npy(values, "<f4", [grey.count, height, width, 2], to: path)
  }

  /// Writes an array in NumPy's format, version 1.0.
  private func npy(_ bytes: [UInt8], _ type: String, _ shape: [Int], to path: String) throws {
    let sizes = shape.map(String.init).joined(separator: ", ")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count % 256), 0]
    try Data(start + Array(header.utf8) + bytes).write(to: URL(fileURLWithPath: path))
  }
}

private let torch = PythonModules.python("numpy, torch")
