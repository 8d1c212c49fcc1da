import Foundation

/// Decides how many ranks each unit gets.
protocol GroupSizing: Sendable {
  /// - Parameters:
  ///   - units: those that wait in the order in which they shall begin.
  ///   - idle: number of ranks without a unit.
  /// - Returns: the ranks of each unit, a power of two, and together as many as there are; as before where nothing
  ///   changes. A unit in training keeps its ranks or gets more. Where nothing is in training, something begins.
  func decide(_ units: [GroupSizes.Unit], idle: Int) -> [Int]
}

/// Decides how many ranks each unit gets, so that the last one ends as early as possible: a pure function, for `sweep`
/// and `plan` alike.
///
/// Sizes are powers of two. A unit in training keeps its ranks or gets more; it never waits for ranks that could begin
/// it. Several rules are tried, each is simulated to the end, and the one that ends first decides. It is asked again
/// whenever ranks become idle, so an estimate that was wrong costs little.
struct GroupSizes: GroupSizing, Equatable {
  /// The most ranks of a unit.
  var most: Int
  /// Ranks of every unit where the user gives them; nil lets the rules decide.
  var fixed: Int?

  /// A unit that has not ended.
  struct Unit: Equatable {
    /// What is left, in seconds of one rank, at least 0; 0 also where nobody knows, which counts as little.
    var left: Double
    /// Ranks that train it; 0 while it waits.
    var ranks = 0
    /// Whether it can begin; a fold waits for its pretraining.
    var isReady = true
    /// It gets more ranks only if it would still take longer than this on the ranks that it has, seconds: until the end
    /// of its epoch, where it can be interrupted, and as long as a beginning takes. Infinite for never.
    var growsAbove = Double.infinity
  }

  /// Twice the ranks are not quite twice as fast, because they exchange gradients. It decides between ways that would
  /// otherwise take as long: two units side by side rather than one after the other.
  static let doubling = 0.98

  /// More units than this are not simulated: the first rule decides, since with so many none of them matters.
  static let mostSimulated = 200

  func decide(_ units: [Unit], idle: Int) -> [Int] {
    if let fixed { return begun(units, idle) { _ in fixed }.sizes }
    var choices: [(rule: Rule, sizes: [Int])] = []
    for rule in Rule.all {
      let sizes = sizes(units, idle, rule)
      if !choices.contains(where: { $0.sizes == sizes }) { choices.append((rule, sizes)) }
      if units.count > GroupSizes.mostSimulated { break }
    }
    guard choices.count > 1 else { return choices[0].sizes }
    let seconds = choices.map { simulate(units, idle, $0.rule) }
    // The first of equals.
    let best = seconds.indices.min { (seconds[$0], $0) < (seconds[$1], $1) } ?? 0
    return choices[best].sizes
  }

  /// Seconds that units take at least: the longest on its largest group, or all of them on all ranks.
  func lowerBound(_ units: [Unit], ranks: Int) -> Double {
    let longest = units.reduce(0) { max($0, $1.left) }
    let all = units.reduce(0) { $0 + $1.left }
    return max(longest / Double(min(most, GroupSizes.powerOfTwo(notAbove: ranks))), all / Double(max(1, ranks)))
  }

  /// Seconds until the last unit ends by one rule.
  private func simulate(_ units: [Unit], _ idle: Int, _ rule: Rule) -> Double {
    var (units, idle, seconds) = (units, idle, 0.0)
    for index in units.indices { units[index].isReady = true }
    while true {
      let sizes = sizes(units, idle, rule)
      for index in units.indices {
        idle -= sizes[index] - units[index].ranks
        units[index].ranks = sizes[index]
      }
      let speeds = units.map { GroupSizes.speed($0.ranks) }
      let step = zip(units, speeds).reduce(.infinity) { $1.1 > 0 ? min($0, $1.0.left / $1.1) : $0 }
      guard step.isFinite else { return seconds }
      seconds += step
      units = zip(units, speeds).compactMap { unit, speed in
        var unit = unit
        // Those that end at the same time, but for rounding.
        if unit.ranks > 0, unit.left <= step * speed * (1 + 1e-9) {
          idle += unit.ranks
          return nil
        }
        unit.left -= step * speed
        return unit
      }
    }
  }

  /// How much faster a group is than one rank.
  private static func speed(_ ranks: Int) -> Double {
    ranks < 1 ? 0 : Double(ranks) * pow(doubling, Double(ranks.trailingZeroBitCount))
  }

  // MARK: - Rules

  /// How the idle ranks are given away.
  struct Rule: Equatable {
    /// A unit begins on as many ranks as it needs to end within the lower bound times this; nil for one.
    var slack: Double?
    /// Ranks that nobody waits for go to the units that would end last; otherwise to those that would end first, which
    /// can be better where twice as many ranks are too many for one.
    var helpsTheLast = true

    static let all = [
      Rule(slack: 1), Rule(slack: 1.15), Rule(slack: 1.5), Rule(slack: nil), Rule(slack: nil, helpsTheLast: false),
    ]
  }

  private func sizes(_ units: [Unit], _ idle: Int, _ rule: Rule) -> [Int] {
    let ranks = units.reduce(idle) { $0 + $1.ranks }
    let goal = rule.slack.map { $0 * lowerBound(units, ranks: ranks) }
    var (sizes, free, isEnough) = begun(units, idle) { unit in
      var size = 1
      while let goal, size < most, unit.left > goal * Double(size) { size *= 2 }
      return size
    }
    // Ranks that nobody waits for: twice as many for one unit after the other.
    while isEnough, free > 0 {
      let able = units.indices.filter { index in
        let (unit, size) = (units[index], sizes[index])
        guard size > 0, size <= free, 2 * size <= most, unit.left > 0 else { return false }
        return unit.ranks == 0 || unit.left > unit.growsAbove * Double(unit.ranks)
      }
      func end(_ index: Int) -> Double { units[index].left / Double(sizes[index]) }
      let next =
        rule.helpsTheLast
        ? able.max { (end($0), $1) < (end($1), $0) } : able.min { (end($0), $0) < (end($1), $1) }
      guard let next else { break }
      free -= sizes[next]
      sizes[next] *= 2
    }
    return sizes
  }

  /// Begins waiting units while ranks are idle.
  ///
  /// - Parameter wanted: the ranks of a unit, where there are enough.
  /// - Returns: the ranks of each unit, the ranks that are left, and whether no unit that could begin still waits.
  private func begun(
    _ units: [Unit], _ idle: Int, wanted: (Unit) -> Int
  ) -> (sizes: [Int], free: Int, isEnough: Bool) {
    var (sizes, free) = (units.map(\.ranks), idle)
    for (index, unit) in units.enumerated() where unit.ranks == 0 && unit.isReady {
      guard free > 0 else { return (sizes, 0, false) }
      sizes[index] = min(wanted(unit), GroupSizes.powerOfTwo(notAbove: free))
      free -= sizes[index]
    }
    return (sizes, free, true)
  }

  static func powerOfTwo(notAbove number: Int) -> Int {
    number < 1 ? 1 : 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount)
  }
}
