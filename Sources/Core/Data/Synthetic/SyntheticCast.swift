/// The clips of a synthetic dataset as pairs of a subject and a class.
///
/// The numbers of clips per class and per subject are fixed first; `confounding` then only decides how strongly classes
/// and subjects are correlated.
struct SyntheticCast: Sendable {
  /// Number of subjects; their indices are 0 ..< subjects.
  var subjects: Int
  /// One per clip.
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

  /// The original's counts, scaled to `clips` (largest remainder). If there are enough clips, every class has at least
  /// five, so that each of five folds can have one.
  static func classCounts(_ original: [Int], clips: Int) -> [Int] {
    let floor = min(5, clips / original.count)
    var counts = apportion(original.map(Double.init), total: clips)
    // Clips for the rarest classes are taken from the class that has most above the minimum.
    for label in counts.indices {
      while counts[label] < floor {
        let richest = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        counts[richest] -= 1
        counts[label] += 1
      }
    }
    return counts
  }

  /// The number of subjects: in proportion to the clips, but at least one per four clips up to ten, and never more than
  /// in the original.
  static func subjectCount(_ original: SyntheticOriginal, clips: Int) -> Int {
    let scaled = Int((Double(original.subjects) * Double(clips) / Double(original.clips)).rounded())
    let least = clips >= 40 ? 10 : max(min(5, clips), clips / 4)
    return min(original.subjects, max(least, scaled))
  }

  /// Clips per subject: uneven as in the originals, and at least two if there are enough.
  private static func quotas(subjects: Int, clips: Int, random: CounterRandom) -> [Int] {
    let least = min(2, clips / subjects)
    let weights = (0..<subjects).map { 0.5 + random.uniform(at: UInt64($0)) }
    return apportion(weights, total: clips - least * subjects).map { $0 + least }
  }

  /// Divides `total` into whole numbers in proportion to `weights`, by the largest remainder; ties go to the first.
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

  /// Successive numbers of a random stream.
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

  /// Assigns every clip, in a random order, to a subject that is not full: with probability `confounding` to one whose
  /// favourite class it has; otherwise every free slot is equally likely.
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

  /// Swaps subjects between clips until each class with five or more clips is shown by five subjects, because folds by
  /// subject need several. For most classes this is already so, and little is swapped.
  private static func spread(_ assigned: [Role], _ counts: [Int], subjects: Int) -> [Role] {
    var roles = assigned
    var shows = Array(repeating: Array(repeating: 0, count: counts.count), count: subjects)
    for role in roles { shows[role.subject][role.label] += 1 }
    let wanted = counts.map { min(5, $0, subjects) }
    func showing(_ label: Int) -> Int { shows.count { $0[label] > 0 } }
    /// Whether clips `one` and `other` should swap subjects; `one`'s subject has another clip of its class.
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

  /// The favourite class of each subject, which it shows most if confounding is strong: in a random order, each subject
  /// takes the class with the most clips left.
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
