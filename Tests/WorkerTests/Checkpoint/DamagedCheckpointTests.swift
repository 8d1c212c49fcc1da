import Foundation
import Testing

@testable import Core
@testable import Worker

/// A checkpoint that is not as it should be is found out and said, and the one before is used.
@Suite struct DamagedCheckpointTests {
  private let tiny: TinyUnit
  private let good: Data

  /// Checkpoints of steps 4 and 5, in the midst of the second epoch.
  init() throws {
    tiny = try TinyUnit { $0.training.checkpointEverySteps = 4 }
    // Boundaries 1 to 3 are steps of the first stage, which evaluates nothing.
    _ = try tiny.run(in: "left", pauseAt: 5)
    try #require(tiny.checkpoints(in: "left") == ["step-00000004.safetensors", "step-00000005.safetensors"])
    good = try Data(contentsOf: URL(fileURLWithPath: tiny.checkpoint(5, in: "left")))
  }

  /// What a fresh trainer says of a file in the place of the newest checkpoint.
  private func problem(_ bytes: Data, steps: Int = 5) throws -> String {
    try bytes.write(to: URL(fileURLWithPath: tiny.scratch("file.safetensors")))
    return try problem(of: tiny.scratch("file.safetensors"), steps: steps)
  }

  private func problem(of path: String, steps: Int = 5) throws -> String {
    let trainer = try tiny.trainer(in: "elsewhere", LocalCommunicator())
    let before = trainer.state.tensors.map(\.tensor.elements)
    do {
      try trainer.state.load(
        path, steps: steps, trainer.schedule, clips: Set(trainer.data.training.map(\.name)),
        CheckpointOwner(unit: tiny.unit, digest: tiny.configuration.digest))
      return ""
    } catch {
      #expect(trainer.state.tensors.map(\.tensor.elements) == before, "nothing is taken from a bad file")
      return "\(error)"
    }
  }

  /// The good checkpoint with its parts changed, under a seal that fits.
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

