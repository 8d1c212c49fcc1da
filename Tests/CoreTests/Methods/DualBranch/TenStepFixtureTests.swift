import Foundation
import Testing

@testable import Core

/// Whole steps of each stage with Adam against PyTorch: the weights after one step and after ten, each step's losses.
///
/// Tolerances. Losses: 2e-5, twice the forward passes' 1e-5, since weights drift apart by rounding from step to step.
/// Weights: a step moves an element by up to the learning rate, 1e-4, towards the sign of its gradient, however small
/// the gradient is. Where it is only rounding the direction is chance, so those elements are left out after one step
/// and the tensors whose gradient vanishes after ten; what remains agrees to 1e-3 of the tensor's norm after ten
/// steps, and 1e-5 after one.
@Suite struct TenStepFixtureTests {
  static let stages = Stage.allCases

  @Test(arguments: stages) func oneStepLeavesPyTorchsWeights(_ stage: Stage) throws {
    let folder = "stages/stage-\(stage.rawValue)"
    let isLast = stage == .motionAgain
    var branch = try StageFixture.branch(weights: isLast ? "\(folder)/weights" : "stages/weights")
    let before = states(branch)
    _ = try branch.step(stage, StageFixture.batch(Fixture(isLast ? "\(folder)/batch" : "stages/batch")))
    let gradients = try Fixture("\(folder)/gradients")
    for (name, module) in modules(branch) where changed(by: stage).contains(name) {
      let after = try Fixture("\(folder)/\(name)")
      for parameter in module.parameters {
        let gradient = try gradients.file.floats((name == "mine" ? "mine." : "") + parameter.name)
        let known = gradient.indices.filter { abs(gradient[$0]) > 1e-6 }
        let expected = try after.file.floats(parameter.name)
        let error = normError(known.map { parameter.value[$0] }, known.map { expected[$0] })
        #expect(error < 1e-5, "\(name) \(parameter.name): \(error)")
      }
      try expect(module.statistics, equal: after, within: 1e-5)
    }
    // What the stage does not train stays, to the bit.
    for (name, state) in states(branch) where !changed(by: stage).contains(name) {
      #expect(state == before[name], "\(name) moved")
    }
  }

  @Test(arguments: stages) func tenStepsFollowPyTorch(_ stage: Stage) throws {
    let folder = "stages/stage-\(stage.rawValue)"
    var branch = try StageFixture.branch(weights: stage == .motionAgain ? "\(folder)/weights" : "stages/weights")
    if stage == .motionAgain { try restoreOptimizers(&branch, Fixture("\(folder)/optimizers")) }
    let losses = try JSONDecoder().decode(
      [FixtureLosses].self,
      from: Data(contentsOf: URL(fileURLWithPath: Fixture.path("\(folder)/ten-steps/losses.json"))))
    let pool = try Fixture("stages/pool")
    let schedule = try Fixture("\(folder)/ten-steps/schedule")
    let (index, shuffle) = (try schedule.integers("index"), try schedule.integers("shuffle"))
    let size = index.count / losses.count
    #expect(losses.count == 10)
    for (step, expected) in losses.enumerated() {
      let rows = step * size..<(step + 1) * size
      let batch = try StageFixture.batch(pool, clips: Array(index[rows]), shuffle: Array(shuffle[rows]))
      let (got, _) = try branch.step(stage, batch)
      for (name, value, reference) in [
        ("crossEntropy", got.crossEntropy, expected.crossEntropy), ("total", got.total, expected.total),
        ("divergence", got.divergence, expected.divergence),
        ("mutualInformation", got.mutualInformation, expected.mutualInformation),
        ("average", branch.decoupling?.penalty.estimator?.movingAverage.logarithm, expected.average),
      ] as [(String, Double?, Double?)] {
        #expect((value == nil) == (reference == nil), "step \(step + 1) \(name)")
        #expect(abs((value ?? 0) - (reference ?? 0)) < 2e-5, "step \(step + 1) \(name)")
      }
    }

    let vanishing = try Fixture("\(folder)/gradients").vanishing
    for (name, module) in modules(branch) where changed(by: stage).contains(name) {
      let after = try Fixture("\(folder)/ten-steps/\(name)")
      for parameter in module.parameters where !vanishing.contains((name == "mine" ? "mine." : "") + parameter.name) {
        let error = try after.error(parameter.value, parameter.name)
        #expect(error < 1e-3, "\(name) \(parameter.name): \(error)")
      }
      try expect(module.statistics, equal: after, within: 1e-3)
    }
  }

  private struct FixtureLosses: Decodable {
    var crossEntropy, total: Double
    var divergence, mutualInformation, average: Double?
  }

  private func modules(_ branch: DualBranch) -> [(String, any Module)] {
    [("menet", branch.menet.network)]
      + (branch.decoupling.map { [("idnet", $0.idnet.network)] } ?? [])
      + (branch.decoupling?.penalty.estimator.map { [("mine", $0.mine)] } ?? [])
  }

  private func states(_ branch: DualBranch) -> [String: [[Float]]] {
    Dictionary(
      uniqueKeysWithValues: modules(branch).map { name, module in
        (name, (module.parameters.map(\.value) + module.statistics.map(\.value)).map(\.elements))
      })
  }

  private func changed(by stage: Stage) -> [String] {
    switch stage {
    case .identity: ["idnet"]
    case .identityAgain: ["idnet", "mine"]
    case .motion, .motionAgain: ["menet", "mine"]
    }
  }

  private func expect(_ statistics: [Statistic], equal after: Fixture, within tolerance: Double) throws {
    for statistic in statistics {
      if statistic.isCounter {
        #expect(try Int(statistic.value[0]) == after.integers(statistic.name)[0], "\(statistic.name)")
      } else {
        #expect(try after.error(statistic.value, statistic.name) < tolerance, "\(statistic.name)")
      }
    }
  }

  /// Puts Adam's moments and MINE's moving average in place, as a checkpoint does.
  private func restoreOptimizers(_ branch: inout DualBranch, _ fixture: Fixture) throws {
    let steps = try fixture.integers("steps")[0]
    func restore(_ optimizer: inout Adam, _ name: String, _ parameters: [Parameter]) throws {
      optimizer.steps = steps
      for (index, parameter) in parameters.enumerated() {
        for (tensor, moment) in [(optimizer.first[index], "first"), (optimizer.second[index], "second")] {
          let values = try fixture.file.floats("\(name).\(parameter.name).\(moment)_moment")
          for element in values.indices { tensor[element] = values[element] }
        }
      }
    }
    try restore(&branch.menet.optimizer, "menet", branch.menet.network.parameters)
    var estimator = try #require(branch.decoupling?.penalty.estimator)
    try restore(&estimator.optimizer, "mine", estimator.mine.parameters)
    estimator.movingAverage = MovingAverage(logarithm: Double(try fixture.file.floats("mine.average")[0]))
    branch.decoupling?.penalty.estimator = estimator
  }
}
