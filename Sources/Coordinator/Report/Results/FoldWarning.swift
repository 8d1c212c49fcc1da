import Core
import Foundation

/// What is wrong with one unit's model, as far as its predictions and its training history show it.
enum FoldWarning: Equatable, Sendable {
  /// All test clips were named this class, although they are of several.
  case namesOneClass(String)
  /// Cross-entropy on the training clips ended hardly below what guessing by the classes' frequencies gives, nats.
  case doesNotLearn(crossEntropy: Double, guessing: Double)
  /// Cross-entropy on the training clips, nats, rose far above its lowest.
  case diverges(stage: Stage?, lowest: Double, epoch: Int, last: Double)

  /// A cross-entropy above this share of guessing is no learning.
  static let hardlyBelow = 0.95
  /// Cross-entropy counts as risen where it is more than twice its lowest, and more than this above it, nats.
  static let rise = 0.5

  /// All warnings of one unit.
  ///
  /// - Parameters:
  ///   - result: its result; nil where it has none.
  ///   - epochs: its training history, in order; a method that has none is judged by its predictions alone.
  ///   - training: clips of each class that it was trained on; empty where they are not known.
  static func all(_ result: UnitResult?, _ epochs: [EpochRecord], training: [Int]) -> [FoldWarning] {
    [result.flatMap(oneClass), learning(epochs, training)].compactMap { $0 } + divergence(epochs)
  }

  private static func oneClass(_ result: UnitResult) -> FoldWarning? {
    guard let first = result.predictions.first, Set(result.predictions.map(\.truth)).count > 1,
      result.predictions.allSatisfy({ $0.predicted == first.predicted }),
      result.classes.indices.contains(first.predicted)
    else { return nil }
    return .namesOneClass(result.classes[first.predicted])
  }

  /// Judged by the last epoch that trained on emotions.
  private static func learning(_ epochs: [EpochRecord], _ training: [Int]) -> FoldWarning? {
    let clips = Double(training.reduce(0, +))
    let last = epochs.last { $0.stage?.trainsMotion ?? true }
    guard clips > 0, let loss = last?.losses.crossEntropy, loss.isFinite else { return nil }
    // The entropy of the classes' shares: the least cross-entropy of a model that does not look at the clips.
    let guessing = training.filter { $0 > 0 }.reduce(0) { $0 - Double($1) / clips * log(Double($1) / clips) }
    return guessing > 0 && loss > hardlyBelow * guessing ? .doesNotLearn(crossEntropy: loss, guessing: guessing) : nil
  }

  private static func divergence(_ epochs: [EpochRecord]) -> [FoldWarning] {
    let stages = epochs.map(\.stage).distinct
    return stages.compactMap { stage in
      let own = epochs.filter { $0.stage == stage && $0.losses.crossEntropy.isFinite }
      guard let last = own.last?.losses.crossEntropy,
        let best = own.min(by: { $0.losses.crossEntropy < $1.losses.crossEntropy })
      else { return nil }
      let lowest = best.losses.crossEntropy
      guard last > 2 * lowest, last > lowest + rise else { return nil }
      return .diverges(stage: stage, lowest: lowest, epoch: best.epoch, last: last)
    }
  }

  /// A few words, for a table.
  var title: String {
    switch self {
    case .namesOneClass(let name): "names one class only: \(name)"
    case .doesNotLearn: "does not learn"
    case .diverges: "diverges"
    }
  }

  /// A sentence, after the name of the unit.
  var text: String {
    switch self {
    case .namesOneClass(let name): "every test clip was named \(name)."
    case .doesNotLearn(let loss, let guessing):
      "it did not learn. Cross-entropy on its training clips ended at \(ReportText.decimals(loss, 2)) nats; guessing "
        + "by how frequent the classes are gives \(ReportText.decimals(guessing, 2))."
    case .diverges(let stage, let lowest, let epoch, let last):
      "training diverged\(stage.map { " in stage \($0.rawValue)" } ?? ""). Cross-entropy on its training clips rose "
        + "from \(ReportText.decimals(lowest, 2)) nats in epoch \(epoch) to \(ReportText.decimals(last, 2)) at the end."
    }
  }
}

extension ComparisonReport {
  /// That units have warnings, in one line; nil where none has.
  func warningText(_ epochs: [WorkUnit: [EpochRecord]]) -> String? {
    let count = warnings(epochs).count
    guard count > 0 else { return nil }
    return "\(ReportText.count(count, "unit")) with a warning (names one class only, does not learn or diverges); see "
      + "“Why is this fold bad?” in the report"
  }

  /// The units with warnings, in the order of the tables. The majority class is left out: it always names one class.
  func warnings(_ epochs: [WorkUnit: [EpochRecord]]) -> [(unit: WorkUnit, warnings: [FoldWarning])] {
    datasets.flatMap { dataset in
      dataset.variants.filter { $0.variant.rawValue != "majority" }.flatMap(\.units).compactMap { unit in
        let found = FoldWarning.all(
          unit.result, epochs[unit.unit] ?? [], training: dataset.trainingClips(ofFold: unit.unit.fold))
        return found.isEmpty ? nil : (unit.unit, found)
      }
    }
  }
}
