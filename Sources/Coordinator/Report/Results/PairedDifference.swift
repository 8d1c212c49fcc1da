import Core

/// How one part of the dual-branch network changes one figure: two variants that differ by that part alone, on the
/// same folds and seeds.
struct PairedDifference: Equatable, Sendable {
  var figure: DecouplingFigure
  var from, to: Variant
  /// Of the differences `to` - `from`, one for each fold and seed that both finished.
  var difference: Spread

  /// The part of the network that both variants differ by.
  var part: String { DecouplingFigure.probes.contains(figure) ? "mutual information term" : "divergence loss" }

  /// The pairs that isolate the mutual information term (for the probes) and the divergence loss (for attention).
  private static let pairs: [(DecouplingFigure, Variant, Variant)] = [
    (.identityProbe, .ce, .mi),
    (.identityProbe, .dao, .daoMi),
    (.identityProbe, .daoDiv, .full),
    (.identityProbeNonlinear, .ce, .mi),
    (.identityProbeNonlinear, .dao, .daoMi),
    (.identityProbeNonlinear, .daoDiv, .full),
    (.attentionProduct, .dao, .daoDiv),
    (.attentionProduct, .daoMi, .full),
    (.attentionOverlap, .dao, .daoDiv),
    (.attentionOverlap, .daoMi, .full),
    (.information, .daoMi, .full),
  ]

  static func all(_ variants: [VariantReport]) -> [PairedDifference] {
    pairs.compactMap { figure, from, to in
      guard let one = variants.first(where: { $0.variant == from }),
        let other = variants.first(where: { $0.variant == to })
      else { return nil }
      let differences = zip(one.units, other.units).compactMap { unit, otherUnit -> Double? in
        guard let before = unit.result.flatMap(figure.value), let after = otherUnit.result.flatMap(figure.value) else {
          return nil
        }
        return after - before
      }
      return Spread(differences).map { PairedDifference(figure: figure, from: from, to: to, difference: $0) }
    }
  }
}
