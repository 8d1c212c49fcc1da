import Foundation
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// The output and the exit status of `microfold status`.
@Suite struct RunStatusTests {
  private let scratch: Scratch
  private let directory: RunDirectory
  private let owner = RunOwner.here(ranks: 2)

  init() throws {
    scratch = try Scratch()
    directory = RunDirectory(path: scratch.path)
  }

  private func status() throws -> RunStatus { try RunStatus.read(of: directory) }

  @Test func everyEndHasItsStatus() throws {
    let file = StatusFile(directory.statusFile, owner: owner)
    try file.count(units: 4, done: 1, failed: 0, isUrgent: true)
    try file.enter(.stopped, .paused)
    #expect(try status().exit == .paused)
    try file.count(units: 4, done: 4, failed: 0, isUrgent: true)
    try file.enter(.finished, .success)
    #expect(try status().exit == .success)
    #expect(try status().done == 4)
    try file.count(units: 4, done: 3, failed: 1, isUrgent: true)
    try file.enter(.finished, .failedUnits)
    #expect(try status().exit == .failedUnits)
    try file.enter(.failed, .usage, reason: "the store is gone")
    #expect(try status().exit == .usage)
    #expect(try status().line("r").contains("the store is gone"))
  }

  @Test func theUnitsOfEachArmAreCounted() throws {
    let file = StatusFile(directory.statusFile, owner: owner)
    let arms = [
      RunStatus.Arm(name: "paper", units: 2, done: 2, failed: 0),
      RunStatus.Arm(name: "recipe", units: 2, done: 1, failed: 1),
    ]
    try file.count(units: 4, done: 3, failed: 1, arms: arms)
    try file.enter(.finished, .failedUnits)
    #expect(try status().arms == arms)
    #expect(try status().line("r").contains("; paper 2 of 2, recipe 1 of 2, 1 failed; "))
  }

  @Test func aRunIsRunningWhileItsOwnerIsAlive() throws {
    try StatusFile(directory.statusFile, owner: owner).enter(.running)
    let lock = try RunLock.take(scratch.path, owner, note: { _ in }).lock
    #expect(try status().exit == .running)
    lock.release()
    #expect(try status().state == .interrupted)
    #expect(try status().exit == .paused, "the same command resumes it")
    #expect(try status().line("r").contains("; resume with: "))
  }

  @Test func aRunWhoseOwnerWasKilledIsInterrupted() throws {
    try StatusFile(directory.statusFile, owner: owner).enter(.running)
    var gone = owner
    gone.process.start = "1"
    try LockFile.bytes(gone).write(to: URL(fileURLWithPath: LockFile(of: scratch.path).path))
    #expect(try status().state == .interrupted)
  }

  @Test func aDirectoryWithoutARunIsAFault() throws {
    #expect(throws: Fault.self) { _ = try status() }
  }

  @Test func theFileIsNotWrittenForEveryUnit() throws {
    let file = StatusFile(directory.statusFile, owner: owner)
    try file.enter(.running)
    for done in 1...100 { try file.count(units: 100, done: done, failed: 0) }
    let written = try JSONDecoder().decode(
      RunStatus.self, from: Data(contentsOf: URL(fileURLWithPath: directory.statusFile)))
    #expect(written.done == 0, "within two seconds of the last writing")
    try file.enter(.finished, .success)
    #expect(try status().done == 100)
  }
}
