import Foundation
import Testing

@testable import Core

/// Wrong input ends every rank at once, with a status above 0 and one clear line from rank 0, and destroys nothing.
@Suite(.serialized) struct BadInputTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func aMissingStoreIsNamed() throws {
    try expectFault(of: sweep(store: "nowhere.safetensors"), saying: ["nowhere.safetensors", "does not exist"])
  }

  @Test func aClassThatNoClipHasIsNamed() throws {
    try store("store.safetensors")
    try expectFault(
      of: sweep(store: "store.safetensors", classes: "[\"anger\", \"fear\", \"boredom\"]"), saying: ["boredom"])
  }

  @Test func moreFoldsThanSubjectsAreRefused() throws {
    try store("store.safetensors")
    try expectFault(of: sweep(store: "store.safetensors", folds: 5), saying: ["5 folds", "only 4 subjects"])
  }

  @Test func aTruncatedStoreIsRefused() throws {
    try store("whole.safetensors")
    let whole = try Data(contentsOf: URL(fileURLWithPath: scratch("whole.safetensors")))
    for length in [0, 7, 100, whole.count - 1] {
      try scratch.file("store.safetensors", whole.prefix(length))
      try expectFault(of: sweep(store: "store.safetensors"), saying: ["store.safetensors"])
    }
  }

  /// Headers that would make a reader without checks read outside the file, or overflow.
  @Test func aHostileStoreIsRefused() throws {
    let tensors = [
      #"{"a":{"dtype":"U8","shape":[2,2,2,3],"data_offsets":[0,9223372036854775807]}}"#,
      #"{"a":{"dtype":"U8","shape":[4611686018427387904,4,2,3],"data_offsets":[0,24]}}"#,
      #"{"a":{"dtype":"U8","shape":[-1,2,2,3],"data_offsets":[24,0]}}"#,
      #"{"../../a":{"dtype":"U8","shape":[1,2,4,3],"data_offsets":[0,24]}}"#,
    ]
    for header in tensors {
      var file = Data()
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
      file.append(Data(header.utf8) + Data(count: 24))
      try scratch.file("store.safetensors", file)
      try expectFault(of: sweep(store: "store.safetensors"), saying: ["store.safetensors"])
    }
    try scratch.file("store.safetensors", Data([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) + Data(count: 64))
    try expectFault(of: sweep(store: "store.safetensors"), saying: ["store.safetensors", "header"])
  }

  /// No user, not even root, can write below a regular file.
  @Test func anOutputThatCannotBeWrittenIsNamed() throws {
    let config = try TinySweep.write(in: scratch)
    try scratch.file("file", text: "mine")
    try expectFault(of: config, output: "file/run", saying: ["file/run"])
  }

  @Test func allFaultsOfASweepFileAreListed() throws {
    let config = try scratch.file(
      "faults.json",
      text: """
        {"datasets": [{"name": "synth-samm", "synthetic": {"clips": 20}}],
         "training": {"batch": -3}, "network": {"wdith": 4}, "folds": {"by": "person"}}
        """)
    try expectFault(of: config, saying: ["training.batch", "-3"], ["wdith", "width"], ["folds.by", "person"])
  }

  @Test func theOutputOfAnotherSweepIsNotChanged() throws {
    let first = try TinySweep.write(in: scratch)
    let ending = try BuiltProgram.run(
      ["sweep", "--config", first, "--output", scratch("run"), "--quiet"], in: scratch)
    try #require(ending.status == 0, "\(ending.errors)")
    let other = try TinySweep.write(in: scratch, learningRate: 2e-3, name: "other.json")
    try expectFault(
      of: other, saying: ["training.learningRate: was 0.001, now 0.002"], ["holds another sweep", "--fresh"])
  }

  @Test func wrongWordsGetTheNearestRightOne() throws {
    try expectFault(["sweep", "--confg", "a.json"], saying: ["--confg", "--config"])
    try expectFault(["swep"], saying: ["swep", "sweep"])
    let config = try TinySweep.write(in: scratch)
    try expectFault(["sweep", "--config", config, "--ranks-per-fold", "3"], saying: ["--ranks-per-fold"])
    try expectFault(["sweep"], saying: ["--config"])
  }

  /// Every rank detects it; one of them reports it.
  @Test func moreRanksPerFoldThanRanksAreRefused() throws {
    let config = try TinySweep.write(in: scratch)
    try expectFault(
      ["sweep", "--config", config, "--output", scratch("run"), "--ranks-per-fold", "8", "--quiet"],
      saying: ["--ranks-per-fold", "is 8", "the job has"])
  }

  @Test(arguments: ["difference", "flow"]) func aClipOfOneFrameHasNoMotion(_ input: String) throws {
    let writer = try ClipStoreWriter(at: scratch("store.safetensors"))
    for index in 0..<8 {
      // The fourth clip is still; the eighth too, but of an emotion that is not used.
      let frames = index % 4 == 3 ? 1 : 3
      let emotion = index == 7 ? "joy" : index % 2 == 0 ? "anger" : "fear"
      let clip = Clip(
        name: "clip-\(index)", subject: "s\(index / 2)", emotion: emotion, source: "test", fps: 100, onset: 0, apex: 0,
        offset: frames - 1, frames: frames, height: 16, width: 16)
      try [UInt8](repeating: 7, count: frames * 768).withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
    let sweep = try sweep(store: "store.safetensors", more: #", "input": "\#(input)""#)
    try expectFault(
      of: sweep, saying: ["store.safetensors, clip `clip-3`", "has one frame", "so no \(input)", "network.input"])
  }

  @Test func pretrainingOnTheClipsOfADatasetIsRefused() throws {
    try store("store.safetensors")
    let sweep = try sweep(
      store: "store.safetensors", after: #", "pretraining": {"dataset": {"store": "\#(scratch("store.safetensors"))"}}"#
    )
    try expectFault(of: sweep, saying: [scratch("store.safetensors"), "has the subject s0, as samm has"])
  }

  @Test func pretrainingOnThePeopleOfASyntheticDatasetIsRefusedBeforeTheRunBegins() throws {
    let sweep = try scratch.file(
      "sweep.json",
      text: """
        {"datasets": [{"name": "synth-samm", "synthetic": {"clips": 12, "size": 16, "seed": 3}}],
         "pretraining": {"dataset": {"synthetic": {"clips": 12, "size": 16, "seed": 3}}}}
        """)
    try expectFault(of: sweep, saying: ["pretraining.dataset.synthetic.seed: is 3", "the same people"])
    #expect(!FileManager.default.fileExists(atPath: scratch("run")))
  }

  @Test func aNetworkOfAnotherInputIsRefusedBeforeTheRunBegins() throws {
    try store("store.safetensors")
    var network = SweepConfiguration.Network()
    (network.width, network.frames, network.motionSize, network.input) = (4, 6, 16, .flow)
    let menet = RecognitionNetwork.menet(network, attention: false, classes: 2, seed: 1)
    let description = ModelDescription(classes: ["anger", "fear"], network).metadata
    try SafeTensors.write(
      menet.state, metadata: description.merging(["input": "flow"]) { $1 }, to: scratch("menet.safetensors"))
    let sweep = try sweep(store: "store.safetensors", more: #", "pretrained": "\#(scratch("menet.safetensors"))""#)
    try expectFault(
      of: sweep,
      saying: [scratch("menet.safetensors"), "was trained on flow, but network.input is frames; they must be the same"])
    #expect(!FileManager.default.fileExists(atPath: scratch("run")))
  }

  @Test func aMissingSweepFileIsNamed() throws { try expectFault(of: "nowhere.json", saying: ["nowhere.json"]) }

  // MARK: -

  private func store(_ name: String) throws {
    let small = try PatternStore(clips: 10, subjects: 4)
    try withExtendedLifetime(small) { _ = try scratch.file(name, Data(contentsOf: URL(fileURLWithPath: small.path))) }
  }

  /// Writes a sweep file with one store and returns its path.
  ///
  /// - Parameters:
  ///   - more: further settings of `network`.
  ///   - after: further settings of the file.
  private func sweep(
    store: String, classes: String = "[\"anger\", \"fear\"]", folds: Int = 2, more: String = "", after: String = ""
  ) throws -> String {
    try scratch.file(
      "sweep.json",
      text: """
        {"datasets": [{"name": "samm", "store": "\(scratch(store))", "classes": \(classes)}],
         "folds": {"count": \(folds)}, "network": {"width": 4, "motionSize": 16, "identitySize": 16\(more)},
         "training": {"batch": 6, "identityEpochs": 1, "motionEpochs": 1}\(after)}
        """)
  }

  private func expectFault(
    of config: String, output: String = "run", saying lines: [String]..., at location: SourceLocation = #_sourceLocation
  ) throws {
    try expectFault(["sweep", "--config", config, "--output", scratch(output)], lines, location)
  }

  private func expectFault(
    _ arguments: [String], saying line: [String], at location: SourceLocation = #_sourceLocation
  ) throws { try expectFault(arguments, [line], location) }

  /// Runs a command alone and on two ranks. Expects one line per fault with all the given texts, status 2 on every
  /// rank, and no change of existing files.
  private func expectFault(_ arguments: [String], _ lines: [[String]], _ location: SourceLocation) throws {
    for ranks in [nil, 2] {
      let before = try keptFiles()
      let ending = try BuiltProgram.run(arguments, ranks: ranks, reportsRanks: true, in: scratch)
      let place = "\(arguments.joined(separator: " ")) on \(ranks ?? 1): \(ending.errors)"
      #expect(ending.rankStatuses == [Int](repeating: 2, count: ranks ?? 1), "\(place)", sourceLocation: location)
      #expect(ending.faults.count == lines.count, "\(place)", sourceLocation: location)
      for words in lines {
        let isSaid = ending.faults.contains { fault in words.allSatisfy(fault.contains) }
        #expect(isSaid, "\(words) in \(place)", sourceLocation: location)
      }
      let after = try keptFiles()
      for (name, bytes) in before {
        #expect(after[name] == bytes, "\(name) changed, \(place)", sourceLocation: location)
      }
    }
  }

  private func keptFiles() throws -> [String: Data] {
    try TinySweep.files(below: scratch.path).filter { !["stdout", "stderr"].contains($0.key) }
  }
}
