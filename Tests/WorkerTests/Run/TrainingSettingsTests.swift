import Foundation
import Testing

@testable import Core
@testable import Worker

/// Units with every setting of training that is off by default: the same bits on any number of ranks and threads, and
/// after any pause.
@Suite struct TrainingSettingsTests {
  /// - Parameter measure: what decouples the features.
  private func unit(_ measure: SweepConfiguration.DecouplingMeasure) throws -> TinyUnit {
    try TinyUnit {
      ($0.training.schedule, $0.training.warmUp) = (.cosine, 0.4)
      ($0.training.weightDecay, $0.training.weightAveraging) = (0.1, 0.7)
      ($0.training.sampling, $0.training.augmentation) = (.spread, SweepConfiguration.Augmenting.allCases)
      ($0.training.decoupling, $0.training.decoupleFrom) = (measure, 0.3)
      if measure == .distanceCorrelation { $0.training.decoupleGiven = .emotion }
      $0.training.selection = measure == .distanceCorrelation ? .last : .validation
    }
  }

  @Test(arguments: SweepConfiguration.DecouplingMeasure.allCases)
  func ranksAndThreadsChangeNothing(_ measure: SweepConfiguration.DecouplingMeasure) throws {
    let tiny = try unit(measure)
    Parallel.use(threads: 3)
    _ = try tiny.run(in: "three-threads")
    let science = try tiny.science(of: "three-threads")
    #expect(science.count == (measure == .distanceCorrelation ? 4 : 5))
    // A call from inside of the pool's work runs on one thread.
    Parallel.forEach(2) { index in
      if index == 0 { #expect(throws: Never.self) { try tiny.run(in: "one-thread") } }
    }
    #expect(try tiny.science(of: "one-thread") == science)
    for ranks in [2, 4] {
      _ = try tiny.run(in: "\(ranks)-ranks", ranks: ranks)
      #expect(try tiny.science(of: "\(ranks)-ranks") == science, "\(ranks) ranks")
    }
  }

  @Test(arguments: SweepConfiguration.DecouplingMeasure.allCases)
  func aPauseAtEverySecondStepChangesNothing(_ measure: SweepConfiguration.DecouplingMeasure) throws {
    let tiny = try unit(measure)
    let whole = try tiny.run(in: "whole")
    let science = try tiny.science(of: "whole")
    for boundary in stride(from: 1, through: whole.boundaries, by: 2) {
      let folder = "pause-\(boundary)"
      #expect(try tiny.run(in: folder, ranks: [1, 2, 4][boundary % 3], pauseAt: boundary).isPaused)
      let end = try tiny.run(in: folder, ranks: [4, 1, 2][boundary % 3])
      #expect(end.notes.isEmpty, "boundary \(boundary): \(end.notes)")
      #expect(try tiny.science(of: folder) == science, "boundary \(boundary)")
    }
  }

  /// Each setting alone changes what is learned; a setting that is not used would pass every other test.
  @Test func everySettingChangesTheWeights() throws {
    let changes: [(String, (inout SweepConfiguration.Training) -> Void)] = [
      ("none", { _ in }), ("schedule", { $0.schedule = .cosine }), ("warmUp", { $0.warmUp = 1 }),
      ("weightDecay", { $0.weightDecay = 0.1 }), ("weightAveraging", { $0.weightAveraging = 0.7 }),
      ("sampling", { $0.sampling = .spread }), ("shift", { $0.augmentation = [.shift] }),
      ("flip", { $0.augmentation = [.flip] }), ("light", { $0.augmentation = [.light] }),
      ("colour", { $0.augmentation = [.colour] }), ("decoupling", { $0.decoupling = .distanceCorrelation }),
      ("decoupleGiven", { ($0.decoupling, $0.decoupleGiven) = (.distanceCorrelation, .emotion) }),
      ("decoupleFrom", { $0.decoupleFrom = 1 }),
    ]
    var weights: [Data: String] = [:]
    for (name, change) in changes {
      // Two steps per stage, which a warm-up can slow down, of batches in which an emotion occurs twice.
      let tiny = try TinyUnit { configuration in
        (configuration.training.batch, configuration.training.motionEpochs) = (7, 2)
        change(&configuration.training)
      }
      _ = try tiny.run(in: "unit")
      let menet = try #require(tiny.science(of: "unit")["menet.safetensors"])
      #expect(weights[menet] == nil, "\(name) gives the weights of \(weights[menet] ?? "")")
      weights[menet] = name
    }
  }

  @Test func theMetricsHaveTheDistanceCorrelationAndNoMutualInformation() throws {
    let tiny = try unit(.distanceCorrelation)
    _ = try tiny.run(in: "unit")
    let metrics = try #require(tiny.science(of: "unit")["metrics.jsonl"])
    let records = try metrics.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(EpochRecord.self, from: Data($0))
    }
    #expect(records.map(\.stage) == Stage.allCases)
    for record in records {
      #expect(record.losses.mutualInformation == nil && record.heldOutInformation == nil)
      let correlation = record.losses.distanceCorrelation
      #expect(record.stage == .identity ? correlation == nil : (0...1.000_001).contains(try #require(correlation)))
    }
    #expect(!FileManager.default.fileExists(atPath: tiny.scratch("unit/mine.safetensors")))
  }
}
