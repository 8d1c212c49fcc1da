import Foundation

/// A picture of clips of a store, one row per clip: onset, apex, offset, and the differences between them.
///
/// Where a clip has landmarks, its onset frame has a green point at each.
///
/// A difference is grey where nothing changed. Motions of a few hundredths of a face are hard to see, so the
/// differences of a row are multiplied by a whole number: the largest with which at most one value in 200 is beyond
/// black or white, but at most 16.
///
/// A store of optical flow has onset, apex and offset only, in the colours of `FlowColours`.
public struct ContactSheet {
  /// The title of each column.
  public let columns: [String]
  /// The most clips that a sheet shows.
  public static let mostClips = 100

  /// One clip of the sheet.
  struct Row: Equatable {
    let clip: Clip
    /// What is amplified in its row, and by how much.
    let scale: String
  }

  let rows: [Row]
  private let size: Int
  /// The frames of each row, one per column, `[size, size, 3]`, values from -1 to 1.
  private let frames: [[[Float]]]

  private static let gap = 2
  /// Pixels for texts at the left and at the top.
  private static let margin = (left: 200, top: 22)

  /// Which clips a sheet shows where nobody names them: one of each subject, then a second one of each, until there
  /// are enough.
  ///
  /// - Parameters:
  ///   - clips: of a store, in its order.
  ///   - count: the most that are shown.
  /// - Returns: their indices; subjects are in the order of their first clips.
  public static func selection(of clips: [Clip], count: Int) -> [Int] {
    var seen: [String: Int] = [:]
    let turns = clips.map { clip in
      seen[clip.subject, default: 0] += 1
      return seen[clip.subject, default: 0]
    }
    return clips.indices.sorted { (turns[$0], $0) < (turns[$1], $1) }.prefix(count).map { $0 }
  }

  /// - Parameters:
  ///   - clips: indices of the clips to show; only the first 100 are shown.
  ///   - size: height and width of a frame in the picture, pixels, 8 to 512; frames are never enlarged.
  /// - Throws: a `Fault` when a frame cannot be read.
  public init(of store: ClipStore, clips: [Int], size: Int = 128) throws {
    let (tall, wide) = (store.clips[0].height, store.clips[0].width)
    self.size = min(max(size, 8), 512, max(tall, wide))
    let scaling = FrameScaling(height: tall, width: wide, to: self.size)
    var rows: [Row] = []
    var frames: [[[Float]]] = []
    for index in clips.prefix(ContactSheet.mostClips) {
      let clip = store.clips[index]
      let shown = try [clip.onset, clip.apex, clip.offset].map { try store.frame($0, of: index, scaling) }
      let (row, scale) = store.content == .flow ? ContactSheet.flow(shown) : ContactSheet.withDifferences(shown)
      rows.append(Row(clip: clip, scale: scale))
      frames.append(row)
      if store.content == .frames, let landmarks = clip.landmarks {
        frames[frames.count - 1][0].draw(landmarks, of: (tall, wide), size: self.size)
      }
    }
    columns = ["onset", "apex", "offset"] + (store.content == .flow ? [] : ["apex - onset", "offset - apex"])
    (self.rows, self.frames) = (rows, frames)
  }

  /// A row of frames, and their differences.
  private static func withDifferences(_ shown: [[Float]]) -> (frames: [[Float]], scale: String) {
    let differences = [(1, 0), (2, 1)].map { later, earlier in zip(shown[later], shown[earlier]).map { $0 - $1 } }
    let gain = ContactSheet.gain(differences.joined().map(abs))
    return (shown + differences.map { $0.map { $0 * Float(gain) } }, "differences × \(gain)")
  }

  /// A row of optical flow, in colours.
  private static func flow(_ shown: [[Float]]) -> (frames: [[Float]], scale: String) {
    let lengths = shown.flatMap { flow in stride(from: 2, to: flow.count, by: 3).map { flow[$0] } }
    let colours = FlowColours(lengths)
    let share = String(format: "%.2g", 100 * colours.full / FlowQuantization.inputPerWidth)
    return (shown.map(colours.draw), "full colour \(share) % of width")
  }

  /// - Parameter changes: magnitudes of differences, 0 to 2.
  static func gain(_ changes: [Float]) -> Int {
    let sorted = changes.sorted()
    let large = sorted.isEmpty ? 0 : sorted[sorted.count - 1 - sorted.count / 200]
    return large > 0 ? Int(min(max(1 / large, 1), 16)) : 1
  }

  /// A description of the picture, for use if ffmpeg cannot draw texts into it.
  public var legend: [String] {
    ["columns: \(columns.joined(separator: ", "))"]
      + rows.enumerated().map { index, row in
        let clip = row.clip
        let about = "\(clip.name), subject \(clip.subject), \(clip.emotion)"
        return printable("row \(index + 1): \(about), \(frameNumbers(clip)), \(row.scale)")
      }
  }

  /// Writes the picture as PNG with the program ffmpeg; with texts if this ffmpeg can draw them.
  ///
  /// - Throws: a `Fault` when ffmpeg is missing or the path cannot be written.
  public func write(to path: String) throws { try write(to: path, by: FFmpeg()) }

  func write(to path: String, by ffmpeg: FFmpeg) throws {
    let margin = ContactSheet.margin
    let labelled = picture(left: margin.left, top: margin.top)
    if try !labelled.write(to: path, labels: labels, by: ffmpeg) {
      try picture(left: 0, top: 0).write(to: path, by: ffmpeg)
    }
  }

  /// The frames, with margins for texts.
  func picture(left: Int, top: Int) -> Picture {
    let step = size + ContactSheet.gap
    var picture = Picture(
      width: left + columns.count * step - ContactSheet.gap,
      height: top + frames.count * step - ContactSheet.gap)
    for (row, shown) in frames.enumerated() {
      for (column, frame) in shown.enumerated() {
        picture.draw(frame, size: size, x: left + column * step, y: top + row * step)
      }
    }
    return picture
  }

  private var labels: [Picture.Label] {
    let (step, margin) = (size + ContactSheet.gap, ContactSheet.margin)
    let heads = columns.enumerated().map { column, text in
      Picture.Label(text: text, x: margin.left + column * step + 2, y: 4)
    }
    return heads
      + rows.enumerated().flatMap { index, row in
        let texts = [
          row.clip.name, "subject \(row.clip.subject)", row.clip.emotion, frameNumbers(row.clip),
          row.scale.replacingOccurrences(of: "×", with: "x"),
        ]
        // Small frames have room for fewer lines.
        return texts.prefix(max(1, size / 18)).enumerated().map { line, text in
          Picture.Label(text: shortened(text, to: 25), x: 4, y: margin.top + index * step + 4 + 18 * line)
        }
      }
  }

  private func frameNumbers(_ clip: Clip) -> String { "frames \(clip.onset), \(clip.apex), \(clip.offset)" }

  /// Keeps the end of a text: the ends of clips' names differ more than their beginnings.
  private func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : "…" + text.suffix(count - 1)
  }
}
