import Foundation
import Testing

@testable import Core
@testable import Worker

/// A damaged checkpoint is detected and reported, and the one before is used.
@Suite struct DamagedCheckpointTests {
  private let tiny: TinyUnit
  private let good: Data

  /// Checkpoints of steps 4 and 5, in the middle of the second epoch.
  init() throws {
    tiny = try TinyUnit { $0.training.checkpointEverySteps = 4 }
    // Boundaries 1 to 3 are steps of the first stage, which evaluates nothing.
    _ = try tiny.run(in: "left", pauseAt: 5)
    try #require(tiny.checkpoints(in: "left") == ["step-00000004.safetensors", "step-00000005.safetensors"])
    good = try Data(contentsOf: URL(fileURLWithPath: tiny.checkpoint(5, in: "left")))
  }

  /// The error of a new unit that reads this file as its newest checkpoint.
  private func problem(_ bytes: Data, steps: Int = 5) throws -> String {
    try bytes.write(to: URL(fileURLWithPath: tiny.scratch("file.safetensors")))
    return try problem(of: tiny.scratch("file.safetensors"), steps: steps)
  }

  private func problem(of path: String, steps: Int = 5) throws -> String {
    var fitted = try tiny.fitted()
    func elements() throws -> [[Float]] { try fitted.state().tensors.map(\.tensor.elements) }
    let before = try elements()
    do {
      _ = try Checkpoint.load(path, steps: steps, tiny.owner, into: &fitted)
      return ""
    } catch {
      #expect(try elements() == before, "nothing is taken from a bad file")
      return "\(error)"
    }
  }

  /// The good checkpoint with changed parts and a correct checksum.
  private func forged(
    _ metadata: (inout [String: String]) -> Void = { _ in },
    _ tensors: (inout [(name: String, shape: [Int], values: [Float])]) -> Void = { _ in }
  ) throws -> String {
    let file = try SafeTensors(opening: tiny.checkpoint(5, in: "left"))
    var words = file.metadata
    metadata(&words)
    var contents = try file.entries.dropLast().map { entry in
      (name: entry.name, shape: entry.shape, values: try file.floats(entry.name))
    }
    tensors(&contents)
    let path = tiny.scratch("forged.safetensors")
    try SafeTensors.writeSealed(
      contents.map { SafeTensors.Content($0.0, shape: $0.1, floats: $0.2) }, metadata: words, to: path)
    return path
  }

  @Test func aGoodCheckpointIsUsed() throws {
    #expect(try problem(good) == "")
    #expect(try problem(of: forged()) == "")
  }

  @Test func everyTruncationIsFound() throws {
    for count in [0, 1, 7, 8, 9, 1000, good.count / 2, good.count - 9, good.count - 8, good.count - 1] {
      #expect(try !problem(good.prefix(count)).isEmpty, "\(count) bytes")
    }
    #expect(try !problem(good + Data([0])).isEmpty)
  }

  @Test func everyFlippedBitIsFound() throws {
    let random = CounterRandom(4)
    let locations = [0, 8, 20, good.count - 1, good.count - 8, good.count - 9]
    for location in locations + (0..<40).map({ random.integer(below: good.count, at: UInt64($0)) }) {
      var bytes = good
      bytes[location] ^= 1 << UInt8(location % 8)
      #expect(try !problem(bytes).isEmpty, "byte \(location)")
    }
  }

  @Test func anotherUnitsIsRefused() throws {
    let other = try TinyUnit(fold: 1) { $0.training.checkpointEverySteps = 4 }
    _ = try other.run(in: "left", pauseAt: 3)
    #expect(try problem(of: other.checkpoint(3, in: "left")).contains("is of another unit, synth-samm fold 1"))
  }

  @Test func anotherConfigurationsIsRefused() throws {
    let other = try TinyUnit { ($0.training.checkpointEverySteps, $0.training.learningRate) = (4, 2e-3) }
    _ = try other.run(in: "left", pauseAt: 5)
    #expect(try problem(of: other.checkpoint(5, in: "left")).contains("was written with other settings"))
  }

