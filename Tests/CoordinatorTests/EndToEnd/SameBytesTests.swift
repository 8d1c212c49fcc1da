import Foundation
import Testing

@testable import Core

/// The main property of the program: the same bytes on any number of ranks and threads.
@Suite(.serialized) struct SameBytesTests {
  /// How a sweep is run.
  struct Layout: CustomStringConvertible {
    /// Ranks for mpirun; nil runs without it.
    var ranks: Int?
    var ranksPerFold = 1
    var threads = 1

    var description: String {
      "\(ranks.map { "mpirun -n \($0)" } ?? "no mpirun"), \(ranksPerFold) ranks per fold, \(threads) threads"
    }
  }

  static let layouts = [
    Layout(threads: 2), Layout(threads: 3), Layout(threads: 8), Layout(ranks: 1), Layout(ranks: 2),
    Layout(ranks: 2, ranksPerFold: 2, threads: 2),
    Layout(ranks: 4), Layout(ranks: 4, ranksPerFold: 2), Layout(ranks: 4, ranksPerFold: 4),
    Layout(ranks: 4, ranksPerFold: 4, threads: 2), Layout(ranks: 8, ranksPerFold: 8),
  ]

  @Test func everyLayoutGivesTheSameReportAndWeights() throws {
    let scratch = try Scratch()
    let sweep = try TinySweep.write(in: scratch)
    let reference = try run(Layout(), sweep, scratch, output: "reference")
    #expect(reference.keys.count { $0.hasSuffix("/menet.safetensors") } == TinySweep.units)
    #expect(reference.keys.count { $0.hasSuffix("/mine.safetensors") } == TinySweep.units)
    #expect(reference["report/report.json"] != nil && reference["report/predictions.csv"] != nil)
    for (index, layout) in Self.layouts.enumerated() {
      let files = try run(layout, sweep, scratch, output: "run-\(index)")
      #expect(files.keys.sorted() == reference.keys.sorted(), "\(layout)")
      for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
        #expect(bytes == reference[name], "\(layout): \(name) differs")
      }
    }
  }

  /// Runs the sweep and checks that the groups had the requested size: a group of one rank would prove nothing.
  private func run(_ layout: Layout, _ sweep: String, _ scratch: Scratch, output: String) throws -> [String: Data] {
    let ending = try BuiltProgram.run(
      [
        "sweep", "--config", sweep, "--output", scratch(output), "--ranks-per-fold", "\(layout.ranksPerFold)",
        "--threads", "\(layout.threads)", "--progress", "none",
      ], ranks: layout.ranks, in: scratch)
    try #require(ending.status == 0, "\(layout): \(ending.errors)")
    let results = try TinySweep.results(of: scratch(output))
    #expect(results.count == TinySweep.units)
    #expect(results.allSatisfy { $0.ranks == layout.ranksPerFold }, "\(layout): ranks \(results.map(\.ranks))")
    let (ranks, threads) = (layout.ranks ?? 1, layout.threads)
    #expect(
      ending.errors.contains { $0.contains("\(ranks) rank") && $0.contains("\(threads) thread") },
      "\(layout): \(ending.errors)")
    return try TinySweep.science(of: scratch(output))
  }
}
