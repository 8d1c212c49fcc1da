/// What is said when classes fit badly: when most rows are in none of them, or a class has no row, while a preset has
/// more rows.
///
/// - Parameters:
///   - emotions: of all rows, as annotated.
///   - classes: those that were asked for; nil for all emotions.
///   - dataset: the rows' dataset, whose presets are compared; nil for those of all datasets.
/// - Returns: how many rows are in none of the classes, and the preset that fits best where one fits better, else the
///   emotions that there are; nil for classes that fit.
func classAdvice(for emotions: [String], _ classes: ClassMap?, of dataset: String? = nil) -> String? {
  guard let classes, !emotions.isEmpty else { return nil }
  let counts = Dictionary(emotions.map { (ClassMap.normalized($0), 1) }, uniquingKeysWith: +)
  let asked = ClassUse(of: classes, counts)
  let isPoor = asked.rows * 2 < emotions.count
  guard isPoor || !asked.empty.isEmpty else { return nil }
  var best: (name: String, use: ClassUse)?
  // A preset of several datasets would fit all of them, and none as published.
  for preset in ClassPreset.all where preset.dataset != nil && (dataset == nil || preset.dataset == dataset) {
    let use = ClassUse(of: preset.classes, counts)
    let (rows, empty) = best.map { ($0.use.rows, $0.use.empty.count) } ?? (asked.rows, Int.max)
    if use.rows > rows || best != nil && use.rows == rows && use.empty.count < empty { best = (preset.name, use) }
  }
  guard isPoor || best != nil else { return nil }
  let left = emotions.count - asked.rows
  var problem = "\(left) of \(emotions.count) rows have an emotion that is in none of the classes"
  if !isPoor { problem += ", and no row has \(asked.empty.joined(separator: " or "))" }
  if let best { return "\(problem); of all presets `\(best.name)` has the most rows, \(best.use.rows)" }
  let found = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8).map(\.key)
  return "\(problem); the rows' emotions are \(printable(found.joined(separator: ", ")))"
    + (counts.count > found.count ? ", …" : "") + ": name your classes with --classes \(example(found))"
}

/// Which rows some classes have.
private struct ClassUse {
  var rows = 0
  /// Names of classes without a row.
  var empty: [String] = []

  init(of classes: ClassMap, _ counts: [String: Int]) {
    for (name, group) in zip(classes.names, classes.groups) {
      let found = group.reduce(0) { $0 + (counts[ClassMap.normalized($1)] ?? 0) }
      rows += found
      if found == 0 { empty.append(name) }
    }
  }
}

/// Classes as a command line has them.
private func example(_ emotions: [String]) -> String {
  let plain = emotions.filter { $0.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) } }
  return plain.count > 1 ? plain.joined(separator: ",") : "NAME,NAME"
}
