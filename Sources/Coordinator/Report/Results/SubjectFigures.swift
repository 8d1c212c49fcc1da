import Core

/// How many of one subject's clips one variant predicted correctly, over folds and seeds.
struct SubjectFigures: Equatable, Sendable {
  var subject: String
  /// Folds that its clips were tested in; several if subjects overlap.
  var folds: [Int]
  /// Predictions: a clip counts once per seed.
  var predictions: Int
  var correct: Int

  var accuracy: Double { Double(correct) / Double(max(1, predictions)) }

  /// By name; numbers in names count as numbers, so that `s2` comes before `s10`.
  static func all(_ results: [UnitResult]) -> [SubjectFigures] {
    var figures: [String: SubjectFigures] = [:]
    for result in results {
      for prediction in result.predictions {
        let subject = prediction.subject
        var own = figures[subject] ?? SubjectFigures(subject: subject, folds: [], predictions: 0, correct: 0)
        if !own.folds.contains(result.fold) { own.folds.append(result.fold) }
        own.predictions += 1
        if prediction.truth == prediction.predicted { own.correct += 1 }
        figures[subject] = own
      }
    }
    return figures.values.sorted { isBefore($0.subject, $1.subject) }.map {
      var sorted = $0
      sorted.folds.sort()
      return sorted
    }
  }

  /// Whether a subject comes before another; numbers in names count as numbers.
  static func isBefore(_ one: String, _ other: String) -> Bool { (sortKey(one), one) < (sortKey(other), other) }

  /// The name with its numbers written in twelve digits.
  private static func sortKey(_ name: String) -> String {
    var (key, number) = ("", "")
    for character in name + "\u{0}" {
      if character.isASCII && character.isNumber {
        number.append(character)
      } else {
        key += number.isEmpty ? "" : String(repeating: "0", count: max(0, 12 - number.count)) + number
        number = ""
        key.append(character)
      }
    }
    return key
  }
}
