import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// `microfold predict` of clips that are in no store, and its pictures, with untrained weights.
@Suite(
  .serialized, .enabled(if: (try? FFmpeg().check()) != nil, "ffmpeg is not installed: frames cannot be decoded here"))
struct PredictClipTests {
  private let scratch: Scratch
  private var model: String { scratch("menet.safetensors") }

  init() throws {
    scratch = try Scratch()
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (2, 3, 32)
    for (name, attention) in [("menet", true), ("plain", false)] {
      let menet = RecognitionNetwork.menet(network, attention: attention, classes: 2, seed: 1)
      try SafeTensors.write(
        menet.state, metadata: ModelDescription(classes: ["joy", "fear"], network).metadata,
        to: scratch("\(name).safetensors"))
    }
    try Directory.make(scratch("data/s/c"))
    let process = Subprocess(
      program: "ffmpeg",
      arguments: [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=48x40:r=25", "-frames:v", "8", "-start_number", "7",
        scratch("data/s/c/img%d.png"),
      ])
    try #require(try process.run { _ in true }?.status == 0)
  }

  private func predict(_ words: String...) throws -> ProgramRun {
    try ProgramRun.microfold(["predict", "--model", model] + words)
  }

  @Test func aFolderGetsTheProbabilitiesOfItsImport() throws {
    let list = try scratch.file("list.txt", text: "s/c happiness\n")
    let imported = try ProgramRun.microfold([
      "import", "list", "--source", scratch("data"), "--annotations", list, "--classes", "sdu-6", "--size", "32",
      "--output", scratch("store.safetensors"),
    ])
    #expect(imported.status == 0)
    let stored = try predict("--store", scratch("store.safetensors")).output.components(separatedBy: "\r\n")
    let single = try predict(scratch("data/s/c")).output.components(separatedBy: "\r\n")
    #expect(stored.count == 3 && stored[0] == single[0])
    #expect(stored[1].hasPrefix("s/c,s,happiness,") && single[1].hasPrefix("\(scratch("data/s/c")),,,"))
    #expect(stored[1].split(separator: ",").suffix(3) == single[1].split(separator: ",").suffix(3))
    let part = try predict(scratch("data/s/c"), "--onset", "8", "--offset", "12").output
    #expect(part != single.joined(separator: "\r\n"))
  }

