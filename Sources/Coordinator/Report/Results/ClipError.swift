import Core

/// A test clip that a recogniser named wrongly.
struct ClipError: Equatable, Sendable {
  var clip, subject: String
  /// The unit that was most sure of a wrong class.
  var unit: WorkUnit
  /// Class indices.
  var truth, predicted: Int
  /// What that unit gave the predicted and the true class.
  var probability, trueProbability: Float
  /// How many of the seeds that tested the clip named it wrongly.
  var wrongSeeds, seeds: Int
  /// The other recognisers that are right with more than half of their seeds, in the order of the tables.
  var rightOnes: [String]
  /// How many others tested the clip.
  var others: Int

  /// All errors of one variant, the most confident first; clips with the same probability by name.
  static func all(_ variant: VariantReport, on dataset: DatasetReport) -> [ClipError] {
    let others = dataset.variants.filter { $0.recogniser != variant.recogniser && $0.metrics != nil }
      .map { (name: $0.recogniser.titled($0.title), votes: ClipError.votes($0)) }
    let votes = ClipError.votes(variant)
    var errors: [String: ClipError] = [:]
    for unit in variant.units {
      for own in unit.result?.predictions ?? [] where own.truth != own.predicted {
        let probability = own.probabilities[own.predicted]
        if let known = errors[own.clip], known.probability >= probability { continue }
        let tested = others.filter { $0.votes[own.clip] != nil }
        let right = tested.filter { other in other.votes[own.clip].map { 2 * $0.right > $0.seeds } ?? false }
        let vote = votes[own.clip] ?? Vote()
        errors[own.clip] = ClipError(
          clip: own.clip, subject: own.subject, unit: unit.unit, truth: own.truth, predicted: own.predicted,
          probability: probability, trueProbability: own.probabilities[own.truth],
          wrongSeeds: vote.seeds - vote.right, seeds: vote.seeds, rightOnes: right.map(\.name), others: tested.count)
      }
    }
    return errors.values.sorted { ($1.probability, $0.clip) < ($0.probability, $1.clip) }
  }

  /// The errors that are shown: the most confident ones, of one fold no more than its share, so that no fold hides the
  /// others.
  ///
  /// - Parameters:
  ///   - errors: the most confident first.
  ///   - most: how many are shown of all folds.
  static func shown(_ errors: [ClipError], folds: Int, most: Int) -> [ClipError] {
    let share = max(1, most / max(1, folds))
    var taken: [Int: Int] = [:]
    let fair = errors.filter { error in
      taken[error.unit.fold, default: 0] += 1
      return taken[error.unit.fold, default: 0] <= share
    }
    return Array(fair.prefix(most))
  }

  private struct Vote {
    var seeds = 0
    var right = 0
  }

  /// By the clip's name.
  private static func votes(_ variant: VariantReport) -> [String: Vote] {
    var votes: [String: Vote] = [:]
    for prediction in variant.units.flatMap({ $0.result?.predictions ?? [] }) {
      votes[prediction.clip, default: Vote()].seeds += 1
      if prediction.truth == prediction.predicted { votes[prediction.clip, default: Vote()].right += 1 }
    }
    return votes
  }
}

extension ComparisonReport {
  /// The errors that the report shows of one variant: pictures of all datasets together must not make the page slow.
  func shownErrors(of variant: VariantReport, on dataset: DatasetReport) -> [ClipError] {
    let most = max(1, min(30, 96 / max(1, principals.count)))
    return ClipError.shown(ClipError.all(variant, on: dataset), folds: dataset.folds.count, most: most)
  }
}
