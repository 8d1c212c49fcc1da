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
    let landmarked = all.count { $0.landmarks != nil }
    if landmarked > 0 {
      facts.append(
        Fact(
          "landmarks", landmarked == all.count ? "of all clips" : "of \(landmarked) of the clips",
          ["landmarkedClipCount": .count(landmarked)]))
    }
    let byEmotion = Dictionary(grouping: all, by: \.emotion)
    tables = [
      Table(
        "emotions", ["emotion", "clips", "subjects"],
        byEmotion.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { emotion, clips in
          [.text(emotion), .count(clips.count), .count(Set(clips.map(\.subject)).count)]
        })
    ]
    tables += Inspection.actionUnits(of: all)
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

  /// How many clips have each action unit, on which side; no table where no clip has any.
  private static func actionUnits(of clips: [Clip]) -> [Table] {
    var counts: [Int: (clips: Int, left: Int, right: Int, uncertain: Int)] = [:]
    var unreadable = 0
    for clip in clips where clip.actionUnits != nil {
      guard let coded = clip.codedUnits else {
        unreadable += 1
        continue
      }
      for (number, units) in Dictionary(grouping: coded.units, by: \.number) {
        var count = counts[number] ?? (0, 0, 0, 0)
        count.clips += 1
        if units.contains(where: { $0.side == .left }) { count.left += 1 }
        if units.contains(where: { $0.side == .right }) { count.right += 1 }
        if !units.contains(where: \.isCertain) { count.uncertain += 1 }
        counts[number] = count
      }
    }
    var rows: [[Value]] = counts.sorted { $0.key < $1.key }.map { number, count in
      [
        .text("\(number)"), .count(count.clips), .count(count.left), .count(count.right), .count(count.uncertain),
      ]
    }
    if unreadable > 0 { rows.append([.text("unreadable"), .count(unreadable), .none, .none, .none]) }
    return rows.isEmpty ? [] : [Table("actionUnits", ["unit", "clips", "left", "right", "uncertain"], rows)]
  }
}

/// `least–most (median m)` of sorted numbers; of two middle numbers the upper one.
private func spread(_ sorted: [Int]) -> String {
  guard let least = sorted.first, let most = sorted.last else { return "no" }
  return least == most ? "\(least)" : "\(least)–\(most) (median \(sorted[sorted.count / 2]))"
}
