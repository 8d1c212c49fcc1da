import Foundation
import Ranks
import Testing

@testable import Core
@testable import Worker

/// An error that one rank finds is thrown on all ranks at once.
@Suite struct AgreementTests {
  private let host = ProcessInfo.processInfo.hostName

  /// The result of each rank, or its error as text.
  private func ends(
    _ ranks: Int, _ body: @Sendable @escaping (Int) throws -> Int
  ) throws -> [String] {
    try ThreadCommunicator.run(ranks) { group in
      do { return "\(try group.onEveryRank { try body(group.rank) })" } catch { return "\(error)" }
    }
  }

  @Test(arguments: [1, 2, 4]) func everyRankKeepsItsResultWhereNoneFails(_ ranks: Int) throws {
    #expect(try ends(ranks) { $0 * 10 } == (0..<ranks).map { "\($0 * 10)" })
  }

  @Test func aFaultOfOneRankIsThatOfAll() throws {
    let said = try ends(4) { rank in
      if rank >= 2 { throw Fault(at: "file \(rank)", "is missing") }
      return rank
    }
    #expect(said == [String](repeating: "file 2: is missing (on \(host))", count: 4))
  }

  @Test func severalFaultsStaySeveral() throws {
    let lists = try ThreadCommunicator.run(2) { group -> [Fault] in
      do {
        try group.onEveryRank {
          if group.rank == 1 { throw Faults([Fault(at: "a\n", "x"), Fault(at: "b", "y\nz")]) }
        }
        return []
      } catch let faults as Faults {
        return faults.faults
      }
    }
    let expected = [Fault(at: "a\n", "x (on \(host))"), Fault(at: "b", "y\nz (on \(host))")]
    #expect(lists == [expected, expected])
  }

  @Test func aSingleRankThrowsWhatItFound() throws {
    #expect(try ends(1) { _ in throw Fault(at: "file", "is missing") } == ["file: is missing"])
  }

  @Test func faultsOfTheFirstRankReachAll() throws {
    let said = try ThreadCommunicator.run(2) { group in
      do {
        try group.onFirstRank { throw Faults([Fault(at: "a", "x"), Fault(at: "b", "y")]) }
        return ""
      } catch { return "\(error)" }
    }
    #expect(said == ["a: x\nb: y", "a: x\nb: y"])
  }
}

/// Units in which only some ranks find an error: they fail on all ranks, and no rank waits for another.
@Suite struct OneSidedFailureTests {
  /// How the run ended on a rank: the error as text, or nothing.
  private static func error(_ body: () throws -> UnitRun.Ending) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }

  /// A copy of the unit's store without its pixels, as one host may have it.
  private func cutOff(_ tiny: TinyUnit, _ name: String = "copy.safetensors") throws -> ClipStore {
    try FileManager.default.copyItem(atPath: tiny.store.path, toPath: tiny.scratch(name))
    let store = try ClipStore(opening: tiny.scratch(name))
    truncate(tiny.scratch(name), 1000)
    return store
  }

  private func expectAlike(_ said: [String], _ words: [String], _ comment: String = "") {
    #expect(Set(said).count == 1, "\(comment): \(said)")
    for word in words { #expect(said[0].contains(word), "\(comment): \(said[0])") }
  }

  @Test(arguments: [2, 4]) func weightsThatOneHostLacksFailTheUnitOnAllRanks(_ ranks: Int) throws {
    let tiny = try TinyUnit()
    let said = try ThreadCommunicator.run(ranks) { group in
      Self.error {
        try tiny.unitRun(in: "unit", group) {
          if group.rank == 1 { $0.network.pretrained = tiny.scratch("none.safetensors") }
        }.run()
      }
    }
    expectAlike(said, ["none.safetensors", "cannot be read", "on \(ProcessInfo.processInfo.hostName)"])
  }

  @Test(arguments: [2, 4]) func clipsThatOneHostCannotReadFailTheUnitOnAllRanks(_ ranks: Int) throws {
    let tiny = try TinyUnit()
    let broken = try cutOff(tiny)
    let said = try ThreadCommunicator.run(ranks) { group in
      Self.error { try tiny.unitRun(in: "unit", group, store: group.rank == 1 ? broken : nil).run() }
    }
    expectAlike(said, [broken.path, "clip `", "truncated"])
  }

  /// At every boundary, also those of evaluations, on ranks that read the truncated copy and on ranks that do not.
  @Test func aStoreCutOffAtAnyBoundaryFailsTheUnitAndCostsNothing() throws {
    let tiny = try TinyUnit()
    let whole = try tiny.run(in: "whole")
    let science = try tiny.science(of: "whole")
    var failures = 0
    for boundary in 1...whole.boundaries {
      let (ranks, folder) = ([1, 2, 4][boundary % 3], "cut-\(boundary)")
      let copy = tiny.scratch("\(folder).safetensors")
      try FileManager.default.copyItem(atPath: tiny.store.path, toPath: copy)
      let broken = try ClipStore(opening: copy)
      let said = try ThreadCommunicator.run(ranks) { group in
        let last = group.rank == ranks - 1
        let supervisor = TestSupervisor { if last, $0 == boundary { truncate(copy, 1000) } }
        return Self.error { try tiny.unitRun(in: folder, group, supervisor, store: last ? broken : nil).run() }
      }
      if said[0].isEmpty {
        #expect(Set(said) == [""], "\(said)")
      } else {
        failures += 1
        expectAlike(said, [copy, "clip `", "truncated"], "boundary \(boundary)")
      }
      // With the complete store the unit resumes from where it failed.
      #expect(try tiny.run(in: folder).notes.isEmpty)
      #expect(try tiny.science(of: folder) == science, "boundary \(boundary), \(ranks) ranks")
    }
    #expect(failures > whole.boundaries / 2)
  }

  @Test func featuresThatOneHostCannotComputeFailTheUnitOnAllRanks() throws {
    let tiny = try TinyUnit()
    let broken = try cutOff(tiny)
    let method = try #require(Catalogue.method(named: "mdmo"))
    let said = try ThreadCommunicator.run(2) { group in
      Self.error { try tiny.unitRun(in: "unit", group, store: group.rank == 1 ? broken : nil, method: method).run() }
    }
    expectAlike(said, [broken.path, "clip `", "truncated"])
  }

  /// A method that cannot begin on one rank.
  private struct Choosy: Core.Method {
    let fails: Bool
    var about: MethodDescription {
      MethodDescription(name: "choosy", title: "Choosy", paper: nil, settings: [], changes: [])
    }
    func begin(_ fold: MethodFold) throws -> any FittedMethod {
      if fails { throw Fault(at: "landmarks", "are missing") }
      return MajorityClass().begin(fold)
    }
  }

  @Test func aMethodThatCannotBeginOnOneRankFailsTheUnitOnAllRanks() throws {
    let tiny = try TinyUnit()
    let said = try ThreadCommunicator.run(2) { group in
      Self.error { try tiny.unitRun(in: "unit", group, method: Choosy(fails: group.rank == 1)).run() }
    }
    expectAlike(said, ["landmarks: are missing"])
  }
}
