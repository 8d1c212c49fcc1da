import Core
import Worker

/// Pictures of the attention of some clips, a file each.
struct AttentionPictures {
  let folder: String
  let store: ClipStore
  let classes: [String]

  /// Writes one picture per clip.
  ///
  /// - Parameter clips: indices into the store's clips, one per row.
  /// - Returns: their paths.
  func draw(_ rows: [StorePrediction.Row], _ clips: [Int]) throws -> [String] {
    try Directory.make(folder)
    let digits = String(rows.count).count
    return try zip(rows, clips).enumerated().map { index, pair in
      let (row, clip) = pair
      let number = String(index + 1)
      let name = String(repeating: "0", count: digits - number.count) + number + "-" + fileName(row.clip.name)
      let path = "\(folder)/\(name).png"
      let percent = Int((row.probabilities[row.predicted] * 100).rounded())
      if let maps = row.attention {
        let title = "\(row.clip.name): \(classes[row.predicted]), \(percent) %"
        try AttentionPicture(of: store, clip: clip, maps, title: title).write(to: path)
      }
      return path
    }
  }

  /// A clip's name as a file can have it, wherever it comes from: its end, in plain letters.
  private func fileName(_ name: String) -> String {
    let plain = name.unicodeScalars.map { scalar in
      ("a"..."z" ~= scalar || "A"..."Z" ~= scalar || "0"..."9" ~= scalar || scalar == "-") ? Character(scalar) : "_"
    }
    return String(plain.suffix(100))
  }
}
