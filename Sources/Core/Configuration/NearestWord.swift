/// The word that somebody who mistyped probably meant: for commands, options, keys, presets and emotions.
public enum NearestWord {
  /// The nearest of `candidates` to `word` by edit distance, or nil when none is near enough to be meant.
  ///
  /// Capitals are ignored. Near enough is a third of the word's letters, at least one; ties go to the candidate that
  /// comes first. A word that is the beginning or the end of just one candidate means that one.
  public static func suggest(_ word: String, among candidates: [String]) -> String? {
    let letters = Array(word.lowercased())
    guard !letters.isEmpty, letters.count <= 64 else { return nil }
    var nearest: (candidate: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(letters, Array(candidate.lowercased()))
      if distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
    }
    let allowed = max(1, (max(letters.count, nearest?.candidate.count ?? 0) + 1) / 3)
    if let nearest, nearest.distance <= allowed, nearest.distance < letters.count { return nearest.candidate }
    if letters.count < 3 { return nil }
    let part = word.lowercased()
    let whole = candidates.filter { $0.lowercased().hasPrefix(part) || $0.lowercased().hasSuffix(part) }
    return whole.count == 1 ? whole[0] : nil
  }

  /// What a fault says after an unknown word: the nearest right one, or all of them when none is near.
  public static func advice(_ word: String, among candidates: [String]) -> String {
    if let nearest = suggest(word, among: candidates) { return "did you mean \(nearest)?" }
    if candidates.count == 1 { return "it can only be \(candidates[0])" }
    return "it is one of \(candidates.joined(separator: ", "))"
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
  /// (optimal string alignment).
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
