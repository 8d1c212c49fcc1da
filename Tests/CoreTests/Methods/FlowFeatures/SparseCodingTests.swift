import Foundation
import Testing

@testable import Core

@Suite struct SparseCodingTests {
  private var settings: SparseCoding {
    var settings = SparseCoding()
    (settings.size, settings.rounds) = (7, 8)
    return settings
  }

  private let atoms = (0..<30).map { i in
    (0..<5).map { Float(CounterRandom(4, UInt64(i)).normal(at: UInt64($0))) }
  }

  @Test func theObjectiveNeverRises() throws {
    for (graph, sparsity) in [(0.1, 0.1), (2.0, 0.3), (0, 0)] {
      var settings = settings
      (settings.graphWeight, settings.sparsity) = (graph, sparsity)
      let objective = try settings.learn(atoms, CounterRandom(1)).objective
      #expect(objective.count == 8)
      for (before, after) in zip(objective, objective.dropFirst()) { #expect(after <= before + 1e-12 * objective[0]) }
      #expect(objective[7] < objective[0])
    }
  }

  /// Rounded to floats.
  @Test func columnsHaveLengthAtMostOne() throws {
    for column in try settings.learn(atoms, CounterRandom(1)).dictionary.columns {
      #expect(column.reduce(0) { $0 + $1 * $1 } <= 1 + 1e-6)
    }
  }

  @Test func aDictionaryIsTheSameForTheSameStream() throws {
    let first = try settings.learn(atoms, CounterRandom(1)).dictionary
    #expect(try first == settings.learn(atoms, CounterRandom(1)).dictionary)
    #expect(try first != settings.learn(atoms, CounterRandom(2)).dictionary)
  }

  /// With one column of length 1 the code of x is d·x, drawn towards 0 by β/2: 3·0.6 + 4·0.8 - 0.5 = 4.5.
  @Test func aCodeIsASoftThresholdedProjection() {
    var settings = SparseCoding()
    settings.sparsity = 1
    let dictionary = SparseDictionary(columns: [[0.6, 0.8]], scale: 1, settings: settings)
    #expect(abs(dictionary.features(of: [[3, 4]])[0] - 4.5) < 1e-6)
    #expect(dictionary.features(of: [[0.3, 0.1]]) == [0])
    #expect(abs(dictionary.features(of: [[3, 4], [0, 0]])[0] - 2.25) < 1e-6)
  }

  @Test func framesWithoutMotionAreCodedAsZeros() throws {
    let still = [[Float]](repeating: [0, 0, 0], count: 2)
    let learned = try settings.learn(still, CounterRandom(1))
    #expect(learned.dictionary.features(of: still) == [Float](repeating: 0, count: 7))
    #expect(learned.objective.allSatisfy { $0 == 0 })
  }

  @Test func neighboursAreMutual() {
    let graph = NeighbourGraph([[0], [1], [10], [11], [3]], neighbours: 1)
    #expect(graph.neighbours == [[1], [0, 4], [3], [2], [1]])
  }
}
