import Foundation
import Testing

@testable import Core

/// Sweeps of all methods: the same bytes on any number of ranks and threads, also after resuming.
@Suite(.serialized) struct MethodSweepTests {
  private static let methods = Catalogue.names.filter { $0 != "menet" }

  private func run(_ words: [String], ranks: Int?, _ scratch: Scratch) throws -> BuiltProgram.Ending {
    let sweep = try TinySweep.write(in: scratch, methods: Self.methods)
    return try BuiltProgram.run(["sweep", "--config", sweep, "--progress", "none"] + words, ranks: ranks, in: scratch)
  }

  @Test func everyMethodGivesTheSameBytesOnAnyRanks() throws {
    let scratch = try Scratch()
    let first = try run(["--output", scratch("one"), "--threads", "1"], ranks: nil, scratch)
    try #require(first.status == 0, "\(first.errors)")
    let reference = try TinySweep.science(of: scratch("one"))
    #expect(reference.keys.count { $0.hasSuffix("/model.safetensors") } == 4 * Self.methods.count)
    for (ranks, perFold, threads) in [(1, 1, 3), (2, 1, 1), (4, 4, 1), (4, 2, 2)] {
      let output = scratch("\(ranks)-\(perFold)-\(threads)")
      let end = try run(
        ["--output", output, "--threads", "\(threads)", "--ranks-per-fold", "\(perFold)"], ranks: ranks, scratch)
      try #require(end.status == 0, "\(end.errors)")
      let files = try TinySweep.science(of: output)
      #expect(files.keys.sorted() == reference.keys.sorted())
      for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
        #expect(bytes == reference[name], "\(ranks) ranks, \(perFold) per fold, \(threads) threads: \(name) differs")
      }
    }
    let report = try String(contentsOfFile: scratch("one/report/report.md"), encoding: .utf8)
    for method in Self.methods { #expect(report.contains(method), "\(method)") }
  }

  @Test func aMethodThatIsNotKnownIsRefused() throws {
    let scratch = try Scratch()
    let sweep = try TinySweep.write(in: scratch, methods: ["menet", "lbp-tup", "menet"])
    let end = try BuiltProgram.run(["sweep", "--config", sweep, "--output", scratch("run")], ranks: nil, in: scratch)
    #expect(end.status == 2)
    #expect(end.errors.contains { $0.contains("methods[1]") && $0.contains("lbp-top") }, "\(end.errors)")
    #expect(
      end.errors.contains { $0.contains("methods[2]") && $0.contains("each method is run once") }, "\(end.errors)")
  }
}
