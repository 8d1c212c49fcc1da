import Core

/// How one part of the dual-branch network changes one figure: two variants that differ by that part alone, on the
/// same folds and seeds.
struct PairedDifference: Equatable, Sendable {
  var pair: Pair
  /// Of the differences `to` - `from`, one for each fold and seed that both finished.
  var difference: Spread

  /// Two variants, and the figure that shows the part that they differ by.
  struct Pair: Equatable, Sendable {
    /// The name of the figure in report.json.
    var key: String
    var figure: DecouplingFigure
    var part: String
    var from, to: Variant

    static func == (one: Pair, other: Pair) -> Bool {
      (one.key, one.from, one.to) == (other.key, other.from, other.to)
    }
  }

  /// The pairs that isolate the mutual information term (for the probe) and the divergence loss (for attention).
  private static let pairs: [Pair] =
    [(Variant.ce, Variant.mi), (.dao, .daoMi), (.daoDiv, .full)].map {
      Pair(key: "identityProbe", figure: .identityProbe, part: "mutual information term", from: $0, to: $1)
    }
    + [("attentionProduct", DecouplingFigure.attentionProduct), ("attentionOverlap", .attentionOverlap)]
    .flatMap { key, figure in
      [(Variant.dao, Variant.daoDiv), (.daoMi, .full)].map {
        Pair(key: key, figure: figure, part: "divergence loss", from: $0, to: $1)
      }
    } + [Pair(key: "information", figure: .information, part: "divergence loss", from: .daoMi, to: .full)]

  static func all(_ variants: [VariantReport]) -> [PairedDifference] {
    pairs.compactMap { pair in
      guard let one = variants.first(where: { $0.variant == pair.from }),
        let other = variants.first(where: { $0.variant == pair.to })
      else { return nil }
      let differences = zip(one.units, other.units).compactMap { unit, otherUnit -> Double? in
        guard let before = unit.result.flatMap(pair.figure.value),
          let after = otherUnit.result.flatMap(pair.figure.value)
        else { return nil }
        return after - before
      }
      return Spread(differences).map { PairedDifference(pair: pair, difference: $0) }
    }
  }
}
