/// The action units that clips show, and how often they show them together.
struct ActionUnitGraph: Equatable {
  /// Numbers of the action units, ascending: the nodes.
  let units: [Int]
  /// For units i and j, the share of the clips with i that have j too, `[units][units]`; 1 on the diagonal.
  let adjacency: [[Double]]

  /// - Parameters:
  ///   - clips: the action units of each clip; a clip without a unit that is certain does not count.
  ///   - most: the largest number of nodes; the most frequent units are taken, of equally frequent ones the lower.
  ///   - least: in how many clips a unit must occur.
  init(_ clips: [ActionUnits], most: Int, least: Int) {
    let shown = clips.map { Set($0.numbers) }
    let counts = Dictionary(shown.flatMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
    let frequent = counts.filter { $0.value >= least }.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    let units = frequent.prefix(most).map(\.key).sorted()
    self.units = units
    adjacency = units.map { unit in
      let clips = shown.filter { $0.contains(unit) }
      return units.map { other in Double(clips.count { $0.contains(other) }) / Double(clips.count) }
    }
  }

  /// Whether a clip shows each unit, 1 or 0; nil where that is not known: of a unit that the coder doubted, and of all
  /// units of a clip without any that is certain.
  func targets(of clip: ActionUnits?) -> [Float?] {
    guard let clip, !clip.numbers.isEmpty else { return units.map { _ in nil } }
    let (certain, all) = (Set(clip.numbers), Set(clip.units.map(\.number)))
    return units.map { certain.contains($0) ? 1 : all.contains($0) ? nil : 0 }
  }
}
