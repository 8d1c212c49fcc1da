import Foundation
import Testing

@testable import Core

/// Each stage's step against PyTorch: outputs within 1e-5 of the tensor's norm, gradients within 1e-4.
@Suite struct StageFixtureTests {
  @Test(arguments: [Stage.identity, .motion, .identityAgain]) func oneStepEqualsPyTorch(_ stage: Stage) throws {
    var branch = try StageFixture.branch(weights: "stages/weights")
    let batch = try StageFixture.batch(Fixture("stages/batch"))
    let (losses, outputs) = try branch.step(stage, batch)

    let folder = "stages/stage-\(stage.rawValue)"
    let expected = try JSONDecoder().decode(
      StepLosses.self, from: Data(contentsOf: URL(fileURLWithPath: Fixture.path("\(folder)/losses.json"))))
    #expect(abs(losses.total - expected.total) < 1e-5)
    #expect(abs(losses.crossEntropy - expected.crossEntropy) < 1e-5)
    #expect(abs((losses.mutualInformation ?? 0) - (expected.mutualInformation ?? 0)) < 1e-5)
    #expect(abs((losses.divergence ?? 0) - (expected.divergence ?? 0)) < 1e-5)

    let reference = try Fixture("\(folder)/outputs")
    #expect(try reference.error(outputs.logits, "logits") < 1e-5)
    for (name, tensor) in [
      ("motion_feature", outputs.motionFeature), ("identity_feature", outputs.identityFeature),
      ("attention_maps", outputs.attentionMaps),
    ] {
      #expect((tensor != nil) == reference.file.contains(name), "\(name)")
      if let tensor { #expect(try reference.error(tensor, name) < 1e-5, "\(name)") }
    }

    let gradients = try Fixture("\(folder)/gradients")
    let decoupling = try #require(branch.decoupling)
    let trained = stage.trainsMotion ? branch.menet : decoupling.idnet
    try compare(trained.network.gradients(), gradients, tolerance: 1e-4)
    let mine = try #require(decoupling.penalty.estimator?.mine)
    if stage != .identity { try compare(mine.gradients(prefix: "mine."), gradients, tolerance: 1e-4) }
  }

  /// Stage 2 given the emotion, stage 3 without a condition. The losses' tolerance is that of the features; the
  /// distance correlation itself is computed in double precision.
  @Test(arguments: [Stage.motion, .identityAgain])
  func oneStepWithTheDistanceCorrelationEqualsPyTorch(_ stage: Stage) throws {
    var training = SweepConfiguration.Training()
    training.decoupling = .distanceCorrelation
    if stage == .motion { training.decoupleGiven = .emotion }
    var branch = try StageFixture.branch(weights: "stages/weights", training)
    let (losses, _) = try branch.step(stage, StageFixture.batch(Fixture("stages/batch")))

    let folder = "stages/stage-\(stage.rawValue)/distance-correlation"
    let expected = try JSONDecoder().decode(
      StepLosses.self, from: Data(contentsOf: URL(fileURLWithPath: Fixture.path("\(folder)/losses.json"))))
    #expect(losses.mutualInformation == nil && branch.decoupling?.penalty.estimator == nil)
    #expect(try abs(#require(losses.distanceCorrelation) - #require(expected.distanceCorrelation)) < 1e-5)
    #expect(abs(losses.total - expected.total) < 1e-5)
    let trained = stage.trainsMotion ? branch.menet : branch.decoupling?.idnet
    try compare(#require(trained).network.gradients(), Fixture("\(folder)/gradients"), tolerance: 1e-4)
  }

  /// A tensor of a gradient that is zero but for rounding has no digits to compare.
  private func compare(_ tensors: [SafeTensors.Content], _ expected: Fixture, tolerance: Double) throws {
    let whole = try expected.file.names.reduce(0.0) { try $0 + squares(expected.file.floats($1)) }.squareRoot()
    for tensor in tensors {
      let values = tensor.floatValues
      let error = normError(values, try expected.file.floats(tensor.name))
      #expect(error < tolerance || squares(values).squareRoot() < 1e-6 * whole, "\(tensor.name)")
    }
  }

  private func squares(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }
}

/// The dual branch and batches of the stage fixtures.
enum StageFixture {
  static func branch(
    weights folder: String, _ training: SweepConfiguration.Training = .init()
  ) throws -> DualBranch {
    let files = try ["menet", "idnet", "mine"].map { try Fixture("\(folder)/\($0)").file }
    var network = SweepConfiguration.Network()
    network.width = try files[0].entry("conv1.weight").shape[0]
    (network.frames, network.motionSize, network.identitySize) = (4, 36, 18)
    let branch = try DualBranch(
      network, training, .full, emotions: files[0].entry("classifier.bias").shape[0],
      identities: files[1].entry("classifier.bias").shape[0], seed: 1)
    try branch.menet.network.load(files[0])
    try branch.decoupling?.idnet.network.load(files[1])
    try branch.decoupling?.penalty.estimator?.mine.load(files[2])
    return branch
  }

  static func batch(_ file: Fixture) throws -> TrainingBatch {
    try TrainingBatch(
      lanes: Lanes(batch: file.integers("emotion").count), motionClips: file.clips("menet_clips"),
      identityClips: file.clips("idnet_clips"), emotions: file.integers("emotion"),
      identities: file.integers("identity"), shuffle: file.integers("shuffle"))
  }

  /// The batch of some clips of a pool.
  static func batch(_ pool: Fixture, clips: [Int], shuffle: [Int]) throws -> TrainingBatch {
    func rows(_ all: Tensor) -> Tensor {
      let rows = Tensor([clips.count] + all.shape.dropFirst())
      let width = all.count / all.shape[0]
      for (row, clip) in clips.enumerated() { rows.row(row).update(from: all.row(clip), count: width) }
      return rows
    }
    let (emotions, identities) = (try pool.integers("emotion"), try pool.integers("identity"))
    return try TrainingBatch(
      lanes: Lanes(batch: clips.count), motionClips: rows(pool.clips("menet_clips")),
      identityClips: rows(pool.clips("idnet_clips")), emotions: clips.map { emotions[$0] },
      identities: clips.map { identities[$0] }, shuffle: shuffle)
  }
}

extension SafeTensors.Content {
  fileprivate var floatValues: [Float] {
    if case .float32(let values) = values { values } else { [] }
  }
}
