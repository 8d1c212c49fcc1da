import Core
import Foundation
import Worker

/// `microfold predict`: a class and its probabilities for each clip of a store.
struct PredictAction {
  let options: PredictOptions
  let console: Console

  func run() throws {
    Parallel.use(threads: options.threads ?? Parallel.availableThreads)
    let model = try NetworkFile(.menet, opening: options.model)
    let store = try ClipStore(opening: options.store)
    var prediction = try StorePrediction(
      model, store, size: options.size, frames: options.frames, stem: options.stem)
    let header = ["clip", "subject", "emotion", "predicted"] + prediction.classes.map { "probability_\($0)" }
    let classes = prediction.classes
    let rows = try prediction.rows().map { row in
      [row.clip.name, row.clip.subject, row.clip.emotion, classes[row.predicted]] + row.probabilities.map { "\($0)" }
    }
    let text = ReportCSV.table([header] + rows)
    if let output = options.output {
      try AtomicFile.write(text, to: output)
      console.line(output)
    } else {
      console.text(text)
    }
  }
}
