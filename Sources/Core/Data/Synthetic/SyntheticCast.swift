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

  /// Gives every clip, in a random order, to a subject with room for it: with probability `confounding` to one whose
  /// favourite its class is; otherwise each free place is as likely as any other.
  private static func assign(
    _ counts: [Int], _ quotas: [Int], _ confounding: Double, _ draws: inout Draws
  ) -> [Role] {
    let favourites = favourites(counts, quotas, draws.random)
    let labels = counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }
    var room = quotas
    var roles: [Role] = []
    for index in CounterRandom(draws.random.bits(at: 1 << 33)).permutation(labels.count) {
      let isConfounded = draws.uniform() < confounding
      var eligible = room.indices.filter { room[$0] > 0 && isConfounded && favourites[$0] == labels[index] }
      if eligible.isEmpty { eligible = room.indices.filter { room[$0] > 0 } }
      var ticket = draws.integer(below: eligible.reduce(0) { $0 + room[$1] })
      for subject in eligible {
        ticket -= room[subject]
        if ticket < 0 {
          room[subject] -= 1
          roles.append(Role(subject: subject, label: labels[index]))
          break
        }
      }
    }
    return spread(roles, counts, subjects: quotas.count)
  }

  /// Swaps subjects between clips until each class is shown by five subjects, where it has so many clips: folds by
  /// subject need several. Most classes already are, so that little is swapped.
  private static func spread(_ assigned: [Role], _ counts: [Int], subjects: Int) -> [Role] {
    var roles = assigned
    var shows = Array(repeating: Array(repeating: 0, count: counts.count), count: subjects)
    for role in roles { shows[role.subject][role.label] += 1 }
    let wanted = counts.map { min(5, $0, subjects) }
    func showing(_ label: Int) -> Int { shows.count { $0[label] > 0 } }
    /// Whether clip `one`, which its subject does not need for its class, should change places with clip `other`.
    func isUseful(_ one: Role, _ other: Role) -> Bool {
      guard one.label != other.label, shows[one.subject][one.label] > 1, shows[other.subject][one.label] == 0
      else { return false }
      let losesOne = shows[other.subject][other.label] == 1 && shows[one.subject][other.label] > 0
      return !losesOne || showing(other.label) > wanted[other.label]
    }
    for label in counts.indices {
      while showing(label) < wanted[label] {
        let pairs = roles.indices.lazy.filter { roles[$0].label == label }.flatMap { one in
          roles.indices.lazy.filter { isUseful(roles[one], roles[$0]) }.map { (one, $0) }
        }
        guard let (one, other) = pairs.first else { break }
        for clip in [one, other] { shows[roles[clip].subject][roles[clip].label] -= 1 }
        (roles[one].subject, roles[other].subject) = (roles[other].subject, roles[one].subject)
        for clip in [one, other] { shows[roles[clip].subject][roles[clip].label] += 1 }
      }
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
