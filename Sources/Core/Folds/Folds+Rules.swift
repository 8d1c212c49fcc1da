extension Folds {
  /// A subject with all its clips, sorted by name.
  struct Subject {
    var name: String
    var clips: [FoldClip]

    /// Clips a class.
    func counts(_ classCount: Int) -> [Int] {
      clips.reduce(into: Array(repeating: 0, count: classCount)) { $0[$1.label] += 1 }
    }
  }

  /// The subjects of `sorted` clips, sorted by name.
  static func subjects(of sorted: [FoldClip]) -> [Subject] {
    Dictionary(grouping: sorted, by: \.subject).map { Subject(name: $0.key, clips: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// Whole subjects to folds: the largest first, each to the fold where it unbalances class counts and sizes least.
  ///
  /// What is kept small is the sum, over folds, of Σ_c n_c² / N_c + n² / N (n of the fold, N of the dataset): rare
  /// classes weigh as much as frequent ones, and an empty fold always costs least, so that none stays empty.
  static func bySubject(_ sorted: [FoldClip], classCount: Int, count: Int, seed: UInt64) -> [[FoldClip]] {
    let totals = Subject(name: "", clips: sorted).counts(classCount).map { Double(max($0, 1)) }
    let order = subjects(of: sorted)
      .map { subject in
        let name = CounterRandom.coordinate(subject.name)
        let draw = CounterRandom(seed, CounterRandom.coordinate("folds.subject"), name)
        return (subject: subject, tieBreak: draw.bits(at: 0))
      }
      .sorted {
        ($1.subject.clips.count, $0.tieBreak, $0.subject.name) < ($0.subject.clips.count, $1.tieBreak, $1.subject.name)
      }
    var folds: [[FoldClip]] = Array(repeating: [], count: count)
    var counts = Array(repeating: Array(repeating: 0, count: classCount), count: count)
    for (subject, _) in order {
      let added = subject.counts(classCount)
      func cost(_ fold: Int) -> Double {
        var cost = increase(folds[fold].count, subject.clips.count) / Double(sorted.count)
        for label in 0..<classCount { cost += increase(counts[fold][label], added[label]) / totals[label] }
        return cost
      }
      let costs = (0..<count).map(cost)
      let best = (0..<count).min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
      folds[best] += subject.clips
      for label in 0..<classCount { counts[best][label] += added[label] }
    }
    return folds.map { $0.sorted { $0.name < $1.name } }
  }

  /// (n + added)² - n².
  private static func increase(_ n: Int, _ added: Int) -> Double {
    Double(added) * Double(2 * n + added)
  }

  /// Clips of each class dealt to the folds in a random order, each class going on where the one before stopped, so
  /// that both class counts and sizes differ by one at most.
  static func bySample(_ sorted: [FoldClip], classCount: Int, count: Int, seed: UInt64) -> [[FoldClip]] {
    var folds: [[FoldClip]] = Array(repeating: [], count: count)
    var next = 0
    for label in 0..<classCount {
      let members = sorted.filter { $0.label == label }
      let random = CounterRandom(seed, CounterRandom.coordinate("folds.sample"), UInt64(label))
      for index in random.permutation(members.count) {
        folds[next % count].append(members[index])
        next += 1
      }
    }
    return folds.map { $0.sorted { $0.name < $1.name } }
  }

  /// The inner validation part of a fold's training clips: whole subjects, about one fifth of the clips.
  ///
  /// The training subjects are split as by `subject` into five (fewer when there are fewer subjects), and of these
  /// parts the one is taken that has the most classes, leaves the most classes to train on, and is nearest to a fifth.
  /// - Throws: `Fault` for fewer than two training subjects.
  public static func validation(
    of training: [FoldClip], seed: UInt64, place: String = "training.selection"
  ) throws -> [FoldClip] {
    let sorted = training.sorted { $0.name < $1.name }
    let subjectCount = Set(sorted.map(\.subject)).count
    guard subjectCount >= 2 else {
      throw Fault(
        at: place, "validation needs at least 2 training subjects to hold one out, there are \(subjectCount); use last")
    }
    guard let smallest = sorted.map(\.label).min(), let largest = sorted.map(\.label).max(), smallest >= 0 else {
      throw Fault(at: place, "a training clip has a negative label")
    }
    let inner = CounterRandom(seed, CounterRandom.coordinate("folds.validation")).bits(at: 0)
    let parts = bySubject(sorted, classCount: largest + 1, count: min(5, subjectCount), seed: inner)
    func merit(_ part: [FoldClip]) -> (held: Int, left: Int, distance: Int) {
      let held = Set(part.map(\.name))
      let left = Set(sorted.filter { !held.contains($0.name) }.map(\.label)).count
      return (Set(part.map(\.label)).count, left, -abs(5 * part.count - sorted.count))
    }
    let merits = parts.map(merit)
    let best = parts.indices.max { merits[$0] < merits[$1] } ?? 0
    return parts[best]
  }
}