  /// A run grew by a dataset, a method and a seed after its unit was interrupted.
  @Test func aSweepThatGrewKeepsItsCheckpoints() throws {
    let other = try TinyUnit {
      $0.training.checkpointEverySteps = 4
      $0.methods.append("lbp-top")
      $0.seeds.append(7)
      $0.datasets.append(.init(name: "other", source: .store("other"), classes: $0.datasets[0].classes))
    }
    #expect(other.configuration.digest != tiny.configuration.digest)
    _ = try other.run(in: "left", pauseAt: 5)
    #expect(try problem(of: other.checkpoint(5, in: "left")) == "")
  }

  @Test func aNameWithAnotherStepIsRefused() throws { #expect(try problem(good, steps: 9).contains("another step")) }

  @Test func anotherFormatIsRefused() throws {
    #expect(try problem(of: forged { $0["format"] = "microfold checkpoint 3" }).contains("microfold checkpoint 2"))
    for earlier in ["microfold checkpoint 1", "microfold method checkpoint 1"] {
      #expect(try problem(of: forged { $0["format"] = earlier }).contains("was written by version 0.1"))
    }
    #expect(try problem(of: forged { $0["progress"] = nil }).contains("`progress`"))
    #expect(try problem(of: forged { $0["unit"] = "{}" }).contains("`unit`"))
  }

  /// Any content is possible, also with a correct checksum.
  @Test func progressThatCannotBeIsRefused() throws {
    func refused(_ what: String, _ change: (inout RunProgress) -> Void) throws {
      let said = try problem(of: forged { try! TestNotes.change(&$0["progress"], as: RunProgress.self, change) })
      #expect(said.contains(what), "\(what): \(said)")
    }
    try refused("steps after 1 epochs") { $0.steps = 7 }
    try refused("steps after 1 epochs") { $0.steps = -1 }
    try refused("steps after 1 epochs") { $0.steps = .max }
    try refused("another step") { $0.steps = 6 }
    try refused("epochs of 4") { $0.epochs = 5 }
    try refused("epochs of 4") { $0.epochs = .max }
    try refused("records of 1 epochs") { $0.records = [] }
    try refused("records of 1 epochs") { $0.records.append($0.records[0]) }
    try refused("where stage 1, epoch 1 ends") { $0.records[0].stage = .motion }
    try refused("where stage 1, epoch 1 ends") { $0.records[0].epoch = 9 }
    try refused("where stage 1, epoch 1 ends") { $0.records[0].steps = 9 }

    func notesRefused(_ what: String, _ change: (inout TestNotes) -> Void) throws {
      let said = try problem(of: forged { try! TestNotes.change(&$0["notes"], as: TestNotes.self, change) })
      #expect(said.contains(what), "\(what): \(said)")
    }
    try notesRefused("are not in the steps of this epoch") { $0.clips += ["stranger"] }
    try notesRefused("are not in the steps of this epoch") { $0.clips += [$0.clips[0]] }
    try notesRefused("optimizer steps") { $0.optimizerSteps["menet"] = 99 }
    try notesRefused("optimizer steps") { $0.optimizerSteps["menet"] = -1 }
    try notesRefused("optimizer steps") { $0.optimizerSteps["mine"] = nil }
    try notesRefused("selected accuracy") { $0.selectedAccuracy = 2 }
    try notesRefused("selected.") { $0.selectedAccuracy = 0.5 }
    try notesRefused("tally.motion") { $0.clips.removeLast() }
  }

  @Test func tensorsThatCannotBeAreRefused() throws {
    func index(_ name: String, _ tensors: [(name: String, shape: [Int], values: [Float])]) -> Int {
      tensors.firstIndex { $0.name == name }!
    }
    func refused(_ what: String, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void) throws {
      let said = try problem(of: forged({ _ in }, change))
      #expect(said.contains(what), "\(what): \(said)")
    }
    try refused("has `menet.conv1.weight` not") { $0.remove(at: index("menet.conv1.weight", $0)) }
    try refused("tensors that this method does not know") { $0.append(("menet.more", [1], [1])) }
    try refused("is needed") { tensors in
      let location = index("idnet.bn.weight", tensors)
      tensors[location].shape = [1] + tensors[location].shape
    }
    for value in [Float.nan, .infinity, -.infinity] {
      try refused("`mine.fc1.weight`") { $0[index("mine.fc1.weight", $0)].values[3] = value }
    }
    try refused("`menet.bn1.running_var`") { $0[index("menet.bn1.running_var", $0)].values[0] = -1 }
    try refused("`menet.adam.second.conv1.weight`") {
      $0[index("menet.adam.second.conv1.weight", $0)].values[0] = -1
    }
  }

  /// End to end, on two ranks: reported in one line, and the bits are those of an undisturbed run.
  @Test func theOlderOneIsUsedInstead() throws {
    _ = try tiny.run(in: "whole")
    let science = try tiny.science(of: "whole")
    try tiny.copy("left", to: "torn")
    try good.prefix(good.count / 3).write(to: URL(fileURLWithPath: tiny.checkpoint(5, in: "torn")))
    let end = try tiny.run(in: "torn", ranks: 2)
    #expect(end.notes.count == 1)
    #expect(end.notes[0].contains("step-00000005") && end.notes[0].hasSuffix("resuming from step-00000004.safetensors"))
    #expect(try tiny.science(of: "torn") == science)

    // A good older checkpoint is not replaced by a bad newer one.
    try tiny.copy("left", to: "again")
    try good.dropLast().write(to: URL(fileURLWithPath: tiny.checkpoint(11, in: "again")))
    try FileManager.default.removeItem(atPath: tiny.checkpoint(5, in: "again"))
    _ = try tiny.run(in: "again", pauseAt: 2)
    #expect(tiny.checkpoints(in: "again") == ["step-00000004.safetensors", "step-00000006.safetensors"])

    try tiny.copy("left", to: "both")
    for steps in [4, 5] {
      try Data("nothing".utf8).write(to: URL(fileURLWithPath: tiny.checkpoint(steps, in: "both")))
    }
    let fresh = try tiny.run(in: "both", ranks: 2)
    #expect(fresh.notes.count == 2 && fresh.notes.allSatisfy { $0.hasSuffix("the unit starts from its first step") })
    #expect(try tiny.science(of: "both") == science)
  }

  /// Doubles must be restored exactly, otherwise the metrics would differ in their last digit.
  @Test func progressComesBackToTheBit() throws {
    var notes = TestNotes(
      losses: MeanLosses(), clips: ["a\"\\\u{1F600}"], optimizerSteps: ["menet": 1], movingAverage: nil,
      selectedAccuracy: nil)
    let random = CounterRandom(7)
    for index in 0..<2000 {
      let value = Double(bitPattern: random.bits(at: UInt64(index)))
      guard value.isFinite else { continue }
      notes.movingAverage = value
      notes.losses.add(StepLosses(crossEntropy: value), clips: 1)
      guard notes.losses.mean.total.isFinite else { continue }
      let state = try MethodState(notes, tensors: [])
      let back = try state.notes(TestNotes.self, from: "test")
      #expect(back.movingAverage?.bitPattern == value.bitPattern && back == notes)
    }
  }
}

/// The part of a dual-branch checkpoint that is not tensors, with the names in the file.
private struct TestNotes: Codable, Equatable {
  var losses: MeanLosses
  var clips: [String]
  var optimizerSteps: [String: Int]
  var movingAverage, selectedAccuracy: Double?

  /// Changes a text of a checkpoint.
  static func change<Value: Codable>(
    _ text: inout String?, as type: Value.Type, _ change: (inout Value) -> Void
  ) throws {
    var value = try JSONDecoder().decode(type, from: Data((text ?? "").utf8))
    change(&value)
    text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
