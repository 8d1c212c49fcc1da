import Core
import Foundation
import Worker

/// `microfold predict`: a class and its probabilities for each clip.
struct PredictAction {
  let options: PredictOptions
  let console: Console

  func run() throws {
    Parallel.use(threads: options.threads ?? Parallel.availableThreads)
    let model = try NetworkFile(.menet, opening: options.model)
    if options.attention != nil, !model.hasAttention {
      throw Fault(
        at: options.model,
        "has no diverse attention to draw; networks of the variants dao, dao-div, dao-mi and full have")
    }
    let (store, clips) = try input(model)
    var prediction = try StorePrediction(model, store, size: options.size, frames: options.frames, stem: options.stem)
    let rows = try prediction.rows(of: clips)
    let pictures = try options.attention.map { try draw(rows, clips, store, prediction.classes, into: $0) }
    let text = PredictionText(model: options.model, classes: prediction.classes, rows: rows, pictures: pictures)
    let written = options.isJSON ? text.json : text.csv
    if let output = options.output {
      try AtomicFile.write(written, to: output)
      console.line(output)
    } else {
      console.text(written)
    }
  }

  /// The store, and which of its clips are asked for.
  private func input(_ model: NetworkFile) throws -> (ClipStore, [Int]) {
    switch options.input {
    case .store(let path, let names):
      let store = try ClipStore(opening: path)
      return (store, try names.map { try store.clips(matching: $0) } ?? Array(store.clips.indices))
    case .clip(let clip):
      return (try clip.store(size: try StorePrediction.size(model, options.size)), [0])
    }
  }

  /// Writes a picture a clip.
  ///
  /// - Returns: their paths.
  private func draw(
    _ rows: [StorePrediction.Row], _ clips: [Int], _ store: ClipStore, _ classes: [String], into directory: String
  ) throws -> [String] {
    try Directory.make(directory)
    let digits = String(rows.count).count
    return try zip(rows, clips).enumerated().map { index, pair in
      let (row, clip) = pair
      let number = String(index + 1)
      let name = String(repeating: "0", count: digits - number.count) + number + "-" + fileName(row.clip.name)
      let path = "\(directory)/\(name).png"
      let percent = Int((row.probabilities[row.predicted] * 100).rounded())
      if let maps = row.attention {
        let title = "\(row.clip.name): \(classes[row.predicted]), \(percent) %"
        try AttentionPicture(of: store, clip: clip, maps, title: title).write(to: path)
      }
      return path
    }
  }

  /// A clip's name as a file can have it, wherever it comes from: the end of it, plain letters.
  private func fileName(_ name: String) -> String {
    let plain = name.unicodeScalars.map { scalar in
      ("a"..."z" ~= scalar || "A"..."Z" ~= scalar || "0"..."9" ~= scalar || scalar == "-") ? Character(scalar) : "_"
    }
    return String(plain.suffix(100))
  }
}
