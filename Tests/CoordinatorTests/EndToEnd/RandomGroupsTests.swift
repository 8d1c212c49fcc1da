import Foundation
import Ranks
import Testing

@testable import Coordinator
@testable import Core
@testable import Worker

/// Whatever ranks train a unit, and however often they change, the results have the same bits.
@Suite struct RandomGroupsTests {
  /// Sizes that are drawn anew at every decision: units in training are interrupted for no reason.
  private struct RandomSizes: GroupSizing {
    let random: CounterRandom
    let most: Int

    func decide(_ units: [GroupSizes.Unit], idle: Int) -> [Int] {
      // A decision is a function of what it is about.
      let stream = units.reduce(UInt64(idle)) { $0 &* 31 &+ UInt64(bitPattern: Int64(($1.left * 1e6).rounded())) }
      var (sizes, free) = (units.map(\.ranks), idle)
      for (index, unit) in units.enumerated() where free > 0 && unit.isReady {
        let draw = random.integer(below: 4, at: stream &+ UInt64(index))
        let wanted = min(most, 1 << draw)
        if unit.ranks == 0 {
          sizes[index] = min(wanted, GroupSizes.powerOfTwo(notAbove: free))
        } else if unit.growsAbove.isFinite, wanted > unit.ranks, wanted - unit.ranks <= free {
          sizes[index] = wanted
        }
        free -= sizes[index] - unit.ranks
      }
      return sizes
    }
  }

  private func run(_ scratch: Scratch, _ sweep: String, to output: String, ranks: Int, seed: UInt64) throws {
    let options = SweepOptions(config: sweep, output: scratch(output))
    let ends = try ThreadCommunicator.run(ranks) { world -> Coordinator.ExitStatus? in
      let console = Console(speaks: false)
      guard let start = try SweepStart(options, world, console) else { return nil }
      let sizes = ranks > 1 ? RandomSizes(random: CounterRandom(seed), most: 8) : nil
      let sessions = SweepSessions(start, options: options, world: world, console: console, sizes: sizes)
      let status = try sessions.run()
      sessions.releaseRun?()
      return status
    }
    try #require(ends.allSatisfy { $0 == .success }, "\(ends)")
  }

  @Test func everyAssignmentGivesTheSameBits() throws {
    let scratch = try Scratch()
    let sweep = try TinySweep.write(in: scratch)
    try run(scratch, sweep, to: "reference", ranks: 1, seed: 0)
    let reference = try TinySweep.science(of: scratch("reference"))
    #expect(reference.count > TinySweep.units)
    var (groups, interruptions): (Set<[Int]>, Int) = ([], 0)
    for (number, ranks) in [2, 3, 4, 5, 7, 8].enumerated() {
      try run(scratch, sweep, to: "run-\(ranks)", ranks: ranks, seed: UInt64(number))
      let files = try TinySweep.science(of: scratch("run-\(ranks)"))
      #expect(files.keys.sorted() == reference.keys.sorted(), "\(ranks) ranks")
      for (name, bytes) in files { #expect(bytes == reference[name], "\(ranks) ranks: \(name) differs") }
      let entries = try RunDirectory(path: scratch("run-\(ranks)")).entries()
      groups.formUnion(entries.compactMap(\.ranks))
      interruptions += entries.count { $0.event == .paused }
    }
    #expect(Set(groups.map(\.count)).isSuperset(of: [1, 2, 4]), "\(groups)")
    #expect(interruptions > 0, "no unit got more ranks")
  }
}
