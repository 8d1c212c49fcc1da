import Testing

@testable import Core

/// Which action units are nodes, how they are linked, and what a clip's targets are.
@Suite struct ActionUnitGraphTests {
  private func units(_ text: String) throws -> ActionUnits { try ActionUnits(parsing: text) }

  /// 4 occurs in four clips, 7 in three, twice with 4; 12 in two, once with 7; 1 in one.
  @Test func edgesAreSharesOfClips() throws {
    let clips = try ["4", "L4+7", "4+R7", "12+7", "12", "1+4"].map(units)
    let graph = ActionUnitGraph(clips, most: 5, least: 2)
    #expect(graph.units == [4, 7, 12])
    let expected: [[Double]] = [[1, 0.5, 0], [2.0 / 3, 1, 1.0 / 3], [0, 0.5, 1]]
    #expect(graph.adjacency == expected)
    #expect(ActionUnitGraph(clips, most: 5, least: 1).units == [1, 4, 7, 12])
    #expect(ActionUnitGraph(clips, most: 2, least: 1).units == [4, 7])
    #expect(ActionUnitGraph(clips, most: 5, least: 5).units.isEmpty)
  }

  @Test func ofEquallyFrequentUnitsTheLowerIsTaken() throws {
    let clips = try ["9+15", "15+9+2", "2"].map(units)
    #expect(ActionUnitGraph(clips, most: 2, least: 1).units == [2, 9])
  }

  @Test func doubtedUnitsAreNotKnown() throws {
    let clips = try ["4+12", "7+12", "4+7"].map(units)
    let graph = ActionUnitGraph(clips, most: 5, least: 2)
    #expect(graph.targets(of: try units("L4+R4+99")) == [1, 0, 0])
    #expect(graph.targets(of: try units("12+(4 or 7)")) == [nil, nil, 1])
    for unknown in [nil, try units("?"), try units("4?")] { #expect(graph.targets(of: unknown) == [nil, nil, nil]) }
  }

  /// Frame t is brighter than the first by 10 t everywhere; six frames are interpolated to themselves.
  @Test func framesAreLessTheFirst() throws {
    let small = try PatternStore(clips: 1, subjects: 1)
    var features = DifferenceFrames()
    (features.frames, features.side) = (6, 4)
    let rows = try MethodClips(store: small.store).withFrames(of: 0) { features.features(of: $0) }
    #expect(rows.count == features.count && features.count == 80)
    for (index, value) in rows.enumerated() { #expect(abs(value - Float(10 * (index / 16 + 1)) / 16) < 1e-5) }
  }
}
