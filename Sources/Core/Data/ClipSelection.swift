import Foundation

extension ClipStore {
  /// The clips whose names match one of several shell patterns: `sub01/*`.
  ///
  /// - Returns: indices, in the store's order.
  /// - Throws: a `Fault` naming the pattern that no clip matches.
  public func clips(matching patterns: [String]) throws -> [Int] {
    var chosen: Set<Int> = []
    for pattern in patterns {
      let matching = clips.indices.filter { fnmatch(pattern, clips[$0].name, 0) == 0 }
      guard !matching.isEmpty else {
        let advice = NearestWord.suggest(pattern, among: clips.map(\.name)).map { "did you mean `\(printable($0))`?" }
        throw Fault(
          at: path, "has no clip `\(printable(pattern))`; \(advice ?? "microfold inspect --clips '*' lists them")")
      }
      chosen.formUnion(matching)
    }
    return chosen.sorted()
  }
}
