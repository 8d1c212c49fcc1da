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

  /// A sweep of Transfer Learning alone: peaks of real ones, MiB, with all of their store that was read, 200 MiB.
  @Test(arguments: [(64, 256, 4, 444.0), (64, 256, 16, 675), (64, 128, 16, 445), (32, 128, 16, 215)])
  func theMemoryOfTransferLearningIsThatOfItsNetwork(_ width: Int, _ size: Int, _ batch: Int, _ peak: Double) {
    var configuration = SweepConfiguration()
    (configuration.network.width, configuration.network.motionSize) = (width, size)
    (configuration.training.batch, configuration.training.lanes) = (batch, 8)
    let both = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1)
    configuration.methods = ["transfer-learning"]
    let counted = UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1) / 0x1p20
    #expect(counted >= peak && counted < 1.6 * peak, "\(counted)")
    configuration.methods = ["menet", "transfer-learning"]
    #expect(UnitCost(configuration: configuration).bytesPerRank(ranksPerFold: 1) == both)
  }

  /// 888 717 312 multiplications forward for a frame of 224 × 224, 64 · 147 · 112² of them in the stem; twice as many
  /// again for both gradients, without that of the frame.
  @Test func theWorkOfTransferLearningIsCounted() {
    var configuration = SweepConfiguration()
    (configuration.methods, configuration.network.motionSize) = (["transfer-learning"], 224)
    configuration.training.motionEpochs = 3
    let unit = WorkUnit(dataset: "a", fold: 0, variant: configuration.compared[0], seed: 1)
    let step = 3 * 888_717_312 - Double(64 * 147 * 112 * 112)
    let work = UnitCost(configuration: configuration).total(unit, MethodCost.ClipCounts(training: 10, test: 4))
    #expect(work == 6 * 10 * step)
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
