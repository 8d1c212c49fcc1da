import Foundation
import Testing

@testable import Coordinator
@testable import Core

/// What is planned for a store that is not there yet.
@Suite struct PlannedFoldsTests {
  private func folds(_ name: String, _ classes: String) throws -> PlannedFolds {
    let text = #"{"datasets": [{"name": "\#(name)", "store": "/nowhere/a.safetensors", "classes": "\#(classes)"}]}"#
    return try PlannedFolds(SweepConfiguration.parse(Data(text.utf8), location: "test.json"))
  }

  @Test func aPublishedDatasetIsPlannedWithItsPublishedClips() throws {
    let smic = try folds("smic-hs", "smic-3")
    #expect(smic.origins == ["as published; /nowhere/a.safetensors does not exist yet"])
    #expect(smic.folds.datasets[0].folds.reduce(0) { $0 + $1.count } == 164)
    #expect(try folds("casme3", "casme3-7").folds.datasets[0].folds.reduce(0) { $0 + $1.count } == 860)
  }

  @Test func thePresetOfSeveralDatasetsSaysNothingOfOne() {
    let fault = #expect(throws: Fault.self) { try folds("samm", "megc-3") }
    #expect(fault?.problem.contains("no class preset says how many clips samm has; import it first") == true)
  }
}
