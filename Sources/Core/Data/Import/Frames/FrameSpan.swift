/// Where the frames of an annotation are among those of a clip's folder.
struct FrameSpan: Equatable {
  /// How the numbers were understood.
  enum Reading: Equatable {
    /// As numbers of files.
    case files
    /// Counted from the clip's first frame, which is 0 or 1.
    case counted(from: Int)
    /// As numbers of the recording; they are those of all frames of the clip.
    case recording
  }

  /// Indices among the frames of the folder.
  var onset: Int
  var offset: Int
  /// Nil when there is none in the annotation, or it is not between onset and offset.
  var apex: Int?
  var reading = Reading.files
  /// Numbers that are not there, and which were taken.
  var replaced: [String] = []

  var indices: ClosedRange<Int> { onset...offset }

  /// What a person should know about numbers that do not fit how the whole table counts; nil without any, and for
  /// those of the recording, which are a repair.
  func doubt(of marks: FrameMarks, _ numbers: FrameNumbers) -> String? {
    guard let range = marks.range else { return nil }
    let words = "frame numbers \(range.lowerBound) to \(range.upperBound) do not fit the clip as those of the table do"
    if !replaced.isEmpty { return "\(words): \(replaced.joined(separator: "; "))" }
    switch reading {
    case .counted(let base): return "\(words): they are counted from its first frame, which is \(base)"
    case .recording: return nil
    case .files where numbers.areOwn: return "\(words): they are read as numbers of files"
    case .files: return "\(words): they are counted from its first frame, which is 1"
    }
  }
}

extension FrameNumbers {
  /// Finds annotated frames.
  ///
  /// - Parameter rule: how the table counts; nil to find out from these numbers alone: as numbers of files, else
  ///   counted from the clip's first frame (which is 1, or 0 where the onset is 0), else as numbers of the recording
  ///   where the clip has as many frames, else the nearest frames.
  /// - Returns: nil when there is no frame between onset and offset.
  func span(of marks: FrameMarks, by rule: FrameNumbering.Rule? = nil) -> FrameSpan? {
    // What the table gives no number for is the first or the last frame, however frames are counted.
    let base = rule.map { $0.base } ?? base(of: marks)
    if let base {
      let (start, end) = (marks.onset.map { $0 - base } ?? 0, marks.offset.map { $0 - base } ?? count - 1)
      guard start >= 0, start <= end, end < count else { return nil }
      let apex = marks.apex.flatMap { start...end ~= $0 - base ? $0 - base : nil }
      return FrameSpan(onset: start, offset: end, apex: apex, reading: .counted(from: base))
    }
    if rule == nil, let onset = marks.onset, let offset = marks.offset, onset > last, offset - onset == count - 1 {
      let apex = marks.apex.flatMap { onset...offset ~= $0 ? $0 - onset : nil }
      return FrameSpan(onset: 0, offset: count - 1, apex: apex, reading: .recording)
    }
    let (onset, offset) = (marks.onset ?? first, marks.offset ?? last)
    guard onset <= offset, has(anyIn: onset...offset) else { return nil }
    var span = FrameSpan(onset: nearest(to: onset), offset: nearest(to: offset))
    span.replaced = replacement("onset", onset, span.onset) + replacement("offset", offset, span.offset)
    if let apex = marks.apex, onset...offset ~= apex {
      let index = min(max(nearest(to: apex), span.onset), span.offset)
      span.apex = index
      span.replaced += replacement("apex", apex, index)
    }
    return span
  }

  /// What annotated numbers count from if no other row says it; nil where they are numbers of files or neither.
  private func base(of marks: FrameMarks) -> Int? {
    let (onset, offset) = (marks.onset ?? first, marks.offset ?? last)
    guard onset < first || offset > last else { return nil }
    let base = onset == 0 ? 0 : 1
    return onset >= base && onset <= offset && offset - base < count ? base : nil
  }

  private func replacement(_ mark: String, _ number: Int, _ index: Int) -> [String] {
    values[index] == number ? [] : ["\(mark) \(number) is not there, \(values[index]) is used"]
  }
}
