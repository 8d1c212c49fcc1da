import Foundation
import Testing

@testable import Core

@Suite struct LearningRateTests {
  private func factors(
    _ count: Int, _ change: (inout SweepConfiguration.Training) -> Void = { _ in }
  ) -> [Double] {
    var training = SweepConfiguration.Training()
    change(&training)
    return (0..<count).map { training.rateFactor(at: StageStep(number: $0, of: count)) }
  }

  /// Exactly, so that bits without the settings are as before.
  @Test func withoutSettingsEveryStepHasTheWholeRate() {
    for count in [1, 2, 7, 1000] { #expect(factors(count).allSatisfy { $0 == 1 }) }
    #expect(StageStep.only == StageStep(number: 0, of: 1))
  }

  /// By hand: the rate rises by a third a step, then half a cosine over seven steps.
  @Test func warmUpIsFollowedByTheCosine() {
    let found = factors(10) { ($0.schedule, $0.warmUp) = (.cosine, 0.3) }
    let expected = [1 / 3.0, 2 / 3.0, 1] + (0..<7).map { (1 + cos(Double.pi * Double($0) / 7)) / 2 }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 } && found.count == 10)
  }

  /// torch.optim.lr_scheduler.CosineAnnealingLR with T_max = 4, eta_min = 0: 1, 0.853553, 0.5, 0.146447.
  @Test func theCosineIsPyTorchs() {
    let found = factors(4) { $0.schedule = .cosine }
    #expect(zip(found, [1, 0.853_553_390_593, 0.5, 0.146_446_609_407]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func theRateIsAboveZeroAndNeverAboveItsValue() {
    for count in 1...40 {
      for warmUp in [0, 0.01, 0.1, 0.5, 0.99, 1] {
        for schedule in SweepConfiguration.Schedule.allCases {
          let found = factors(count) { ($0.schedule, $0.warmUp) = (schedule, warmUp) }
          #expect(found.allSatisfy { $0 > 0 && $0 <= 1 }, "\(count) steps, warm-up \(warmUp), \(schedule)")
          // Rises, reaches 1, and does not rise again.
          let top = found.firstIndex(of: 1)
          #expect(top != nil)
          #expect(zip(found.prefix(top ?? 0), found.dropFirst()).allSatisfy { $0 < $1 })
          #expect(zip(found.dropFirst(top ?? 0), found.dropFirst((top ?? 0) + 1)).allSatisfy { $0 >= $1 })
        }
      }
    }
  }

  @Test func thePenaltyCountsFromItsShareOfMENetsStages() {
    var training = SweepConfiguration.Training()
    (training.mutualInformationWeight, training.identityMutualInformationWeight) = (2, 3)
    training.decoupleFrom = 0.75
    func weights(_ stage: Stage) -> [Double] {
      (0..<4).map { training.decouplingWeight(in: stage, at: StageStep(number: $0, of: 4)) }
    }
    #expect(weights(.motion) == [0, 0, 0, 2] && weights(.motionAgain) == [0, 0, 0, 2])
    #expect(weights(.identityAgain) == [3, 3, 3, 3])
    training.decoupleFrom = 1
    #expect(weights(.motion) == [0, 0, 0, 0])
    training.decoupleFrom = 0
    #expect(weights(.motion) == [2, 2, 2, 2])
  }
}
