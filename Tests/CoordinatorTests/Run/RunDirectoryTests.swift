import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct RunDirectoryTests {
  private let scratch: Scratch
  private let directory: RunDirectory

  init() throws {
    scratch = try Scratch()
    directory = RunDirectory(path: scratch("runs/one"))
  }

  private var configuration: SweepConfiguration { ReportFixture.configuration() }

  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func aNewRunIsMadeWithItsConfiguration() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    let identity = try directory.identity()
    #expect(identity.configuration == configuration)
    #expect(identity.digest == configuration.digest)
    #expect(identity.version == Program.version)
  }

  @Test func theSameSweepIsResumed() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    try scratch.file("runs/one/keep", text: "kept")
    for start in [SweepOptions.Start.resumeOrBegin, .resume] {
      try directory.prepare(for: configuration, start: start)
      #expect(FileManager.default.fileExists(atPath: scratch("runs/one/keep")))
    }
  }

  @Test func anotherSweepIsRefusedAndNothingIsLost() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    let before = try Data(contentsOf: URL(fileURLWithPath: directory.sweepFile))
    var other = configuration
    other.training.learningRate *= 2
    for start in [SweepOptions.Start.resumeOrBegin, .resume] {
      let said = problem { try directory.prepare(for: other, start: start) }
      #expect(said.contains(directory.path) && said.contains("another sweep") && said.contains("--output"), "\(said)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: directory.sweepFile)) == before)
  }

  /// The name and the location of a sweep do not identify it.
  @Test func aRenamedSweepIsTheSame() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    var renamed = configuration
    (renamed.name, renamed.output) = ("other", "elsewhere")
    try directory.prepare(for: renamed, start: .resume)
  }

  @Test func freshEmptiesARun() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    try scratch.file("runs/one/casme2/fold-0/full/result.json", text: "{}")
    var other = configuration
    other.seeds = [9]
    try directory.prepare(for: other, start: .fresh)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["sweep.json"])
    #expect(try directory.identity().configuration == other)
  }

  /// All files of a run are deleted, and no others, in any folder.
  @Test func freshDeletesOnlyWhatARunMakes() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    let own = [
      "folds.json", "ledger.jsonl", "report/index.html", "report/report.json", "synth-samm/store.safetensors",
      "casme2/fold-0/full/metrics.jsonl", "casme2/fold-12/ce/seed-7/menet.safetensors",
      "casme2/fold-0/full/checkpoint/step-00000012.safetensors", "casme2/fold-0/full/checkpoint/seconds",
      "casme2/fold-0/full/.idnet.safetensors.12-0.partial", "report/.report.md.1-0.partial",
      "casme2/fold-0/full/checkpoint/.step-00000012.safetensors.3-1.partial",
      "casme2/fold-0/full/arm-paper/result.json", "casme2/fold-0/full/arm-a.b/seed-7/mine.safetensors",
      "casme2/fold-0/full/arm-paper/seed-7/checkpoint/step-00000012.safetensors",
    ]
    let foreign = [
      "notes.txt", "report/figure.png", "casme2/store.safetensors", "casme2/fold-0/full/thesis.tex",
      "casme2/fold-0/full/checkpoint/step-12.safetensors", "casme2/fold-x/full/result.json",
      "casme2/fold-0/best/result.json", "stores/store.safetensors", ".git/config", "casme2/result.json",
      "a/fold-1/full/seed-1/checkpoint/old/step-00000012.safetensors", ".folds.json.partial",
      "a/fold-1/full/seed-1/arm-paper/result.json", "a/fold-1/full/paper/result.json",
      "a/fold-1/full/arm-a/seed-1/checkpoint/old/step-00000012.safetensors",
    ]
    for name in own + foreign { try scratch.file("runs/one/" + name, text: "x") }
    try FileManager.default.createDirectory(atPath: scratch("elsewhere/full"), withIntermediateDirectories: true)
    try scratch.file("elsewhere/full/result.json", text: "another run's")
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/casme2/fold-3", withDestinationPath: scratch("elsewhere"))
    try directory.prepare(for: configuration, start: .fresh)
    for name in own { #expect(!FileManager.default.fileExists(atPath: directory.path + "/" + name), "\(name)") }
    for name in foreign { #expect(FileManager.default.fileExists(atPath: directory.path + "/" + name), "\(name)") }
    #expect(FileManager.default.fileExists(atPath: scratch("elsewhere/full/result.json")), "behind a link")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/casme2/fold-12"))
  }

  /// A user's sweep file with the name `sweep.json` does not make the directory a run.
  @Test func aForeignSweepFileIsNotDeleted() throws {
    for text in ["{\"datasets\": []}", "", "[1]", "{\"digest\": 3, \"version\": \"1\"}"] {
      try scratch.file("runs/one/sweep.json", text: text)
      let said = problem { try directory.prepare(for: configuration, start: .fresh) }
      #expect(said.contains("was not written by a run") && said.contains("--output"), "\(said)")
      #expect(try String(contentsOfFile: directory.sweepFile, encoding: .utf8) == text)
    }
    // A file whose configuration can no longer be read still belongs to a run.
    try scratch.file("runs/one/sweep.json", text: #"{"digest": "d", "version": "9", "configuration": {"new": 1}}"#)
    try directory.prepare(for: configuration, start: .fresh)
    #expect(try directory.identity().configuration == configuration)
  }

  @Test func aDirectoryThatIsNotARunIsNeitherUsedNorEmptied() throws {
    try scratch.file("runs/one/thesis.tex", text: "years of work")
    for start in [SweepOptions.Start.resumeOrBegin, .fresh] {
      let said = problem { try directory.prepare(for: configuration, start: start) }
      #expect(said.contains("holds no run") && said.contains("--output"), "\(said)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["thesis.tex"])
  }

  @Test func resumeNeedsARun() throws {
    #expect(problem { try directory.prepare(for: configuration, start: .resume) }.contains("no run to resume"))
    #expect(!FileManager.default.fileExists(atPath: directory.path))
  }

  @Test func anEmptyDirectoryBecomesARun() throws {
    try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    #expect(FileManager.default.fileExists(atPath: directory.sweepFile))
  }

  @Test func aPathBelowAFileCannotBeMade() throws {
    try scratch.file("file", text: "")
    let below = RunDirectory(path: scratch("file/run"))
    #expect(problem { try below.prepare(for: configuration, start: .resumeOrBegin) }.contains("cannot be made"))
  }

  @Test func aBrokenSweepFileIsNamed() throws {
    try scratch.file("runs/one/sweep.json", text: "{\"configuration\": ")
    let said = problem { try directory.prepare(for: configuration, start: .resumeOrBegin) }
    #expect(said.contains(directory.sweepFile) && said.contains("--fresh"), "\(said)")
  }

  // MARK: - What counts as finished

  private var unit: WorkUnit { WorkUnit(dataset: "samm", fold: 1, variant: .full, seed: 2022) }

  private func finish(digest: String = String(repeating: "0f", count: 32)) throws -> UnitResult {
    let result = ReportFixture.result(unit, ["a", "b"], [])
    let text = try JSONEncoder().encode(result)
    try scratch.file("runs/one/samm/fold-1/full/result.json", text)
    try directory.record(LedgerEntry(event: .finished, unit: unit, weightsDigest: digest))
    return result
  }

  @Test func aFinishedUnitHasItsResult() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    let result = try finish()
    guard case .finished(let read)? = try directory.outcomes(configuration).first else {
      Issue.record("the unit is not finished")
      return
    }
    #expect(read == result)
  }

  @Test func aLostOrTornOrForeignResultIsNotFinished() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    _ = try finish()
    let file = directory.unit(unit, seeds: 1) + "/result.json"
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: file))
    #expect(try directory.outcomes(configuration).isEmpty, "torn")
    try FileManager.default.removeItem(atPath: file)
    #expect(try directory.outcomes(configuration).isEmpty, "lost")
    _ = try finish(digest: "another")
    #expect(try directory.outcomes(configuration).isEmpty, "of other weights")
  }

  @Test func aFailedUnitKeepsItsReason() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    try directory.record(LedgerEntry(event: .failed, unit: unit, reason: "the loss is nan"))
    guard case .failed(unit, reason: "the loss is nan")? = try directory.outcomes(configuration).first else {
      Issue.record("the unit has not failed")
      return
    }
  }

  @Test func severalSeedsHaveTheirOwnFolders() {
    #expect(directory.unit(unit, seeds: 1) == directory.path + "/samm/fold-1/full")
    #expect(directory.unit(unit, seeds: 2) == directory.path + "/samm/fold-1/full/seed-2022")
  }

  @Test func armsHaveTheirOwnFolders() {
    var unit = unit
    unit.arm = "paper"
    #expect(directory.unit(unit, seeds: 1) == directory.path + "/samm/fold-1/full/arm-paper")
    #expect(directory.unit(unit, seeds: 2) == directory.path + "/samm/fold-1/full/arm-paper/seed-2022")
  }

  /// The results of an arm are not taken for those of another one, or of a sweep without arms.
  @Test func aResultOfAnotherArmIsNotFinished() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    _ = try finish()
    var armed = unit
    armed.arm = "paper"
    let digest = String(repeating: "0f", count: 32)
    try directory.record(LedgerEntry(event: .finished, unit: armed, weightsDigest: digest))
    let path = directory.unit(armed, seeds: 1)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: directory.unit(unit, seeds: 1) + "/result.json", toPath: path + "/result.json")
    #expect(try directory.outcomes(configuration).map(\.unit) == [unit])
  }

  /// A run that an earlier version began lacks the settings that were added since.
  @Test func aRunWithoutANewerSettingHasItsDefault() throws {
    try directory.prepare(for: configuration, start: .resumeOrBegin)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory.sweepFile))
    var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var stored = try #require(record["configuration"] as? [String: Any])
    var network = try #require(stored["network"] as? [String: Any])
    network["estimator"] = nil
    stored["network"] = network
    record["configuration"] = stored
    try scratch.file("runs/one/sweep.json", try JSONSerialization.data(withJSONObject: record))
    #expect(try directory.identity().configuration == configuration)
    try directory.prepare(for: configuration, start: .resume)
  }
}

extension RunDirectory {
  fileprivate func record(_ entry: LedgerEntry) throws { try record([entry]) }

  /// Prepares the directory, and releases it at once.
  fileprivate func prepare(for configuration: SweepConfiguration, start: SweepOptions.Start) throws {
    try prepare(for: configuration, start: start, owner: .here(ranks: 1), note: { _ in }).lock.release()
  }
}
