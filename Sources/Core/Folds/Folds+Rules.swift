extension Folds {
  /// A subject with all its clips, sorted by name.
  struct Subject {
    var name: String
    var clips: [FoldClip]

    /// Number of clips per class.
    func counts(_ classCount: Int) -> [Int] {
      clips.reduce(into: Array(repeating: 0, count: classCount)) { $0[$1.label] += 1 }
    }
  }

  /// The subjects of `sorted` clips, sorted by name.
  static func subjects(of sorted: [FoldClip]) -> [Subject] {
    Dictionary(grouping: sorted, by: \.subject).map { Subject(name: $0.key, clips: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// The clips of each part of a composite dataset, the parts sorted by name.
  static func parts(of sorted: [FoldClip]) -> [[FoldClip]] {
    Dictionary(grouping: sorted) { $0.part ?? "" }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Assigns whole subjects to folds: the largest first, each to the fold where class counts and sizes stay most
  /// balanced.
  ///
  /// It minimises the sum over folds of Σ_c n_c² / N_c + n² / N (n of the fold, N of the dataset). Rare classes weigh
  /// as much as frequent ones, and an empty fold always has the lowest cost, so that none stays empty.
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

  /// Deals the clips of each class to the folds in turn, in a random order; each class starts at the fold after the
  /// previous class's last one. So both class counts and sizes differ by one at most.
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
  /// The training subjects are split as by `subject` into five parts (fewer if there are fewer subjects). Of these the
  /// one is chosen that has the most classes; then, that leaves the most classes to train on; then, that is nearest to
  /// a fifth.
  /// - Throws: `Fault` for fewer than two training subjects.
  public static func validation(
    of training: [FoldClip], seed: UInt64, location: String = "training.selection"
  ) throws -> [FoldClip] {
    let sorted = training.sorted { $0.name < $1.name }
    let subjectCount = Set(sorted.map(\.subject)).count
    guard subjectCount >= 2 else {
      throw Fault(
        at: location,
        "validation needs at least 2 training subjects to hold one out, there are \(subjectCount); use last")
    }
    guard let smallest = sorted.map(\.label).min(), let largest = sorted.map(\.label).max(), smallest >= 0 else {
      throw Fault(at: location, "a training clip has a negative label")
    }
    let inner = CounterRandom(seed, CounterRandom.coordinate("folds.validation")).bits(at: 0)
    let parts = bySubject(sorted, classCount: largest + 1, count: min(5, subjectCount), seed: inner)
    func quality(_ part: [FoldClip]) -> (held: Int, left: Int, distance: Int) {
      let held = Set(part.map(\.name))
      let left = Set(sorted.filter { !held.contains($0.name) }.map(\.label)).count
      return (Set(part.map(\.label)).count, left, -abs(5 * part.count - sorted.count))
    }
    let qualities = parts.map(quality)
    let best = parts.indices.max { qualities[$0] < qualities[$1] } ?? 0
    return parts[best]
  }
}
