import Foundation

/// The frames of a clip that is a folder of images.
struct FrameFolder {
  struct Frame: Equatable {
    /// The number in the file's name (the last one there).
    var number: Int
    var path: String
  }

  /// Sorted by number.
  var frames: [Frame]
  /// Names in the folder that are not frames, sorted.
  var strays: [String]

  private static let suffixes: Set<String> = ["jpg", "jpeg", "png", "bmp"]

  /// - Throws: a `Fault` naming the folder when it cannot be read, has no frames, or two with one number.
  init(_ path: String) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Fault(at: path, "cannot be read as a folder of frames")
    }
    var found: [(numbers: [Int], name: String)] = []
    var strays: [String] = []
    for name in names.sorted() {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      let stem = parts.dropLast().joined(separator: ".")
      let numbers = FrameFolder.numbers(in: stem)
      let isFrame = parts.count > 1 && FrameFolder.suffixes.contains(parts[parts.count - 1].lowercased())
      // Names that begin with a point are hidden copies from other systems.
      if isFrame, !numbers.isEmpty, !name.hasPrefix(".") { found.append((numbers, name)) } else { strays.append(name) }
    }
    guard !found.isEmpty else { throw Fault(at: path, "has no frames (numbered JPEG, PNG or BMP files)") }
    found.sort { ($0.numbers.last ?? 0, $0.name) < ($1.numbers.last ?? 0, $1.name) }
    for (one, next) in zip(found, found.dropFirst()) where one.numbers.last == next.numbers.last {
      throw Fault(at: path, "`\(one.name)` and `\(next.name)` have the same frame number")
    }
    frames = found.map { Frame(number: $0.numbers.last ?? 0, path: "\(path)/\($0.name)") }
    self.strays = strays
  }

  /// The whole numbers in a text, in order; one too large for 64 bits counts as the largest.
  static func numbers(in text: String) -> [Int] {
    text.utf8.split { !(0x30...0x39 ~= $0) }.map { digits in
      Int(String(decoding: digits, as: UTF8.self)) ?? Int.max
    }
  }

  /// The indices of an onset and an offset among the frames.
  struct Span: Equatable {
    var onset: Int
    var offset: Int
    /// What is subtracted from annotated numbers to get indices; nil where they are numbers of files.
    var base: Int?
    /// What was corrected.
    var repairs: [String] = []
  }

  /// Finds annotated frame numbers: as numbers in file names, else counted from the clip's first frame (which is 1,
  /// or 0 where the onset is 0), else as numbers of the recording where the clip has as many frames, else the nearest
  /// frames inside.
  ///
  /// - Returns: nil when there is no frame between them.
  func span(onset: Int?, offset: Int?) -> Span? {
    let first = frames[0].number
    let last = frames[frames.count - 1].number
    let onset = onset ?? first
    let offset = offset ?? last
    guard onset <= offset else { return nil }
    if let start = index(of: onset), let end = index(of: offset) { return Span(onset: start, offset: end) }
    let isInside = onset >= first && offset <= last
    let base = onset == 0 ? 0 : 1
    if !isInside, onset >= base, offset - base < frames.count {
      return Span(
        onset: onset - base, offset: offset - base, base: base,
        repairs: ["frame numbers \(onset) to \(offset) are counted from the clip's first frame, \(first)"])
    }
    if onset > last, offset - onset == frames.count - 1 {
      return Span(
        onset: 0, offset: frames.count - 1, base: onset,
        repairs: ["frames \(onset) to \(offset) are those of the recording; all \(frames.count) of the clip are used"])
    }
    guard let start = frames.firstIndex(where: { $0.number >= onset }),
      let end = frames.lastIndex(where: { $0.number <= offset }), start <= end
    else { return nil }
    var span = Span(onset: start, offset: end)
    for (name, wanted, found) in [("onset", onset, frames[start].number), ("offset", offset, frames[end].number)]
    where wanted != found {
      span.repairs.append("\(name) \(wanted) does not exist, \(found) is used")
    }
    return span
  }

  /// The index of the frame with this number in its file's name.
  func index(of number: Int) -> Int? { frames.firstIndex { $0.number == number } }
}
