import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// A store that changes between two starts of a sweep is refused; one that changes while it is read only fails units.
@Suite(.serialized) struct ChangedStoreTests {
  private let scratch: Scratch
  private let config: String

  init() throws {
    scratch = try Scratch()
    config = try scratch.file(
      "sweep.json",
      text: """
        {"datasets": [{"name": "small", "store": "\(scratch("store.safetensors"))", "classes": ["anger", "fear"]}],
         "folds": {"count": 2}, "network": {"width": 4, "frames": 3, "motionSize": 16, "identitySize": 16},
         "training": {"batch": 6, "identityEpochs": 1, "motionEpochs": 4}}
        """)
    try store()
  }

  /// Clips with the same names, labels and subjects, and other pixels or another apex.
  private func store(apex: Int = 2, brightness: Int = 0, into name: String = "store.safetensors") throws {
    let writer = try ClipStoreWriter(at: scratch(name))
    for index in 0..<16 {
      let clip = Clip(
        name: "clip-\(10 + index)", subject: "s\(index % 4)", emotion: index / 4 % 2 == 0 ? "anger" : "fear",
        source: "test", fps: 100, onset: 0, apex: apex, offset: 5, frames: 6, height: 16, width: 16)
      let pixels = (0..<6 * 768).map { UInt8(truncatingIfNeeded: $0 * 7 + index * 31 + brightness) }
      try pixels.withUnsafeBytes { try writer.append(clip, pixels: $0) }
    }
    try writer.commit()
  }

  private func words(_ output: String = "run", ranksPerFold: Int = 1) -> [String] {
    [
      "sweep", "--config", config, "--output", scratch(output), "--threads", "1", "--progress", "none",
      "--ranks-per-fold", "\(ranksPerFold)",
    ]
  }

