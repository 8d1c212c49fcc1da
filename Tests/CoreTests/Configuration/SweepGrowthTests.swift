import Testing

@testable import Core

@Suite struct SweepGrowthTests {
  private static let datasets = """
    [{"name": "synth-samm", "synthetic": {"clips": 20}}, {"name": "synth-casme2", "synthetic": {}}]
    """
  private static let one = #"[{"name": "synth-samm", "synthetic": {"clips": 20}}]"#

  private func growth(
    _ old: String, _ new: String, datasets: (String, String) = (one, one)
  ) throws -> SweepGrowth {
    try SweepGrowth(
      from: SweepText.parse(old, datasets: datasets.0), to: SweepText.parse(new, datasets: datasets.1))
  }

  private func faults(
    _ old: String, _ new: String, datasets: (String, String) = (one, one)
  ) throws -> [String] {
    do {
      let growth = try growth(old, new, datasets: datasets)
      Issue.record("accepted: \(growth.added)")
      return []
    } catch let faults as Faults {
      return faults.faults.map(\.description)
    }
  }

  @Test func everyPartOfASweepCanGrow() throws {
    let growth = try growth(
      #""methods": ["menet"], "variants": ["full"], "seed": 1"#,
      #""methods": ["lbp-top", "menet"], "variants": ["full", "mi"], "seeds": [1, 2]"#,
      datasets: (Self.one, Self.datasets))
    #expect(growth.added == ["dataset synth-casme2", "method lbp-top", "variant mi", "seed 2"])
    #expect(growth.adoptingArm == nil)
  }

  @Test func whatChangesNoResultIsNoGrowth() throws {
    let growth = try growth(
      #""name": "a", "training": {"checkpointEverySteps": 5}"#,
      #""name": "b", "output": "c", "training": {"checkpointEverySteps": 6}"#)
    #expect(growth.added == [])
  }

  @Test func aChangedSettingIsRefusedWithBothValues() throws {
    let found = try faults(
      #""training": {"learningRate": 0.001, "batch": 6}, "folds": {"count": 2}"#,
      #""training": {"learningRate": 0.0001, "batch": 6}, "folds": {"count": 3}, "registration": "similarity""#)
    #expect(found.contains("training.learningRate: was 0.001, now 0.0001"), "\(found)")
    #expect(found.contains("folds.count: was 2, now 3"), "\(found)")
    #expect(found.contains { $0.hasPrefix("registration: was ") && $0.hasSuffix("now similarity") }, "\(found)")
    #expect(found.count == 3)
  }

  @Test func aChangedDatasetIsRefused() throws {
    let found = try faults(
      "", "", datasets: (Self.one, #"[{"name": "synth-samm", "synthetic": {"clips": 30}}]"#))
    #expect(found == ["datasets[0].synthetic.clips: was 20, now 30"])
  }

  @Test func whatWasTrainedMustStay() throws {
    let found = try faults(
      #""methods": ["menet", "lbp-top"], "seeds": [1, 2], "variants": ["full", "mi"]"#,
      #""methods": ["menet", "majority"], "seeds": [1, 3], "variants": ["full"]"#,
      datasets: (Self.datasets, Self.one))
    let keep = "a run keeps what it has trained: name it again"
    #expect(
      found == [
        "datasets: had synth-casme2; \(keep)", "methods: had lbp-top; \(keep)", "variants: had mi; \(keep)",
        "seeds: had 2; \(keep)",
      ])
  }

  @Test func theFirstSeedStays() throws {
    let found = try faults(#""seed": 1"#, #""seeds": [2, 1]"#)
    #expect(found == ["seeds: the first was 1, now 2; it decides the folds and stays first"])
  }

  @Test func armsAreAddedAndKept() throws {
    let arms = #""arms": {"a": {}, "b": {"training": {"batch": 7}}}"#
    let more = #""arms": {"a": {}, "b": {"training": {"batch": 7}}, "c": {"network": {"width": 4}}}"#
    #expect(try growth(arms, more).added == ["arm c"])
    let other = #""arms": {"a": {}, "b": {"training": {"batch": 8}}}"#
    #expect(try faults(arms, other) == ["arms.b.training.batch: was 7, now 8"])
    #expect(try faults(arms, #""arms": {"a": {}}"#).contains { $0.hasPrefix("arms: had b") })
    #expect(try faults(arms, "").contains { $0.hasPrefix("arms: had a, b") })
  }

  /// The arm with the run's settings takes over its units.
  @Test func aRunWithoutArmsTakesArms() throws {
    let arms = #""training": {"batch": 9}, "arms": {"new": {}, "old": {"training": {"batch": 7}}}"#
    let growth = try growth(#""training": {"batch": 7}"#, arms)
    #expect(growth.adoptingArm == "old" && growth.added == ["arm new"])
    #expect(
      try faults(#""training": {"batch": 7}"#, #""arms": {"a": {}, "b": {"network": {"width": 4}}}"#)
        .contains { $0.hasPrefix("arms: the run has none") })
  }
}
