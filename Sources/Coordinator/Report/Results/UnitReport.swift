import Core

/// One work unit of the report: its checked result, or why there is none.
struct UnitReport: Equatable, Sendable {
  var unit: WorkUnit
  var ending: Ending

  enum Ending: Equatable, Sendable {
    case finished(UnitResult, ConfusionMatrix)
    case failed(String)
    case notRun
  }

  /// A result that does not fit the dataset's classes, or itself, counts as failed.
  init(_ unit: WorkUnit, outcome: UnitOutcome?, classes: [String]) {
    self.unit = unit
    switch outcome {
    case .finished(let result): ending = UnitReport.checked(result, classes)
    case .failed(_, let reason): ending = .failed(reason)
    case nil: ending = .notRun
    }
  }

  var result: UnitResult? { if case .finished(let result, _) = ending { result } else { nil } }
  var matrix: ConfusionMatrix? { if case .finished(_, let matrix) = ending { matrix } else { nil } }

  /// `finished`, `failed` or `not run`.
  var status: String {
    switch ending {
    case .finished: "finished"
    case .failed: "failed"
    case .notRun: "not run"
    }
  }

  /// Why there is no result; empty when there is one.
  var reason: String {
    switch ending {
    case .finished: ""
    case .failed(let reason): reason
    case .notRun: "not run yet"
    }
  }

  private static func checked(_ result: UnitResult, _ classes: [String]) -> Ending {
    guard result.classes == classes else { return .failed("its result is of other classes; run it again") }
    guard let matrix = ConfusionMatrix(counts: result.confusion), matrix.classes == classes.count else {
      return .failed("the confusion matrix of its result is damaged; run it again")
    }
    var recounted = ConfusionMatrix(classes: classes.count)
    for prediction in result.predictions {
      guard classes.indices.contains(prediction.truth), classes.indices.contains(prediction.predicted),
        prediction.probabilities.count == classes.count, prediction.probabilities.allSatisfy(\.isFinite)
      else { return .failed("the prediction of clip \(prediction.clip) in its result is damaged; run it again") }
      recounted.add(truth: prediction.truth, predicted: prediction.predicted)
    }
    guard result.predictions.isEmpty || recounted == matrix else {
      return .failed("the confusion matrix of its result is not that of its predictions; run it again")
    }
    let probes = [
      result.identityProbe, result.identityProbeOfIdentity, result.identityChance, result.identityFloor,
      result.identityProbeNonlinear, result.identityProbeNonlinearOfIdentity, result.identityFloorNonlinear,
    ]
    let shares = [result.leakyAccuracy] + probes.compactMap { $0 }
    guard shares.allSatisfy({ (0...1).contains($0) }) else {
      return .failed("a figure of its result is not between 0 and 1; run it again")
    }
    return .finished(result, matrix)
  }
}