  private func sweep(_ output: String = "run", ranks: Int? = nil) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(words(output, ranksPerFold: ranks ?? 1), ranks: ranks, in: scratch)
  }

  private func expectRefused(_ location: SourceLocation = #_sourceLocation) throws {
    let before = try TinySweep.files(below: scratch("run"))
    let ending = try sweep()
    #expect(ending.status == 2 && ending.faults.count == 1, "\(ending.errors)", sourceLocation: location)
    #expect(
      ending.faults.first?.contains("its store now holds other frames or descriptions than when the run began") == true,
      "\(ending.errors)", sourceLocation: location)
    #expect(try TinySweep.files(below: scratch("run")) == before, sourceLocation: location)
  }

  @Test func otherPixelsOfTheSameNamesAndLabelsAreRefused() throws {
    #expect(try sweep().status == 0)
    try store(brightness: 1)
    try expectRefused()
    // With the original store again, the run resumes.
    try store()
    #expect(try sweep().status == 0)
  }

  @Test func anotherApexIsRefused() throws {
    #expect(try sweep().status == 0)
    try store(apex: 3)
    try expectRefused()
  }

  /// A run of MicroFold 0.1 has no digest of the content, and resumes.
  @Test func aRunWithoutADigestResumes() throws {
    #expect(try sweep().status == 0)
    let path = scratch("run/folds.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let old = lines.filter { !$0.contains("\"contentDigest\"") }.joined(separator: "\n")
    #expect(old.utf8.count < text.utf8.count)
    try scratch.file("run/folds.json", text: old)
    try store(apex: 3)
    let ending = try sweep()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == old)
  }

  // MARK: - While a sweep runs

  /// Disturbs the store after a unit has a checkpoint. The sweep ends with a status above 0, and resumes when the store
  /// is restored.
  private func expectFailedUnits(ranks: Int?, _ words: [String], disturb: () throws -> Void) throws {
    let program = try RunningProgram(
      self.words(ranksPerFold: ranks ?? 1) + ["--stall-timeout", "300"], ranks: ranks, in: scratch)
    let begun = try program.waits {
      let names = FileManager.default.enumerator(atPath: scratch("run"))?.compactMap { $0 as? String } ?? []
      return names.contains { $0.contains("/checkpoint/step-") }
    }
    try #require(begun, "it ended before it was disturbed: \(program.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch("store.safetensors")))
    try disturb()
    // `end` waits for one minute, much less than the stall timeout.
    #expect(try program.end() == 1, "\(program.errors)")
    let isSaid = program.errors.contains { line in words.allSatisfy(line.contains) }
    #expect(isSaid, "\(words) in \(program.errors)")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch("store.safetensors")))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: bytes)
    try file.close()
    let again = try sweep(ranks: ranks)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try sweep("undisturbed").status == 0)
    let (one, other) = (try TinySweep.science(of: scratch("run")), try TinySweep.science(of: scratch("undisturbed")))
    for (name, bytes) in other { #expect(one[name] == bytes, "\(name)") }
  }

  @Test(arguments: [nil, 2]) func aStoreThatIsCutOffFailsUnitsByName(_ ranks: Int?) throws {
    try expectFailedUnits(
      ranks: ranks, [scratch("store.safetensors"), "clip `clip-", "truncated", "run the same command"]
    ) { truncate(scratch("store.safetensors"), 3000) }
  }

  @Test func aStoreThatIsWrittenOverFailsUnitsByName() throws {
    try expectFailedUnits(ranks: nil, [scratch("store.safetensors"), "clip `clip-", "changed while it was in use"]) {
      let path = scratch("store.safetensors")
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try file.seek(toOffset: 0)
      let first = try file.read(upToCount: 1) ?? Data()
      try file.seek(toOffset: 0)
      try file.write(contentsOf: first)
      try file.close()
    }
  }

  // MARK: - doctor

  private func doctor(ranks: Int? = nil) throws -> BuiltProgram.Ending {
    try BuiltProgram.run(["doctor", "--config", config, "--threads", "1"], ranks: ranks, in: scratch)
  }

  @Test(arguments: [nil, 2]) func doctorFindsAFlippedByte(_ ranks: Int?) throws {
    let well = try doctor(ranks: ranks)
    #expect(well.output.contains { $0.contains("16 clips in") && $0.contains("with the frames that were written") })
    let path = scratch("store.safetensors")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // In the second frame of the last clip, where no sample is taken.
    bytes[bytes.count - 4 * 768 - 5] ^= 1
    try scratch.file("store.safetensors", bytes)
    let ill = try doctor(ranks: ranks)
    #expect(ill.status == 1)
    let isSaid = ill.output.contains { $0.contains(path) && $0.contains("differ from those that were written") }
    #expect(isSaid, "\(ill.output)")
  }

  @Test func doctorNamesAStoreThatCannotBeCompared() throws {
    let text = #"{"subject":"s0","emotion":"anger","source":"x","fps":50,"onset":0,"apex":1,"offset":2}"#
    let clips = (0..<8).map { "c\($0)" }
    try SafeTensors.write(
      clips.map { .init($0, shape: [3, 16, 16, 3], bytes: [UInt8](repeating: 7, count: 3 * 768)) },
      metadata: Dictionary(
        uniqueKeysWithValues: clips.enumerated().map { index, name in
          let subject = text.replacingOccurrences(of: "s0", with: "s\(index % 4)")
          return (name, index < 4 ? subject : subject.replacingOccurrences(of: "anger", with: "fear"))
        }),
      to: scratch("store.safetensors"))
    let ending = try doctor()
    #expect(ending.status == 0, "\(ending.output) \(ending.errors)")
    let isSaid = ending.output.contains { $0.contains("! store") && $0.contains("has no digest of its frames") }
    #expect(isSaid, "\(ending.output)")
  }
}

/// Hosts must have the same store.
@Suite struct SweepStoreTests {
  @Test func anotherStoreThanRank0sIsAFaultThatNamesIt() {
    #expect(SweepStore.difference("a", from: "a", at: "store") == nil)
    #expect(SweepStore.difference("a", from: nil, at: "store") == nil)
    let fault = SweepStore.difference("a", from: "b", at: "store")
    #expect(fault?.description.hasPrefix("store: holds other frames or descriptions than on rank 0's host") == true)
  }
}
