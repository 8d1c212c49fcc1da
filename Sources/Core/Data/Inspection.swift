import Foundation

/// What is in a safetensors file, as lines of text: a clip store's clips, or the tensors of weights.
public struct Inspection: Sendable {
  public let lines: [String]

  /// Looks at a file; one with uint8 tensors of four dimensions is taken for a clip store.
  ///
  /// - Throws: a `Fault` or `Faults` when the file is damaged.
  public init(of path: String) throws {
    let file = try SafeTensors(opening: path)
    let isStore = file.entries.contains { $0.type == .uint8 && $0.shape.count == 4 }
    lines = isStore ? Inspection.describe(try ClipStore(opening: path)) : try Inspection.describe(file)
  }

  private static func describe(_ store: ClipStore) -> [String] {
    let clips = store.clips
    let lengths = clips.map(\.frames).sorted()
    let motions = clips.map { $0.offset - $0.onset + 1 }.sorted()
    let subjects = Dictionary(grouping: clips, by: \.subject).mapValues(\.count)
    let emotions = Dictionary(grouping: clips, by: \.emotion).mapValues(\.count)
    let rates = Set(clips.map(\.fps)).sorted().map { number($0) }
    return [
      "clip store: \(printable(store.path))",
      "clips:      \(clips.count), \(clips[0].height) × \(clips[0].width) pixels",
      "subjects:   \(subjects.count), with \(spread(subjects.values.sorted())) clips",
      "fps:        \(rates.prefix(8).joined(separator: ", "))\(rates.count > 8 ? ", …" : "")",
      "frames:     \(spread(lengths)) a clip, \(lengths.reduce(0, +)) in all",
      "motion:     \(spread(motions)) frames from onset to offset",
      "emotions:   \(emotions.count)",
    ]
      + emotions.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { emotion, count in
        "  \(padded("\(count)", -5))  \(printable(emotion))"
      }
  }

  private static func describe(_ file: SafeTensors) throws -> [String] {
    let rows = try file.entries.sorted { $0.name < $1.name }.map { entry in
      [printable(entry.name), entry.type.rawValue, "[\(entry.shape.map(String.init).joined(separator: ", "))]"]
        + [try summary(of: entry, file)]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let count = file.entries.reduce(0) { $0 + $1.count }
    var lines = ["tensors: \(rows.count), \(count) elements in all: \(printable(file.path))"]
    lines += file.metadata.sorted { $0.key < $1.key }.map { "metadata \(printable($0.key)): \(printable($0.value))" }
    lines += rows.map { row in
      ((0..<3).map { padded(row[$0], widths[$0]) } + [row[3]]).joined(separator: "  ")
    }
    return lines
  }

  private static func summary(of entry: SafeTensors.Entry, _ file: SafeTensors) throws -> String {
    guard entry.count > 0 else { return "empty" }
    switch entry.type {
    case .float16, .bfloat16, .float32, .float64:
      var lowest = Float.infinity, highest = -Float.infinity, sum = 0.0, finite = 0
      for value in try file.floats(entry.name) where value.isFinite {
        lowest = min(lowest, value)
        highest = max(highest, value)
        sum += Double(value)
        finite += 1
      }
      let bad = entry.count == finite ? "" : "  NOT FINITE: \(entry.count - finite)"
      guard finite > 0 else { return "all" + bad }
      return "\(number(Double(lowest))) … \(number(Double(highest)))  mean \(number(sum / Double(finite)))" + bad
    case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64:
      let values = try file.integers(entry.name)
      let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      return "\(values.min() ?? 0) … \(values.max() ?? 0)  mean \(number(mean))"
    }
  }

  /// `least–most (median m)` of sorted numbers; the upper one of two middle numbers.
  private static func spread(_ sorted: [Int]) -> String {
    guard let least = sorted.first, let most = sorted.last else { return "no" }
    return least == most ? "\(least)" : "\(least)–\(most) (median \(sorted[sorted.count / 2]))"
  }

  /// Six significant digits at most.
  private static func number(_ value: Double) -> String { String(format: "%.6g", value) }

  /// Text filled up with spaces, on the left where the width is negative.
  private static func padded(_ text: String, _ width: Int) -> String {
    let space = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? space + text : text + space
  }
}
