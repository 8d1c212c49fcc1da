import Foundation
import Testing

@testable import Core

@Suite struct InspectionTests {
  @Test func aStoreIsATableOfItsEmotionsAndClips() throws {
    let scratch = try Scratch()
    try SmallStore.write(["b", "a"], to: scratch("store"))
    let inspection = try Inspection(of: ClipStore(opening: scratch("store")), listing: [1])
    #expect(
      inspection.lines == [
        "clip store: \(scratch("store"))",
        "clips:      2, 8 × 8 pixels",
        "subjects:   1, with 2 clips",
        "fps:        50",
        "frames:     4 a clip, 8 in all",
        "motion:     4 frames from onset to offset",
        "",
        "emotions:",
        "  emotion  clips  subjects",
        "  joy          2         1",
        "",
        "actionUnits:",
        "  unit  clips  left  right  uncertain",
        "  1         2     0      0          0",
        "  2         2     0      0          0",
        "",
        "clips:",
        "  clip  subject  emotion  fps  frames  onset  apex  offset  actionUnits  source",
        "  b     s1       joy       50       4      0     2       3  1+2          test",
      ])
  }

  @Test func landmarksAndTheUnitsThatOccurAreCounted() throws {
    func clip(_ name: String, _ units: String?, _ points: [SIMD2<Double>]?) -> Clip {
      Clip(
        name: name, subject: "s", emotion: "e", source: "", fps: 50, onset: 0, apex: 0, offset: 0, actionUnits: units,
        landmarks: points.map { FaceLandmarks($0) }, frames: 1, height: 20, width: 20)
    }
    let face = SketchedFace.points(width: 20, height: 20)
    let clips = [
      clip("a", "L14+R14+4", face), clip("b", "4?", face), clip("c", "brows", nil), clip("d", "?", nil),
      clip("e", nil, nil),
    ]
    let pixels = [[UInt8]](repeating: [UInt8](repeating: 0, count: 1200), count: clips.count)
    let inspection = Inspection(of: ClipStore(clips, pixels: pixels, at: "memory"))
    #expect(inspection.lines.contains("landmarks:  of 2 of the clips"))
    let json = try JSONNode.parse(Array(inspection.json.canonicalText().utf8), location: "test")
    #expect(json["landmarkedClipCount"]?.integer == 2)
    let units = try #require(inspection.tables.first { $0.name == "actionUnits" })
    #expect(
      units.rows == [
        [.text("4"), .count(2), .count(0), .count(0), .count(1)],
        [.text("14"), .count(1), .count(1), .count(1), .count(0)],
        [.text("unreadable"), .count(1), .none, .none, .none],
      ])
  }

  @Test func theSameIsThereAsJSON() throws {
    let scratch = try Scratch()
    try SmallStore.write(["a"], to: scratch("store"))
    let inspection = try Inspection(of: ClipStore(opening: scratch("store")), listing: [0])
    let json = try JSONNode.parse(Array(inspection.json.canonicalText().utf8), location: "test")
    #expect(json["kind"] == .string("clip store") && json["clipCount"]?.integer == 1 && json["height"]?.integer == 8)
    let clip = json["clips"]?.elements?.first
    #expect(clip?["clip"]?.text == "a" && clip?["apex"]?.integer == 2 && clip?["actionUnits"]?.text == "1+2")
    #expect(json["emotions"]?.elements?.first?["clips"]?.integer == 1)
  }

  @Test func weightsAreATableOfTheirTensors() throws {
    let scratch = try Scratch()
    try SafeTensors.write(
      [
        .init("conv1.weight", shape: [2, 2], floats: [1, -2, .nan, 4]),
        .init("conv1.bias", shape: [1], floats: [.infinity]),
        .init("bn1.num_batches_tracked", shape: [], integers: [7]),
      ], metadata: ["stage": "2"], to: scratch("w"))
    let inspection = try Inspection(ofTensorsIn: SafeTensors(opening: scratch("w")))
    #expect(
      inspection.lines.dropFirst() == [
        "tensors:          3, 6 elements, 28 bytes",
        "",
        "metadata:",
        "  key    value",
        "  stage  2",
        "",
        "parts:",
        "  part   tensors  elements  bytes",
        "  bn1          1         1      8",
        "  conv1        2         5     20",
        "",
        "tensors:",
        "  tensor                   type  shape   least  greatest  mean  notFinite",
        "  bn1.num_batches_tracked  I64   []          7         7     7          0",
        "  conv1.bias               F32   [1]                                    1",
        "  conv1.weight             F32   [2, 2]     -2         4     1          1",
      ])
  }

  @Test func aNetworkIsRecognisedByItsTensors() throws {
    let scratch = try Scratch()
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.identitySize) = (1, 2, 16, 16)
    let menet = RecognitionNetwork.menet(network, attention: true, classes: 3, seed: 1)
    try SafeTensors.write(menet.state, to: scratch("menet"))
    let said = try Inspection(ofTensorsIn: SafeTensors(opening: scratch("menet")))
    #expect(said.kind == "network")
    #expect(said.lines.contains("branch:    MENet, width 1, 3 classes"))
    #expect(said.lines.contains("attention: diverse, for 2 frames"))
    try SafeTensors.write(
      RecognitionNetwork.idnet(network, classes: 4, seed: 1).state, to: scratch("idnet"))
    let idnet = try Inspection(ofTensorsIn: SafeTensors(opening: scratch("idnet")))
    #expect(idnet.lines.contains("branch:    IDNet, width 1, 4 classes"))
  }

  @Test func whatAFileSaysStaysOnItsLine() throws {
    let scratch = try Scratch()
    let hostile = "a\nb\u{1B}[2J" + String(repeating: "x", count: 10_000)
    try SmallStore.write([hostile], subject: hostile, emotion: hostile, to: scratch("store"))
    let store = try Inspection(of: ClipStore(opening: scratch("store")), listing: [0])
    try SafeTensors.write([.init(hostile, shape: [1], floats: [1])], metadata: [hostile: hostile], to: scratch("w"))
    let weights = try Inspection(ofTensorsIn: SafeTensors(opening: scratch("w")))
    for line in store.lines + weights.lines {
      #expect(!line.contains("\n") && !line.contains("\u{1B}") && line.count < 2000)
    }
  }
}

@Suite struct ClipSelectionTests {
  @Test func clipsAreChosenByNameAndByPattern() throws {
    let scratch = try Scratch()
    try SmallStore.write(["s1/a", "s1/b", "s2/a", "s2/[x]"], to: scratch("store"))
    let store = try ClipStore(opening: scratch("store"))
    func names(_ patterns: String...) throws -> [String] {
      try store.clips(matching: patterns).map { store.clips[$0].name }
    }
    #expect(try names("s2/a", "s1/a", "s1/a") == ["s1/a", "s2/a"])
    #expect(try names("s1*") == ["s1/a", "s1/b"])
    #expect(try names("*").count == 4)
    let fault = #expect(throws: Fault.self) { try names("s1/a", "s3/a") }
    #expect(fault?.problem.hasPrefix("has no clip `s3/a`; did you mean") == true)
  }
}
