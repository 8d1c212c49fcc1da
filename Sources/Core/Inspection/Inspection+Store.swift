extension Inspection {
  /// The content of a clip store.
  ///
  /// - Parameter clips: indices of the clips to list one by one; nil for none.
  public init(of store: ClipStore, listing clips: [Int]? = nil) {
    self.init(store.content == .flow ? "optical flow of a clip store" : "clip store", at: store.path)
    let all = store.clips
    let lengths = all.map(\.frames).sorted()
    let motions = all.map { $0.offset - $0.onset + 1 }.sorted()
    let subjects = Dictionary(grouping: all, by: \.subject).mapValues(\.count)
    let rates = Set(all.map(\.fps)).sorted().map(shortened)
    let total = lengths.reduce(0, +)
    facts = [
      Fact(
        "clips", "\(all.count), \(all[0].height) × \(all[0].width) pixels",
        ["clipCount": .count(all.count), "height": .count(all[0].height), "width": .count(all[0].width)]),
      Fact(
        "subjects", "\(subjects.count), with \(spread(subjects.values.sorted())) clips",
        ["subjectCount": .count(subjects.count)]),
      Fact("fps", rates.prefix(8).joined(separator: ", ") + (rates.count > 8 ? ", …" : ""), [:]),
      Fact("frames", "\(spread(lengths)) a clip, \(total) in all", ["frameCount": .count(total)]),
      Fact("motion", "\(spread(motions)) frames from onset to offset", [:]),
    ]
    if store.fit != .squash { facts.append(Fact("fit", store.fit.described, ["fit": .text(store.fit.rawValue)])) }
    let byEmotion = Dictionary(grouping: all, by: \.emotion)
    tables = [
      Table(
        "emotions", ["emotion", "clips", "subjects"],
        byEmotion.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { emotion, clips in
          [.text(emotion), .count(clips.count), .count(Set(clips.map(\.subject)).count)]
        })
    ]
    guard let clips else { return }
    tables.append(
      Table(
        "clips",
        ["clip", "subject", "emotion", "fps", "frames", "onset", "apex", "offset", "actionUnits", "source"],
        clips.map { all[$0] }.map { clip in
          [
            .text(clip.name), .text(clip.subject), .text(clip.emotion), .number(clip.fps), .count(clip.frames),
            .count(clip.onset), .count(clip.apex), .count(clip.offset), clip.actionUnits.map(Value.text) ?? .none,
            .text(clip.source),
          ]
        }))
  }
}

/// `least–most (median m)` of sorted numbers; of two middle numbers the upper one.
private func spread(_ sorted: [Int]) -> String {
  guard let least = sorted.first, let most = sorted.last else { return "no" }
  return least == most ? "\(least)" : "\(least)–\(most) (median \(sorted[sorted.count / 2]))"
}
