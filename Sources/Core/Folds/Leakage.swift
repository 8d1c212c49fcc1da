/// What is on both sides of a split, in training and in test, and makes figures better than they are.
public struct Leakage: Codable, Equatable, Sendable {
  /// Clips that have a frame in common and are in different folds.
  public var frames: [[String]] = []
  /// Clips of one recording, by their source, that are in different folds.
  public var recordings: [[String]] = []
  /// Names of subjects in different folds that are probably one person's; see `SubjectName`.
  public var subjects: [[String]] = []
  /// Clips that have a frame in common and are in one fold: they count several times.
  public var repeated: [[String]] = []

  public init() {}

  /// Whether nothing is on both sides.
  public var isNone: Bool { frames.isEmpty && recordings.isEmpty && subjects.isEmpty }

  /// Compares the folds of a dataset.
  ///
  /// - Parameters:
  ///   - split: by clips (`sample`), the folds share subjects, which is no finding.
  ///   - store: the dataset's clips; what they are made of counts, whatever they are called.
  ///   - similarSubjects: whether similar names are those of different people.
  /// - Throws: a `Fault` when the store cannot be read.
  public init(
    in split: FoldFile.Dataset, store: ClipStore, similarSubjects: SweepConfiguration.SimilarSubjects
  ) throws {
    self.init(
      in: split, clips: store.clips, sharedFrames: try SharedFrames.groups(in: store), similarSubjects: similarSubjects)
  }

  /// - Parameter sharedFrames: groups of clips that have frames in common, by their indices.
  init(
    in split: FoldFile.Dataset, clips: [Clip], sharedFrames: [[Int]],
    similarSubjects: SweepConfiguration.SimilarSubjects
  ) {
    let members = split.folds.enumerated().flatMap { fold, clips in clips.map { ($0.name, (fold, $0.subject)) } }
    let known = Dictionary(members) { first, _ in first }
    /// The clips of a group that are in folds, and in how many folds they are.
    func inFolds(_ names: [String]) -> (names: [String], folds: Int) {
      let own = names.filter { known[$0] != nil }
      return (own, Set(own.compactMap { known[$0]?.0 }).count)
    }
    for group in sharedFrames {
      let found = inFolds(group.map { clips[$0].name })
      if found.folds > 1 { frames.append(found.names) } else if found.names.count > 1 { repeated.append(found.names) }
    }
    // Only a path tells one recording from another: `synthetic`, or the name of a database, does not.
    let sources = Dictionary(grouping: clips.filter { $0.source.contains { $0 == "/" || $0 == "." } }) { clip in
      [clip.part ?? "", clip.source]
    }
    recordings = sources.values.map { inFolds($0.map(\.name)) }.filter { $0.folds > 1 }.map(\.names)
      .sorted { $0[0] < $1[0] }
    guard split.rule != .sample, similarSubjects == .refused else { return }
    let folds = split.folds.enumerated().flatMap { fold, clips in Set(clips.map(\.subject)).map { ($0, fold) } }
    subjects = SubjectName.similar(folds.map(\.0)).filter { names in
      Set(folds.filter { names.contains($0.0) }.map(\.1)).count > 1
    }
  }
}

extension SweepConfiguration.Dataset {
  /// Refuses a split that has the same on both sides, unless the sweep file says that it is only reported.
  ///
  /// Clips of one recording are no fault where single clips are put into folds: their subjects are on both sides
  /// anyway.
  /// - Throws: `Faults` naming the clips.
  public func require(no leakage: Leakage, in split: FoldFile.Dataset) throws {
    guard self.leakage == .refused else { return }
    let advice = "leave one out of the store, or set \(name)'s leakage to reported"
    var faults = leakage.frames.map { names in
      Fault(at: name, "the clips \(Leakage.list(names)) have a frame in common and are in different folds; \(advice)")
    }
    if split.rule != .sample {
      faults += leakage.recordings.map { names in
        Fault(
          at: name,
          "the clips \(Leakage.list(names)) are of one recording and in different folds, under different subjects; "
            + "correct their subjects, or set \(name)'s leakage to reported")
      }
    }
    faults += leakage.subjects.map { Fault(at: name, "\(SubjectName.remark($0)) and are in different folds") }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}

extension Leakage {
  /// Names for people, the first few of them.
  static func list(_ names: [String]) -> String {
    let most = 4
    let shown = names.prefix(most).map { "`\(printable($0))`" }.joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}

extension Leakage {
  /// What was found, for people: a line for each kind; none where nothing was.
  public var remarks: [String] { acrossFolds + insideFolds }

  /// What is in training and in test, a line for each kind, names between backticks.
  public var acrossFolds: [String] {
    [
      remark(frames, "have a frame in common and are in training and in test"),
      remark(recordings, "are of one recording and are in training and in test"),
      subjects.first.map { "\(SubjectName.remark($0)) and are in training and in test\(more(than: subjects))" },
    ].compactMap { $0 }
  }

  /// What is several times in one fold, a line.
  public var insideFolds: [String] {
    [remark(repeated, "have a frame in common, so they count several times")].compactMap { $0 }
  }

  private func remark(_ groups: [[String]], _ what: String) -> String? {
    groups.first.map { "the clips \(Leakage.list($0)) \(what)\(more(than: groups))" }
  }

  private func more(than groups: [[String]]) -> String {
    groups.count > 1 ? ", and \(groups.count - 1) more such groups" : ""
  }
}
