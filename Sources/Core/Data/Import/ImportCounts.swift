/// How many clips of each class and subject a store has, beside what was published.
public struct ImportCounts: Equatable, Sendable {
  /// A class, or emotion, and its clips.
  public struct Class: Equatable, Sendable {
    public var name: String
    public var stored: Int
    /// Clips of the class as published, where that is known.
    public var published: Int?
  }

  public var classes: [Class]
  /// Clips in all, as published.
  public var published: Int?
  /// Subjects of the dataset as published; the classes may leave some of them without a clip.
  public var publishedSubjects: Int?
  /// Clips of each subject.
  public var subjects: [String: Int]

  /// - Parameters:
  ///   - clips: emotion, as the classes spell it, and subject of each clip.
  ///   - published: what the counts are to be compared with; nil for nothing.
  init(
    of clips: [(emotion: String, subject: String)], _ classes: ClassMap?,
    comparedWith published: ClassPreset.Published?
  ) {
    let byEmotion = Dictionary(grouping: clips, by: \.emotion).mapValues(\.count)
    if let classes {
      let counts = published?.classes == classes ? published?.counts : nil
      self.classes = classes.groups.indices.map { index in
        let stored = classes.groups[index].reduce(0) { $0 + (byEmotion[$1] ?? 0) }
        return Class(name: classes.names[index], stored: stored, published: counts?[index])
      }
    } else {
      self.classes = byEmotion.sorted { $0.key < $1.key }.map { Class(name: $0.key, stored: $0.value) }
    }
    self.published = published?.clips
    publishedSubjects = published?.subjects
    subjects = Dictionary(grouping: clips, by: \.subject).mapValues(\.count)
  }

  /// A table of the classes, one line each, then the subjects, as many per line as fit in 100 characters.
  var lines: [String] {
    let stored = classes.reduce(0) { $0 + $1.stored }
    let rows =
      classes.map { (printable($0.name), $0.stored, $0.published) } + [
        ("all clips", stored, published), ("subjects", subjects.count, publishedSubjects),
      ]
    let width = max(10, rows.map(\.0.count).max() ?? 0)
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let isCompared = published != nil
    var lines = ["class" + right("stored", width + 2) + (isCompared ? right("published", 11) : "")]
    for (name, stored, published) in rows {
      let compared = isCompared ? right(published.map(String.init) ?? "-", 11) : ""
      // The classes may leave subjects without a clip, so their number says little.
      let mark = name != "subjects" && published.map { $0 != stored } == true ? "  differs" : ""
      lines.append(name + right("\(stored)", width + 7 - name.count) + compared + mark)
    }
    var line = "clips per subject:"
    for (index, subject) in subjects.sorted(by: { $0.key < $1.key }).enumerated() {
      let text = " \(printable(subject.key)) \(subject.value)" + (index + 1 < subjects.count ? "," : "")
      if line.count + text.count > 100 {
        lines.append(line)
        line = " "
      }
      line += text
    }
    return lines + [line]
  }
}
