extension FoldData {
  /// The confusion matrix of the test clips, and each clip's prediction.
  ///
  /// - Parameter probabilities: one row per test clip.
  public func score(
    _ probabilities: [[Float]]
  ) -> (confusion: ConfusionMatrix, predictions: [UnitResult.Prediction]) {
    var confusion = ConfusionMatrix(classes: classes.count)
    let predictions = zip(test, probabilities).map { member, row in
      let predicted = mostProbable(row)
      confusion.add(truth: member.emotion, predicted: predicted)
      return UnitResult.Prediction(
        clip: member.name, subject: member.subject, truth: member.emotion, predicted: predicted, probabilities: row)
    }
    return (confusion, predictions)
  }

  /// Share of clips whose emotion is the most probable one.
  static func accuracy(_ probabilities: [[Float]], _ members: [Member]) -> Double {
    guard !members.isEmpty else { return 0 }
    let right = zip(probabilities, members).count { mostProbable($0) == $1.emotion }
    return Double(right) / Double(members.count)
  }
}
