/// Who shows what: the clips of a synthetic dataset as pairs of a subject and a class.
///
/// Class counts and the number of clips a subject are fixed first; `confounding` then only decides how far the
/// classes gather in some subjects.
struct SyntheticCast: Sendable {
  /// Number of subjects; the indices are 0 ..< subjects.
  var subjects: Int
  /// One a clip.
  var roles: [Role]

  struct Role: Equatable, Sendable {
    var subject: Int
    var label: Int
  }

  init(_ original: SyntheticOriginal, clips: Int, confounding: Double, random: CounterRandom) {
    let counts = SyntheticCast.classCounts(original.clipsPerClass, clips: clips)
    subjects = SyntheticCast.subjectCount(original, clips: clips)
    let quotas = SyntheticCast.quotas(subjects: subjects, clips: clips, random: random)
    var draws = Draws(random: random, next: 1 << 32)
    roles = SyntheticCast.assign(counts, quotas, confounding, &draws)
  }

  /// The original's counts scaled to `clips` (largest remainder), no class below five clips where there are enough,
  /// so that five folds by subject make sense.
  static func classCounts(_ original: [Int], clips: Int) -> [Int] {
    let floor = min(5, clips / original.count)
    var counts = apportion(original.map(Double.init), total: clips)
    // What the rarest classes are given is taken from those that have most above the floor.
    for label in counts.indices {
      while counts[label] < floor {
        let richest = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        counts[richest] -= 1
        counts[label] += 1
      }
    }
    return counts
  }

  /// Subjects in proportion to the clips, but at least ten for forty clips and one for four below that, never more
  /// than the original has.
  static func subjectCount(_ original: SyntheticOriginal, clips: Int) -> Int {
    let scaled = Int((Double(original.subjects) * Double(clips) / Double(original.clips)).rounded())
    let least = clips >= 40 ? 10 : max(min(5, clips), clips / 4)
    return min(original.subjects, max(least, scaled))
  }

  /// Clips a subject: uneven as in the originals, at least two where there are enough.
  private static func quotas(subjects: Int, clips: Int, random: CounterRandom) -> [Int] {
    let least = min(2, clips / subjects)
    let weights = (0..<subjects).map { 0.5 + random.uniform(at: UInt64($0)) }
    return apportion(weights, total: clips - least * subjects).map { $0 + least }
  }

  /// Whole shares of `total` in proportion to `weights`, by the largest remainder; ties go to the first.
  private static func apportion(_ weights: [Double], total: Int) -> [Int] {
    let sum = weights.reduce(0, +)
    let exact = weights.map { $0 * Double(total) / sum }
    var shares = exact.map { Int($0) }
    let order = exact.indices.sorted { a, b in
      let (left, right) = (exact[a] - Double(shares[a]), exact[b] - Double(shares[b]))
      return left > right || (left == right && a < b)
    }
    for index in order.prefix(max(0, total - shares.reduce(0, +))) { shares[index] += 1 }
    return shares
  }

  /// Random numbers taken one after the other.
  private struct Draws {
    let random: CounterRandom
    var next: UInt64

    mutating func uniform() -> Double {
      next += 1
      return random.uniform(at: next)
    }

    mutating func integer(below bound: Int) -> Int {
      next += 1
      return random.integer(below: bound, at: next)
    }
  }

  /// Gives every clip of every class to a subject with room for it.
  ///
  /// The first five of each class go to different subjects, the rarest class first. With probability `confounding` a
  /// clip goes to a subject whose favourite the class is; otherwise each free place is as likely as any other.
  private static func assign(
    _ counts: [Int], _ quotas: [Int], _ confounding: Double, _ draws: inout Draws
  ) -> [Role] {
    let favourites = favourites(counts, quotas, draws.random)
    var room = quotas
    var shown = Array(repeating: Set<Int>(), count: counts.count)
    var roles: [Role] = []
    func place(_ label: Int, isSpread: Bool) {
      var eligible = room.indices.filter { room[$0] > 0 && !(isSpread && shown[label].contains($0)) }
      if eligible.isEmpty { eligible = room.indices.filter { room[$0] > 0 } }
      if draws.uniform() < confounding {
        let fond = eligible.filter { favourites[$0] == label }
        if !fond.isEmpty { eligible = fond }
      }
      var ticket = draws.integer(below: max(1, eligible.reduce(0) { $0 + room[$1] }))
      for subject in eligible {
        ticket -= room[subject]
        if ticket < 0 {
          room[subject] -= 1
          shown[label].insert(subject)
          roles.append(Role(subject: subject, label: label))
          return
        }
      }
    }
    let rarestFirst = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
    for label in rarestFirst {
      for _ in 0..<min(5, counts[label]) { place(label, isSpread: true) }
    }
    let rest = counts.indices.flatMap { Array(repeating: $0, count: max(0, counts[$0] - 5)) }
    for index in CounterRandom(draws.random.bits(at: 1 << 33)).permutation(rest.count) {
      place(rest[index], isSpread: false)
    }
    return roles
  }

  /// The class that each subject shows most when confounding is strong: in a random order, each subject takes the
  /// class that has most clips left for it.
  private static func favourites(_ counts: [Int], _ quotas: [Int], _ random: CounterRandom) -> [Int] {
    var left = counts
    var favourites = Array(repeating: 0, count: quotas.count)
    for subject in CounterRandom(random.bits(at: 1 << 34)).permutation(quotas.count) {
      let label = left.indices.max { (left[$0], $1) < (left[$1], $0) } ?? 0
      favourites[subject] = label
      left[label] -= quotas[subject]
    }
    return favourites
  }
}
