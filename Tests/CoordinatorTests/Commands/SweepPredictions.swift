import Foundation
import Testing

@testable import Core

/// Expects that `microfold predict` gives the test clips of a unit the probabilities that the sweep gave them, to the
/// last digit.
///
/// - Parameters:
///   - model: the file's name in the unit's folder.
///   - clips: number of clips of the store.
func expectPredictionsOfTheSweep(unit: String, model: String, store: String, clips: Int) throws {
  let result = try JSONDecoder().decode(
    UnitResult.self, from: Data(contentsOf: URL(fileURLWithPath: "\(unit)/result.json")))
  let predicted = try ProgramRun.microfold(["predict", "--model", "\(unit)/\(model)", "--store", store])
  #expect(predicted.status == 0 && predicted.complaints.isEmpty, "\(unit): \(predicted.complaints)")
  let lines = predicted.output.components(separatedBy: "\r\n")
  #expect(lines.count == clips + 2 && lines.last == "", "\(unit)")
  #expect(
    lines[0]
      == (["clip", "subject", "emotion", "predicted"] + result.classes.map { "probability_\($0)" })
      .joined(separator: ","))
  #expect(!result.predictions.isEmpty, "\(unit)")
  for prediction in result.predictions {
    let fields =
      [prediction.clip, prediction.subject, result.classes[prediction.truth]]
      + [result.classes[prediction.predicted]] + prediction.probabilities.map { "\($0)" }
    #expect(lines.contains(fields.joined(separator: ",")), "\(unit): \(fields)")
  }
}