  /// A clip is padded or cropped as the clips were that the network was trained on, unless the user says otherwise.
  @Test func aFolderIsFittedAsTheModelsClipsWere() throws {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize) = (2, 3, 32)
    var description = ModelDescription(classes: ["joy", "fear"], network)
    description.fit = .pad
    let menet = RecognitionNetwork.menet(network, attention: true, classes: 2, seed: 1)
    let padding = scratch("padding.safetensors")
    try SafeTensors.write(menet.state, metadata: description.metadata, to: padding)
    let clip = scratch("data/s/c")
    let known = try ProgramRun.microfold(["predict", "--model", padding, clip])
    let asked = try predict(clip, "--fit", "pad")
    let squashed = try predict(clip)
    #expect(known.output == asked.output && known.output != squashed.output)
    let chosen = try ProgramRun.microfold(["predict", "--model", padding, clip, "--fit", "squash"])
    #expect(chosen.output == squashed.output)
    let program = ["predict", "--model", model, clip]
    #expect(try BuiltProgram.run(program + ["--fit", "pad"], in: scratch).errors.isEmpty, "it was asked for")
    #expect(
      try BuiltProgram.run(program, in: scratch).errors == [
        "\(clip): frames of 48 × 40 pixels are squeezed to squares, as in the training of the model; --fit chooses "
          + "another way"
      ])
    let wrong = try predict("--store", scratch("store.safetensors"), "--fit", "pad")
    #expect(wrong.status == 2 && wrong.complaints.count == 1)
  }

  /// A network that was trained on registered flow decodes frames at the size of those from which flow was computed.
  @Test func aNetworkOfFlowPredictsAFolderAsItsImport() throws {
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.input) = (2, 3, 32, .flow)
    let menet = RecognitionNetwork.menet(network, attention: true, classes: 2, seed: 1)
    let recorded = Clip(
      name: "c", subject: "s", emotion: "joy", source: "test", fps: 25, onset: 0, apex: 1, offset: 2, frames: 3,
      height: 40, width: 40)
    let description = ModelDescription(classes: ["joy", "fear"], network, .similarity, of: recorded)
    try SafeTensors.write(menet.state, metadata: description.metadata, to: scratch("flow.safetensors"))
    let list = try scratch.file("list.txt", text: "s/c happiness\n")
    let imported = try ProgramRun.microfold([
      "import", "list", "--source", scratch("data"), "--annotations", list, "--classes", "sdu-6", "--size", "40",
      "--output", scratch("forty.safetensors"),
    ])
    #expect(imported.status == 0)
    let command = ["predict", "--model", scratch("flow.safetensors")]
    let stored = try ProgramRun.microfold(command + ["--store", scratch("forty.safetensors")])
    let single = try ProgramRun.microfold(command + [scratch("data/s/c")])
    #expect(stored.status == 0 && single.status == 0 && stored.complaints.isEmpty, "\(single.complaints)")
    func probabilities(_ run: ProgramRun) -> [Substring] {
      Array(run.output.components(separatedBy: "\r\n")[1].split(separator: ",").suffix(3))
    }
    #expect(probabilities(stored) == probabilities(single))
    let frames = try predict("--store", scratch("forty.safetensors"))
    #expect(probabilities(frames) != probabilities(stored), "another input")
    let still = try ProgramRun.microfold(command + [scratch("data/s/c"), "--onset", "8", "--offset", "8"])
    #expect(still.status == 2 && still.complaints.count == 1 && still.complaints[0].contains("so no flow"))
  }

  @Test func theJSONAndThePicturesNameTheFrames() throws {
    let clip = scratch("data/s/c")
    let said = try predict(clip, "--onset", "8", "--offset", "12", "--apex", "9", "--json", "--attention", scratch("p"))
    let json = try JSONNode.parse(Array(said.output.utf8), location: "test")
    let row = try #require(json["clips"]?.elements?.first)
    #expect(json["classes"]?.elements?.map(\.text) == ["joy", "fear"])
    #expect(row["frames"]?.elements?.map(\.integer) == [0, 2, 4] && row["apex"]?.integer == 1)
    #expect(row["subject"] == .null && row["probabilities"]?.elements?.count == 2)
    let picture = try #require(row["attention"]?.text)
    #expect(picture.hasPrefix(scratch("p/1-")) && picture.hasSuffix("_data_s_c.png"))
    // Three frames of 160 pixels, twice; more where texts can be drawn.
    let header = try ImageHeader(of: picture)
    #expect(header.width == 484 && [322, 364].contains(header.height))
  }

  @Test func aNameFromAStoreCannotLeaveTheFolder() throws {
    let names = ["../../out", "/tmp/out", "a\n", "sub01/ep\u{202E}"]
    let writer = try ClipStoreWriter(at: scratch("store.safetensors"))
    for name in names {
      let clip = Clip(
        name: name, subject: "1", emotion: "joy", source: "s", fps: 50, onset: 0, apex: 1, offset: 2, frames: 3,
        height: 32, width: 32)
      try [UInt8](repeating: 90, count: 3 * 32 * 32 * 3).withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    let said = try predict(
      "--store", scratch("store.safetensors"), "--attention", scratch("p/q"), "--output", scratch("o.json"))
    #expect(said.status == 0)
    let written = try FileManager.default.contentsOfDirectory(atPath: scratch("p/q")).sorted()
    // Clips are sorted by name.
    #expect(written == ["1-______out.png", "2-_tmp_out.png", "3-a_.png", "4-sub01_ep_.png"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("p")) == ["q"])
    let chosen = try predict("--store", scratch("store.safetensors"), "--clips", "sub*,a?")
    #expect(chosen.output.components(separatedBy: "\r\n").count == 4)
  }

  @Test func badInputIsOneLineAndStatus2() throws {
    try scratch.file("bad.mp4", text: "no video")
    try scratch.file("notes.txt", text: "x")
    let clip = scratch("data/s/c")
    let plain = ["--model", scratch("plain.safetensors")]
    for (words, expected) in [
      ([scratch("none.mp4")], "does not exist"), ([scratch("bad.mp4")], "cannot be decoded"),
      ([scratch("notes.txt")], "neither a folder"), ([scratch("data")], "has no frames"),
      ([clip, "--onset", "9", "--offset", "8"], "--offset: is 8, before onset 9"),
      ([clip, "--offset", "15"], "its files are numbered 7 to 14"), ([clip, "--apex", "40"], "apex 40 is not between"),
      ([clip, "--crop", "49:9:0:0"], "the crop box 49:9:0:0 lies outside"),
      ([clip, "--size", "64"], "attention.mix.1.weight"), ([clip, "--frames", "4"], "made for 3 frames"),
      (["--store", scratch("none")], "cannot be read"), (["--store", model], "a clip is U8"),
    ] {
      let said = try ProgramRun.microfold(["predict", "--model", model] + words)
      #expect(said.status == 2 && said.output.isEmpty, "\(words)")
      let isStore = words.contains(model)
      #expect(isStore || said.complaints.count == 1, "\(said.complaints)")
      #expect(said.complaints.first?.contains(expected) == true, "\(said.complaints)")
    }
    let missing = try ProgramRun.microfold(["predict"] + plain + [clip, "--attention", scratch("p")])
    #expect(missing.status == 2 && missing.complaints.count == 1)
    #expect(missing.complaints.first?.contains("no diverse attention") == true)
    #expect(!FileManager.default.fileExists(atPath: scratch("p")))
  }

  @Test func aStoreIsDrawnWithItsLegend() throws {
    let small = try PatternStore(clips: 14)
    let path = small.path
    let all = try ProgramRun.microfold(["inspect", path, "--frames", scratch("a.png")])
    #expect(all.status == 0 && all.output.contains("\nrow 12: clip-11, subject s3, "))
    #expect(!all.output.contains("row 13") && !all.output.contains("\nclips:\n"))
    let two = try ProgramRun.microfold(["inspect", path, "--frames", scratch("b.png"), "--clips", "clip-13,clip-02"])
    #expect(two.output.contains("\nrow 2: clip-13") && two.output.contains("\nclips:\n"))
    #expect([18, 40].contains(try ImageHeader(of: scratch("b.png")).height))
    let json = try JSONNode.parse(
      Array(try ProgramRun.microfold(["inspect", path, "--json"]).output.utf8), location: "test")
    #expect(json["clips"]?.elements?.count == 14)
    for words in [[path, "--clips", "clip-99"], [model, "--frames", scratch("c.png")], [scratch("none")]] {
      let bad = try ProgramRun.microfold(["inspect"] + words)
      #expect(bad.status == 2 && bad.output.isEmpty && bad.complaints.count == 1, "\(bad)")
    }
  }
}
