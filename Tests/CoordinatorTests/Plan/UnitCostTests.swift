import Foundation
import Testing

@testable import Coordinator
@testable import Core

@Suite struct UnitCostTests {
  /// Peaks (VmHWM) of the first rank of real sweeps, MiB: all four stages, evaluations and checkpoints;
  /// docs/cluster.md.
  static let measured: [(width: Int, motion: Int, identity: Int, batch: Int, ranks: Int, peak: Double)] = [
    (8, 64, 32, 16, 1, 102), (16, 64, 64, 16, 1, 249), (16, 64, 64, 16, 2, 204), (32, 128, 64, 8, 1, 856),
    (32, 128, 64, 8, 2, 675), (32, 128, 64, 16, 1, 1036), (64, 256, 128, 4, 1, 3153), (64, 256, 128, 8, 1, 3700),
    (64, 256, 128, 8, 2, 3079),
  ]

  @Test(arguments: measured.indices) func memoryIsAnUpperBoundOfWhatWasMeasured(_ index: Int) {
    let row = Self.measured[index]
    var configuration = SweepConfiguration()
    (configuration.network.width, configuration.network.frames) = (row.width, 6)
    (configuration.network.motionSize, configuration.network.identitySize) = (row.motion, row.identity)
    (configuration.training.batch, configuration.training.lanes) = (row.batch, 8)
    let counted = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: row.ranks) / 0x1p20
    #expect(counted >= row.peak && counted < 1.3 * row.peak, "\(row): \(counted)")
  }

  @Test func theNetworkThatValidationChoseIsCounted() {
    var configuration = SweepConfiguration()
    let cost = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1)
    configuration.training.selection = .validation
    let motion = NetworkCost.motion(configuration.network, attention: true)
    #expect(UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1) - cost >= 8 * motion.parameters)
  }

  /// Pretraining with four times the batch needs more memory than the folds.
  @Test func theBatchOfPretrainingIsCounted() throws {
    func bytes(_ pretraining: String) throws -> Double {
      let sweep = try SweepConfiguration.parse(
        Data(
          """
          {"datasets": [{"name": "synth-samm", "synthetic": {}}], "training": {"batch": 8},
           "pretraining": \(pretraining)}
          """.utf8), location: "test")
      return UnitCost(configuration: sweep).bytesPerRank(ranksPerFold: 1)
    }
    let clips = #""dataset": {"synthetic": {"seed": 9}}"#
    let folds = try bytes("null")
    #expect(try bytes("{\(clips)}") == folds)
    #expect(try bytes("{\(clips), \"training\": {\"batch\": 32}}") > 2 * folds)
  }
}