  @Test func theGoodOneIsTaken() throws {
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
    let places = [0, 8, 20, good.count - 1, good.count - 8, good.count - 9]
    for place in places + (0..<40).map({ random.integer(below: good.count, at: UInt64($0)) }) {
      var bytes = good
      bytes[place] ^= 1 << UInt8(place % 8)
      #expect(try !problem(bytes).isEmpty, "byte \(place)")
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
    #expect(try problem(of: other.checkpoint(5, in: "left")).contains("is of another configuration"))
  }

  @Test func aNameThatLiesIsRefused() throws { #expect(try problem(good, steps: 9).contains("another step")) }

  @Test func anotherFormatIsRefused() throws {
    #expect(try problem(of: forged { $0["format"] = "microfold checkpoint 2" }).contains("microfold checkpoint 1"))
    #expect(try problem(of: forged { $0["progress"] = nil }).contains("`progress`"))
    #expect(try problem(of: forged { $0["unit"] = "{}" }).contains("`unit`"))
  }

  /// What is written may be anything, also under a seal that fits.
  @Test func progressThatCannotBeIsRefused() throws {
    func refused(_ what: String, _ change: (inout TrainingProgress) -> Void) throws {
      let path = try forged { words in
        var progress = try! JSONDecoder().decode(TrainingProgress.self, from: Data(words["progress"]!.utf8))
        change(&progress)
        words["progress"] = String(decoding: try! JSONEncoder().encode(progress), as: UTF8.self)
      }
      let said = try problem(of: path)
      #expect(said.contains(what), "\(what): \(said)")
    }
    try refused("steps into an epoch") { $0.batches = 4 }
    try refused("steps into an epoch") { $0.batches = -1 }
    try refused("steps into an epoch") { $0.batches = .max }
    try refused("another step") { $0.batches = 3 }
    try refused("where stage 1, epoch 1 ends") { $0.epochs[0].stage = .motion }
    try refused("where stage 1, epoch 1 ends") { $0.epochs[0].epoch = 9 }
    try refused("where stage 1, epoch 1 ends") { $0.epochs[0].steps = 9 }
    try refused("epochs of 4") { $0.epochs = Array(repeating: $0.epochs[0], count: 5) }
    try refused("cannot have seen") { $0.clips += ["stranger"] }
    try refused("cannot have seen") { $0.clips += [$0.clips[0]] }
    try refused("optimizer steps") { $0.optimizerSteps["menet"] = 99 }
    try refused("optimizer steps") { $0.optimizerSteps["menet"] = -1 }
    try refused("optimizer steps") { $0.optimizerSteps["mine"] = nil }
    try refused("selected accuracy") { $0.selectedAccuracy = 2 }
    try refused("selected.") { $0.selectedAccuracy = 0.5 }
    try refused("tally.motion") { $0.clips.removeLast() }
  }

  @Test func tensorsThatCannotBeAreRefused() throws {
    func index(_ name: String, _ tensors: [(name: String, shape: [Int], values: [Float])]) -> Int {
      tensors.firstIndex { $0.name == name }!
    }
    func refused(_ what: String, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void) throws {
      let said = try problem(of: forged({ _ in }, change))
      #expect(said.contains(what), "\(what): \(said)")
    }
    try refused("has no tensor `menet.conv1.weight`") { $0.remove(at: index("menet.conv1.weight", $0)) }
    try refused("tensors that no checkpoint has") { $0.append(("menet.more", [1], [1])) }
    try refused("is needed") { tensors in
      let place = index("idnet.bn.weight", tensors)
      tensors[place].shape = [1] + tensors[place].shape
    }
    for value in [Float.nan, .infinity, -.infinity] {
      try refused("`mine.fc1.weight`") { $0[index("mine.fc1.weight", $0)].values[3] = value }
    }
    try refused("`menet.bn1.running_var`") { $0[index("menet.bn1.running_var", $0)].values[0] = -1 }
    try refused("`menet.adam.second.conv1.weight`") {
      $0[index("menet.adam.second.conv1.weight", $0)].values[0] = -1
    }
  }

  /// End to end, on two ranks: said in one line, and the bits are those of an undisturbed run.
  @Test func theOlderOneIsUsedInstead() throws {
    _ = try tiny.run(in: "whole")
    let science = try tiny.science(of: "whole")
    try tiny.copy("left", to: "torn")
    try good.prefix(good.count / 3).write(to: URL(fileURLWithPath: tiny.checkpoint(5, in: "torn")))
    let end = try tiny.run(in: "torn", ranks: 2)
    #expect(end.notes.count == 1)
    #expect(end.notes[0].contains("step-00000005") && end.notes[0].hasSuffix("going on from step-00000004.safetensors"))
    #expect(try tiny.science(of: "torn") == science)

    // A good older one is not pushed out by a bad newer one.
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

  /// Doubles have to come back as they were, or the metrics would differ in their last digit.
  @Test func progressComesBackToTheBit() throws {
    var progress = TrainingProgress(
      epochs: [EpochRecord(stage: .identity, epoch: 1, steps: 3, losses: StepLosses())], batches: 1,
      losses: MeanLosses(), clips: ["a\"\\\u{1F600}"], optimizerSteps: ["menet": 1], movingAverage: nil,
      selectedAccuracy: nil)
    let random = CounterRandom(7)
    for index in 0..<2000 {
      let value = Double(bitPattern: random.bits(at: UInt64(index)))
      guard value.isFinite else { continue }
      progress.movingAverage = value
      progress.epochs[0].losses.total = value
      let text = try JSONEncoder().encode(progress)
      let back = try JSONDecoder().decode(TrainingProgress.self, from: text)
      #expect(back.movingAverage?.bitPattern == value.bitPattern && back == progress)
    }
  }
}
